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

// A list of which each proposal is valid and all together are not. Each is put upon what stands
// already, and left out if it does not fit there: one pass, whoever sent how many of them.
class Sieve final {
 public:
  // The first `fixed` are by value, and stay.
  Sieve(const ListContext& list, const ProposalList& proposals, std::size_t fixed)
      : list_(list), proposals_(proposals), fixed_(fixed), editor_(list.tree) {}

  Result<ProposalList> run() {
    read_context();
    std::vector<bool> fits(proposals_.size());
    for (const auto& holds : {is<Remove>, is<Update>, is<CustomProposal>, is<Add>, is_other}) {
      for (std::size_t i = 0; i < proposals_.size(); ++i) {
        if (holds(*proposals_[i].proposal)) fits[i] = THICKET_TRY(put(proposals_[i]));
      }
    }
    if (!THICKET_TRY(members_support())) {
      // The others were judged by a context that is left out: they are all asked again.
      fits.assign(proposals_.size(), true);
      fits[*context_] = false;
    }
    ProposalList out;
    for (std::size_t i = fixed_; i < proposals_.size(); ++i) {
      if (fits[i]) out.push_back(proposals_[i]);
    }
    return out;
  }

 private:
  template <class T>
  static bool is(const Proposal& proposal) {
    return proposal.as<T>() != nullptr;
  }
  static bool is_other(const Proposal& proposal) {
    return !is<Remove>(proposal) && !is<Update>(proposal) && !is<CustomProposal>(proposal) &&
           !is<Add>(proposal);
  }

  // Whether it went well; a Need stays an error.
  template <class T>
  static Result<bool> went_well(const Result<T>& outcome) {
    if (!outcome && outcome.error().is_need()) return outcome.error();
    return outcome.has_value();
  }

  // RFC 9420 12.3: "The new extensions MUST be used when evaluating other proposals".
  void read_context() {
    after_.parsed = list_.extensions;
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
      const auto* proposal = proposals_[i].proposal->as<GroupContextExtensions>();
      if (!proposal) continue;
      auto read = read_group_extensions(proposal->extensions);
      if (!read) continue;  // by value: the commit says why
      after_.parsed = *std::move(read);
      after_.extensions_changed = true;
      context_ = i;
    }
  }

  // Members that stay may lack what the new context asks for: then it is left out.
  Result<bool> members_support() {
    if (!context_ || *context_ < fixed_) return true;
    return went_well(check_result(editor_.draft(), after_));
  }

  Result<bool> put(const ListedProposal& listed) {
    const Proposal& proposal = *listed.proposal;
    const ListContext next{list_.crypto,  list_.authenticator, list_.policy,    list_.context,
                           after_.parsed, list_.tree,          list_.committer, list_.now,
                           list_.add_use, list_.psk_usage};
    if (!is<GroupContextExtensions>(proposal) &&
        !THICKET_TRY(went_well(check_proposal(next, listed)))) {
      return false;
    }
    if (const auto* remove = proposal.as<Remove>()) {
      return went_well(editor_.remove(remove->removed));
    }
    if (const auto* update = proposal.as<Update>()) {
      const auto* sender = listed.sender.as<MemberSender>();
      if (!sender || !THICKET_TRY(takes(*update->leaf_node, sender->leaf_index))) return false;
      const auto entry = THICKET_TRY(entry_of(*update->leaf_node));
      return entry ? went_well(editor_.update(sender->leaf_index, *entry)) : false;
    }
    if (const auto* custom = proposal.as<CustomProposal>()) {
      return !THICKET_TRY(editor_.draft().first_lacking(custom->type)).has_value();
    }
    if (const auto* add = proposal.as<Add>()) {
      const LeafNode& leaf = add->key_package->leaf_node;
      if (!THICKET_TRY(takes(leaf, std::nullopt))) return false;
      const auto entry = THICKET_TRY(entry_of(leaf));
      return entry ? went_well(editor_.add(*entry)) : false;
    }
    return true;
  }

  Result<std::optional<tree::LeafEntry>> entry_of(const LeafNode& leaf) {
    auto id = list_.authenticator.client_id(leaf.credential, leaf.signature_key);
    if (!id) return std::optional<tree::LeafEntry>();
    return std::optional(tree::LeafEntry{leaf, *std::move(id)});
  }

  // 7.3: may the leaf stand in the tree as it is, at `own` if it replaces that one?
  Result<bool> takes(const LeafNode& leaf, std::optional<LeafIndex> own) {
    const tree::RatchetTree& tree = editor_.draft();
    const auto signer = THICKET_TRY(tree.leaf_with_signature_key(leaf.signature_key));
    if (signer && signer != own) return false;
    if (THICKET_TRY(tree.node_with_encryption_key(leaf.encryption_key))) return false;
    if (THICKET_TRY(tree.first_lacking(leaf.credential.tag()))) return false;
    const auto& used = tree.credential_types_in_use();
    return std::all_of(used.begin(), used.end(), [&](CredentialType type) {
      return tree::supports(leaf.capabilities, type);
    });
  }

  const ListContext& list_;
  const ProposalList& proposals_;
  std::size_t fixed_;
  tree::TreeEditor editor_;
  Applied after_;
  std::optional<std::size_t> context_;
};

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
  // Nobody's proposal keeps the others from being committed. The second round is for what is left
  // when a GroupContextExtensions is not committed.
  for (int round = 0; round < 2; ++round) {
    if (out.empty() || THICKET_TRY(applies(list, all))) return out;
    out = THICKET_TRY(Sieve(list, all, base.size()).run());
    all = base;
    all.insert(all.end(), out.begin(), out.end());
  }
  // Where these fail, too, the proposals by value do not stand, and the caller hears why.
  return THICKET_TRY(applies(list, all)) ? out : ProposalList{};
}

}  // namespace thicket::group
