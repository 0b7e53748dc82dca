// Which pending proposals a commit takes.  RFC 9420 12.2, 12.4.

#include "group/choose_proposals.h"

#include <algorithm>
#include <set>

#include "codec/codec.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

// Takes proposals one by one, those that 12.2 prefers first, and leaves out what cannot stand
// beside them.
class Choice final {
 public:
  Choice(const ListContext& list, const std::vector<Proposal>& by_value) : list_(list) {
    for (const Proposal& proposal : by_value) static_cast<void>(fits(proposal, own_sender()));
    by_value_ = by_value.size();
  }

  Result<bool> take(const ListedProposal& listed) {
    auto valid = check_proposal(list_, listed);
    if (!valid) {
      if (valid.error().is_need()) return valid.error();
      return false;
    }
    const bool fit = THICKET_TRY(fits(*listed.proposal, listed.sender));
    if (fit) ++taken_;
    return fit;
  }

 private:
  Sender own_sender() const { return MemberSender{*list_.committer}; }

  Result<bool> fits(const Proposal& proposal, const Sender& sender) {
    if (const auto* remove = proposal.as<Remove>()) {
      if (remove->removed == *list_.committer) return false;
      if (!leaves_.insert(remove->removed).second) return false;
      removed_.insert(remove->removed);
      return true;
    }
    if (proposal.as<Update>()) {
      const auto* member = sender.as<MemberSender>();
      return member && member->leaf_index != *list_.committer &&
             leaves_.insert(member->leaf_index).second;
    }
    if (const auto* psk = proposal.as<PreSharedKey>()) {
      return psks_.insert(codec::encode(psk->psk)).second;
    }
    if (proposal.as<GroupContextExtensions>()) return contexts_++ == 0;
    if (proposal.as<ExternalInit>()) return false;
    // RFC 9420 12.2: other proposals are preferred over a ReInit.
    if (proposal.as<ReInit>()) return by_value_ + taken_ == 0;
    if (const auto* add = proposal.as<Add>()) return fits_add(*add);
    return true;
  }

  Result<bool> fits_add(const Add& add) {
    const LeafNode& leaf = add.key_package->leaf_node;
    const auto id = list_.authenticator.client_id(leaf.credential, leaf.signature_key);
    if (!id) return false;
    const auto member = THICKET_TRY(list_.tree.leaf_of_client(*id));
    if (member && !removed_.contains(*member)) return false;
    return init_keys_.insert(add.key_package->init_key).second && clients_.insert(*id).second;
  }

  const ListContext& list_;
  std::size_t by_value_ = 0;
  std::size_t taken_ = 0;
  unsigned contexts_ = 0;
  std::set<LeafIndex> leaves_;
  std::set<LeafIndex> removed_;
  std::set<Bytes> psks_;
  std::set<Bytes> clients_;
  std::set<Bytes> init_keys_;
};

// In the order in which they are preferred: Removes, then Updates (the latest first), then the rest
// as they came, ReInits last.
int preference(const Proposal& proposal) {
  if (proposal.as<Remove>()) return 0;
  if (proposal.as<Update>()) return 1;
  return proposal.as<ReInit>() ? 3 : 2;
}

// Does the list hold together on the tree? A Need counts as an error of its own.
Result<bool> applies(const ListContext& list, const ProposalList& proposals) {
  const auto tried = [&]() -> Result<void> {
    THICKET_TRY(check_list(list, proposals));
    tree::TreeEditor editor(list.tree);
    const Applied applied = THICKET_TRY(apply_proposals(editor, list, proposals));
    return check_result(std::move(editor).finish(), applied);
  }();
  if (!tried && tried.error().is_need()) return tried.error();
  return tried.has_value();
}

}  // namespace

Result<ProposalList> valid_pending(const View& view, const ListContext& list,
                                   const std::vector<Proposal>& by_value) {
  const std::vector<const CachedProposal*> arrived = pending_proposals(view);
  if (arrived.empty()) return ProposalList{};
  std::vector<const CachedProposal*> ordered = arrived;
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
    const int first = preference(a->proposal);
    const int second = preference(b->proposal);
    if (first == 1 && second == 1) return a->place > b->place;
    return first < second;
  });
  const auto listed = [](const CachedProposal& proposal) {
    return ListedProposal{&proposal.proposal, proposal.sender, proposal.reference, true};
  };
  Choice choice(list, by_value);
  std::set<const CachedProposal*> taken;
  for (const CachedProposal* proposal : ordered) {
    if (THICKET_TRY(choice.take(listed(*proposal)))) taken.insert(proposal);
  }
  ProposalList out;
  for (const CachedProposal* proposal : arrived) {
    if (taken.contains(proposal)) out.push_back(listed(*proposal));
  }
  ProposalList base;
  for (const Proposal& proposal : by_value) {
    base.push_back({&proposal, MemberSender{*list.committer}, std::nullopt, false});
  }
  ProposalList all = base;
  all.insert(all.end(), out.begin(), out.end());
  if (out.empty() || THICKET_TRY(applies(list, all))) return out;
  // What fails together is found one by one: nobody's proposal keeps the others from being
  // committed.
  ProposalList kept;
  for (const ListedProposal& proposal : out) {
    base.push_back(proposal);
    if (THICKET_TRY(applies(list, base))) {
      kept.push_back(proposal);
    } else {
      base.pop_back();
    }
  }
  return kept;
}

}  // namespace thicket::group
