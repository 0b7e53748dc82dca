// A commit's list of proposals: checked, then applied.  RFC 9420 12.1, 12.2, 12.3.
#pragma once

#include "group/event.h"
#include "group/extensions.h"
#include "tree/editor.h"

namespace thicket::group {

// A proposal with who made it. It points at a proposal that lives elsewhere.
struct ListedProposal {
  const Proposal* proposal = nullptr;
  Sender sender;
  std::optional<ProposalRef> reference;  // none: by value, of the committer
  bool verified = false;                 // its signatures were checked when it came
};
using ProposalList = std::vector<ListedProposal>;

// Where the proposal of that index stands, for an error's path.
inline std::string place(std::size_t index) {
  return "proposals[" + std::to_string(index) + "]";
}

// What a list is judged against.
struct ListContext {
  const crypto::Crypto& crypto;
  const Authenticator& authenticator;
  const Policy& policy;
  const GroupContext& context;
  const GroupExtensions& extensions;
  const tree::RatchetTree& tree;       // before the list
  std::optional<LeafIndex> committer;  // none: it joins from outside
  std::optional<Instant> now;
  CredentialUse add_use = CredentialUse::added;
  // 8.4, 11.2, 11.3: reinit or branch stand only in the commit that makes such a group.
  ResumptionPSKUsage psk_usage = ResumptionPSKUsage::application;
};

// 12.1: a proposal by itself, as when it is received. Rules by type.
Result<void> check_proposal(const ListContext& list, const ListedProposal& proposal);
// 7.3, 5.3.1: a leaf against the one it replaces, in an Update or in a path. Rules
// leaf_key_unchanged, credential_*.
struct Replaced {
  const tree::LeafView& old;
  CredentialUse use;
};
Result<void> check_replacement(const ListContext& list, const LeafNode& leaf,
                               const Replaced& replaced);
// 12.1.8: what a sender outside the group may propose. Rules external_proposal_type,
// external_senders_missing, external_sender_index.
Result<void> check_external_proposal(const GroupExtensions& extensions, const Sender& sender,
                                     const Proposal& proposal);
// 12.2: what the list as a whole must fulfil. Rules list_*, remove_leaf, psk_usage, ... with paths
// that start at "proposals[i]".
Result<void> check_list(const ListContext& list, const ProposalList& proposals);
// 12.4: does a commit of these need a path?
bool needs_path(const ProposalList& proposals);

struct NewLeaf {
  LeafIndex leaf;
  const LeafNode* leaf_node = nullptr;
  std::string path;  // where it stands in the commit
};

// What a list did to the tree and the context.
struct Applied {
  std::vector<Extension> extensions;
  GroupExtensions parsed;
  bool extensions_changed = false;
  std::vector<MemberChange> added;
  std::vector<LeafIndex> added_leaves;
  std::vector<const KeyPackage*> key_packages;  // of `added`
  std::vector<MemberChange> removed;
  std::vector<LeafIndex> updated;
  std::vector<PreSharedKeyID> psks;
  const ExternalInit* external_init = nullptr;
  const ReInit* reinit = nullptr;
  std::vector<CustomProposal> custom;
  std::vector<NewLeaf> new_leaves;  // added and updated; the committer's is put in by the caller
};

// 12.3: in the order GroupContextExtensions, Update, Remove, Add, PSK, ExternalInit, ReInit. The
// editor is left with the change. Checks each proposal too (check_proposal), with the extensions
// that the list sets.
Result<Applied> apply_proposals(tree::TreeEditor& editor, const ListContext& list,
                                const ProposalList& proposals);

// 7.3, 12.1.7, 12.2, judged on the tree that results: credential types, required capabilities,
// group extensions. Paths start at "proposals" or "path".
Result<void> check_result(const tree::RatchetTree& tree, const Applied& applied);

}  // namespace thicket::group
