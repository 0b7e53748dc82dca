// A list of proposals applied to tree and context.  RFC 9420 12.3, and each proposal by
// itself 12.1.

#include "codec/codec.h"
#include "group/key_package.h"
#include "group/proposal_list.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

Result<void> authenticate(const ListContext& list, const LeafNode& leaf, CredentialUse use) {
  auto answer = list.authenticator.check({leaf.credential, leaf.signature_key, use, list.now});
  if (!answer) return std::move(answer).error().under("credential");
  return {};
}

// 12.1.1: "An Add proposal is invalid if the KeyPackage is invalid".
Result<void> check_add(const ListContext& list, const Add& add, bool verified) {
  const KeyPackage& key_package = *add.key_package;
  const auto policy = leaf_policy(list.policy, list.context, list.extensions, list.now);
  if (verified) {
    THICKET_TRY_AT("key_package.leaf_node",
                   tree::check_leaf(key_package.leaf_node, LeafNodeSource::key_package, policy));
  } else {
    THICKET_TRY_AT("key_package", check_key_package(list.crypto, key_package, policy));
    THICKET_TRY_AT("key_package.leaf_node",
                   authenticate(list, key_package.leaf_node, list.add_use));
  }
  return {};
}

// 12.1.2, 7.3: an Update's leaf, against the one it replaces.
Result<void> check_update_leaf(const ListContext& list, const LeafNode& leaf,
                               const ListedProposal& listed) {
  const auto* sender = listed.sender.as<MemberSender>();
  if (!sender) return broken(Rule::external_proposal_type);
  const auto policy = leaf_policy(list.policy, list.context, list.extensions, list.now);
  THICKET_TRY(tree::check_leaf(leaf, LeafNodeSource::update, policy));
  const tree::LeafView old = THICKET_TRY(list.tree.leaf(sender->leaf_index));
  if (!listed.verified) {
    THICKET_TRY(list.crypto.check_hpke_public(leaf.encryption_key));
    THICKET_TRY(tree::verify_leaf_signature(list.crypto, leaf,
                                            {list.context.group_id, sender->leaf_index}));
  }
  return check_replacement(list, leaf, {old, CredentialUse::updated});
}

Result<void> check_psk(const ListContext& list, const PreSharedKeyID& psk) {
  // RFC 9420 8.4: "a fresh random value of length KDF.Nh".
  if (psk.psk_nonce.size() != list.crypto.hash_size()) {
    return broken(Rule::psk_nonce_length).at("psk.psk_nonce");
  }
  if (const auto* resumption = psk.psktype.as<ResumptionPSK>()) {
    // RFC 9420 12.1.4: a resumption PSK for reinit or branch only where such a group is made.
    if (resumption->usage != list.psk_usage &&
        resumption->usage != ResumptionPSKUsage::application) {
      return broken(Rule::psk_usage).at("psk.usage");
    }
  }
  return {};
}

// 12.1.7, 5.3.1: `list` has the extensions in force, which these replace.
Result<GroupExtensions> check_extensions(const ListContext& list, const ListedProposal& listed,
                                         const GroupContextExtensions& proposal) {
  GroupExtensions next = THICKET_TRY_AT("extensions", read_group_extensions(proposal.extensions));
  if (!listed.verified) {
    THICKET_TRY(check_external_senders(list.authenticator, list.extensions, next, list.now));
  }
  return next;
}

class Application final {
 public:
  Application(tree::TreeEditor& editor, const ListContext& list, const ProposalList& proposals)
      : editor_(editor), list_(list), proposals_(proposals) {}

  Result<Applied> run() {
    THICKET_TRY(extensions());
    const ListContext next{list_.crypto,  list_.authenticator, list_.policy,    list_.context,
                           out_.parsed,   list_.tree,          list_.committer, list_.now,
                           list_.add_use, list_.psk_usage};
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      if (proposals_[i].proposal->as<GroupContextExtensions>()) continue;  // extensions()
      THICKET_TRY_AT(place(i), check_proposal(next, proposals_[i]));
    }
    THICKET_TRY(each<Update>(&Application::update));
    THICKET_TRY(each<Remove>(&Application::remove));
    THICKET_TRY(custom());
    THICKET_TRY(each<Add>(&Application::add));
    THICKET_TRY(unique());
    for (const ListedProposal& listed : proposals_) note(*listed.proposal);
    return std::move(out_);
  }

 private:
  template <class T>
  Result<void> each(Result<void> (Application::*apply)(const T&, std::size_t)) {
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      const T* proposal = proposals_[i].proposal->as<T>();
      if (proposal) THICKET_TRY_AT(place(i), (this->*apply)(*proposal, i));
    }
    return {};
  }

  // RFC 9420 12.3: "The new extensions MUST be used when evaluating other proposals".
  Result<void> extensions() {
    out_.extensions = list_.context.extensions;
    out_.parsed = list_.extensions;
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      const auto* proposal = proposals_[i].proposal->as<GroupContextExtensions>();
      if (!proposal) continue;
      // Here, and not beside the others: those are judged by the new extensions, to which no
      // external sender of theirs is new.
      out_.parsed = THICKET_TRY_AT(place(i), check_extensions(list_, proposals_[i], *proposal));
      out_.extensions = proposal->extensions;
      out_.extensions_changed = true;
    }
    return {};
  }

  Result<void> update(const Update& update, std::size_t i) {
    const auto* sender = proposals_[i].sender.as<MemberSender>();
    THICKET_ASSERT(sender != nullptr);  // check_list
    const LeafNode& leaf = *update.leaf_node;
    Bytes id = THICKET_TRY(list_.authenticator.client_id(leaf.credential, leaf.signature_key));
    THICKET_TRY(editor_.update(sender->leaf_index, {leaf, std::move(id)}));
    out_.updated.push_back(sender->leaf_index);
    out_.new_leaves.push_back({sender->leaf_index, &leaf, place(i) + ".leaf_node"});
    return {};
  }

  Result<void> remove(const Remove& remove, std::size_t) {
    const tree::LeafView leaf = THICKET_TRY(list_.tree.leaf(remove.removed));
    out_.removed.push_back({remove.removed, to_bytes(leaf.client_id())});
    return editor_.remove(remove.removed);
  }

  // RFC 9420 12.2: a custom type is supported by all members that process the commit: neither the
  // added ones nor the removed ones.
  Result<void> custom() {
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      const auto* proposal = proposals_[i].proposal->as<CustomProposal>();
      if (!proposal) continue;
      if (const auto lacking = THICKET_TRY(editor_.tree().first_lacking(proposal->type))) {
        return broken(Rule::proposal_unsupported).at(place(i)).of(*lacking);
      }
    }
    return {};
  }

  Result<void> add(const Add& add, std::size_t i) {
    const LeafNode& leaf = add.key_package->leaf_node;
    Bytes id = THICKET_TRY(list_.authenticator.client_id(leaf.credential, leaf.signature_key));
    const LeafIndex index = THICKET_TRY(editor_.add({leaf, id}));
    out_.added.push_back({index, std::move(id)});
    out_.added_leaves.push_back(index);
    out_.key_packages.push_back(&*add.key_package);
    out_.new_leaves.push_back({index, &leaf, place(i) + ".key_package.leaf_node"});
    return {};
  }

  // The error of a key that stands twice, seen from the proposal that brought it.
  Result<void> unique() {
    auto checked = editor_.check_unique();
    if (checked || checked.error().is_need()) return checked;
    Error error = std::move(checked).error();
    for (const NewLeaf& leaf : out_.new_leaves) {
      if (error.leaf == leaf.leaf) return std::move(error).under(leaf.path);
    }
    return error;
  }

  void note(const Proposal& proposal) {
    if (const auto* psk = proposal.as<PreSharedKey>()) out_.psks.push_back(psk->psk);
    if (const auto* init = proposal.as<ExternalInit>()) out_.external_init = init;
    if (const auto* reinit = proposal.as<ReInit>()) out_.reinit = reinit;
    if (const auto* custom = proposal.as<CustomProposal>()) out_.custom.push_back(*custom);
  }

  tree::TreeEditor& editor_;
  const ListContext& list_;
  const ProposalList& proposals_;
  Applied out_;
};

}  // namespace

Result<void> check_replacement(const ListContext& list, const LeafNode& leaf,
                               const Replaced& replaced) {
  // RFC 9420 7.3: "the encryption_key ... is different from" the one of the leaf it replaces.
  if (equal(leaf.encryption_key, replaced.old.encryption_key())) {
    return broken(Rule::leaf_key_unchanged).at("encryption_key");
  }
  const LeafNode old = replaced.old.leaf_node();
  if (old.credential == leaf.credential && old.signature_key == leaf.signature_key) return {};
  // RFC 9420 5.3.1: a new credential, and that it is a valid successor of the old one.
  THICKET_TRY(authenticate(list, leaf, replaced.use));
  THICKET_TRY(list.crypto.check_signature_public(leaf.signature_key));
  auto answer = list.authenticator.check_successor(
      {old.credential, old.signature_key, leaf.credential, leaf.signature_key});
  if (!answer) return std::move(answer).error().under("credential");
  return {};
}

Result<void> check_proposal(const ListContext& list, const ListedProposal& listed) {
  const Proposal& proposal = *listed.proposal;
  THICKET_TRY(check_external_proposal(list.extensions, listed.sender, proposal));
  if (const auto* add = proposal.as<Add>()) return check_add(list, *add, listed.verified);
  if (const auto* update = proposal.as<Update>()) {
    THICKET_TRY_AT("leaf_node", check_update_leaf(list, *update->leaf_node, listed));
    return {};
  }
  if (const auto* remove = proposal.as<Remove>()) {
    // RFC 9420 12.1.3: "invalid if the removed field does not identify a non-blank leaf node".
    if (remove->removed.value >= list.tree.leaf_count().value ||
        !THICKET_TRY(list.tree.is_occupied(remove->removed))) {
      return broken(Rule::remove_leaf).at("removed").of(remove->removed);
    }
    return {};
  }
  if (const auto* psk = proposal.as<PreSharedKey>()) return check_psk(list, psk->psk);
  if (const auto* reinit = proposal.as<ReInit>()) {
    // RFC 9420 12.1.5: "invalid if the version field is less than the version of the group".
    if (reinit->version < list.context.version) return broken(Rule::reinit_version).at("version");
    THICKET_TRY_AT("extensions", tree::check_no_duplicates(reinit->extensions));
    return {};
  }
  if (const auto* context = proposal.as<GroupContextExtensions>()) {
    THICKET_TRY(check_extensions(list, listed, *context));
  }
  return {};
}

Result<Applied> apply_proposals(tree::TreeEditor& editor, const ListContext& list,
                                const ProposalList& proposals) {
  return Application(editor, list, proposals).run();
}

namespace {

Result<void> check_new_leaf(const tree::RatchetTree& tree, const NewLeaf& leaf) {
  const LeafNode& node = *leaf.leaf_node;
  // RFC 9420 7.3: "the credential type used by this leaf is supported by all members".
  const CredentialType type = node.credential.tag();
  if (const auto lacking = THICKET_TRY(tree.first_lacking(type))) {
    return broken(Rule::leaf_credential_supported)
        .at(leaf.path + ".credential")
        .of(leaf.leaf)
        .because("leaf " + std::to_string(lacking->value) + " does not list it");
  }
  for (const CredentialType used : tree.credential_types_in_use()) {
    if (!tree::supports(node.capabilities, used)) {
      return broken(Rule::leaf_supports_credentials)
          .at(leaf.path + ".capabilities.credentials")
          .of(leaf.leaf);
    }
  }
  return {};
}

// RFC 9420 12.1.7, 11.1, 13.4: after a change of extensions, every member is asked; else only new
// leaves are, which check_leaf has done.
Result<void> check_members(const tree::RatchetTree& tree, const GroupExtensions& extensions) {
  const auto all_support = [&](const auto& types, Rule rule) -> Result<void> {
    for (const auto type : types) {
      if (const auto lacking = THICKET_TRY(tree.first_lacking(type))) {
        return broken(rule)
            .at("proposals")
            .of(*lacking)
            .because("type " + std::to_string(static_cast<unsigned>(type)));
      }
    }
    return {};
  };
  const RequiredCapabilities& required = extensions.required;
  THICKET_TRY(all_support(required.extension_types, Rule::required_capabilities));
  THICKET_TRY(all_support(required.proposal_types, Rule::required_capabilities));
  THICKET_TRY(all_support(required.credential_types, Rule::required_capabilities));
  return all_support(extensions.types, Rule::group_extension_support);
}

}  // namespace

Result<void> check_result(const tree::RatchetTree& tree, const Applied& applied) {
  for (const NewLeaf& leaf : applied.new_leaves) THICKET_TRY(check_new_leaf(tree, leaf));
  if (applied.extensions_changed) THICKET_TRY(check_members(tree, applied.parsed));
  return {};
}

}  // namespace thicket::group
