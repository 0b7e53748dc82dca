// Which lists of proposals can be committed.  RFC 9420 12.2.

#include <set>

#include "codec/codec.h"
#include "group/proposal_list.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

// The list rules of one kind each look at all proposals; what they have met is kept here.
class ListCheck final {
 public:
  ListCheck(const ListContext& list, const ProposalList& proposals)
      : list_(list), proposals_(proposals) {}

  Result<void> member_commit() {
    THICKET_TRY(reinit_alone());
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      THICKET_TRY_AT(place(i), member_proposal(proposals_[i]));
    }
    return added_clients();
  }

  Result<void> external_commit() {
    std::size_t inits = 0;
    std::size_t removes = 0;
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      const Proposal& proposal = *proposals_[i].proposal;
      // RFC 9420 12.4.3.2: "External Commits MUST NOT include any proposals by reference".
      if (proposals_[i].reference) {
        return broken(Rule::external_commit_reference).at(place(i));
      }
      if (proposal.as<ExternalInit>() && ++inits > 1) {
        return broken(Rule::list_external_commit).at(place(i)).because("a second ExternalInit");
      }
      if (proposal.as<Remove>() && ++removes > 1) {
        return broken(Rule::list_external_commit).at(place(i)).because("a second Remove");
      }
      THICKET_TRY_AT(place(i), external_commit_type(proposal));
    }
    if (inits == 0) {
      return broken(Rule::list_external_commit).at("proposals").because("no ExternalInit");
    }
    const ExternalCommits accepted = list_.policy.external_commits;
    if (accepted == ExternalCommits::nobody ||
        (accepted == ExternalCommits::returning && removes == 0)) {
      return broken(Rule::external_commit_policy).at("proposals");
    }
    return {};
  }

 private:
  Result<void> external_commit_type(const Proposal& proposal) {
    if (const auto* psk = proposal.as<PreSharedKey>()) return psk_once(psk->psk);
    if (proposal.as<ExternalInit>() || proposal.as<Remove>()) return {};
    // RFC 9420 12.2: "No other proposals".
    return broken(Rule::list_external_commit);
  }

  Result<void> reinit_alone() {
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      if (proposals_[i].proposal->as<ReInit>() && proposals_.size() > 1) {
        return broken(Rule::list_reinit_alone).at(place(i));
      }
    }
    return {};
  }

  Result<void> member_proposal(const ListedProposal& listed) {
    const Proposal& proposal = *listed.proposal;
    if (proposal.as<Update>()) return update(listed);
    if (const auto* remove = proposal.as<Remove>()) return this->remove(*remove);
    if (const auto* psk = proposal.as<PreSharedKey>()) return psk_once(psk->psk);
    if (proposal.as<ExternalInit>()) return broken(Rule::list_external_init);
    if (proposal.as<GroupContextExtensions>()) {
      if (contexts_++ > 0) return broken(Rule::list_one_context);
    }
    return {};
  }

  Result<void> update(const ListedProposal& listed) {
    const auto* sender = listed.sender.as<MemberSender>();
    // An Update of a sender that has no leaf is refused when it comes (external_proposal_type).
    if (!sender) return broken(Rule::external_proposal_type);
    if (sender->leaf_index == *list_.committer) {
      return broken(Rule::list_update_by_committer).of(sender->leaf_index);
    }
    return once(sender->leaf_index);
  }

  Result<void> remove(const Remove& remove) {
    if (remove.removed == *list_.committer) {
      return broken(Rule::list_remove_committer).of(remove.removed);
    }
    removed_.insert(remove.removed);
    return once(remove.removed);
  }

  Result<void> once(LeafIndex leaf) {
    if (!leaves_.insert(leaf).second) return broken(Rule::list_one_per_leaf).of(leaf);
    return {};
  }

  Result<void> psk_once(const PreSharedKeyID& psk) {
    if (!psks_.insert(codec::encode(psk)).second) return broken(Rule::list_psk_twice);
    return {};
  }

  Result<void> added_clients() {
    std::set<Bytes> clients;
    std::set<Bytes> init_keys;
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      const auto* add = proposals_[i].proposal->as<Add>();
      if (!add) continue;
      const LeafNode& leaf = add->key_package->leaf_node;
      const auto id = list_.authenticator.client_id(leaf.credential, leaf.signature_key);
      if (!id) return Error(id.error()).under(place(i) + ".key_package.leaf_node.credential");
      const auto member = THICKET_TRY(list_.tree.leaf_of_client(*id));
      // RFC 9420 12.2: "unless there is a Remove proposal in the list removing the matching
      // client".
      if (member && !removed_.contains(*member)) {
        return broken(Rule::list_add_member).at(place(i)).of(*member);
      }
      if (!clients.insert(*id).second) return broken(Rule::list_add_twice).at(place(i));
      if (!init_keys.insert(add->key_package->init_key).second) {
        return broken(Rule::init_key_unique).at(place(i) + ".key_package.init_key");
      }
    }
    return {};
  }

  const ListContext& list_;
  const ProposalList& proposals_;
  std::set<LeafIndex> leaves_;
  std::set<LeafIndex> removed_;
  std::set<Bytes> psks_;
  unsigned contexts_ = 0;
};

}  // namespace

Result<void> check_list(const ListContext& list, const ProposalList& proposals) {
  ListCheck check(list, proposals);
  return list.committer ? check.member_commit() : check.external_commit();
}

bool needs_path(const ProposalList& proposals) {
  if (proposals.empty()) return true;
  for (const ListedProposal& listed : proposals) {
    const Proposal& proposal = *listed.proposal;
    // RFC 9420 12.4, pathRequiredTypes.
    if (proposal.as<Update>() || proposal.as<Remove>() || proposal.as<ExternalInit>() ||
        proposal.as<GroupContextExtensions>()) {
      return true;
    }
  }
  return false;
}

Result<void> check_external_proposal(const GroupExtensions& extensions, const Sender& sender,
                                     const Proposal& proposal) {
  const auto* external = sender.as<ExternalSenderRef>();
  if (!external) return {};
  if (!extensions.has_external_senders) return broken(Rule::external_senders_missing);
  if (external->sender_index >= extensions.external_senders.size()) {
    return broken(Rule::external_sender_index)
        .because("index " + std::to_string(external->sender_index));
  }
  if (proposal.as<Update>() || proposal.as<ExternalInit>()) {
    return broken(Rule::external_proposal_type);
  }
  return {};
}

}  // namespace thicket::group
