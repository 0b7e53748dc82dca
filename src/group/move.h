// A group moves to another cipher suite, with everybody in it: ReInit, then the new group and the
// Welcome that carries the others over.  RFC 9420 11.2.
#pragma once

#include "group/key_package.h"
#include "group/reinit.h"

namespace thicket::group {

// A key package that a member offers for the new group.
struct Offer {
  Bytes client_id;
  KeyPackage key_package;
};

struct MovePlan {
  Bytes group_id;              // of the new group
  const crypto::Suite& suite;  // in the policy's wire profile
  // Of the new GroupContext; none: those of the old one.
  std::optional<std::vector<Extension>> extensions{};
  Identity identity;  // of the new suite
  Lifetime lifetime;
  // Of the other members, one each; others' are passed over.
  std::span<const Offer> offers{};
  bool tree_in_welcome = true;
  bool group_info = false;  // of the new group with all in it, for external joins
  // The new group, once it is stored and open.
  Group* next = nullptr;
};

// A member that cannot follow, and why: no_common_suite (nothing was offered), credential_successor
// (the offer is of another client), credential_rejected, or what is wrong with the key package.
struct Stray {
  LeafIndex leaf;
  Bytes client_id;
  Error why;
};
// The dry run: changes nothing, sends nothing, uses up nothing. Without offers members are judged
// by the cipher suites that their leaves list, so that no key package has to be claimed for it.
// O(members). Rules suite_policy, suite_downgrade, profile_clash, and internal_need of `former`.
Result<std::vector<Stray>> who_cannot_follow(const Group& former, const MovePlan& plan,
                                             Instant now);

// What is to be done next; each is stored and released as any other, then move_group is asked
// again. Of `former`: the commit of the ReInit. Whether ours or another's is accepted, the move
// goes on.
struct CommitReInit {
  Staged commit;
};
// The new group, with its maker alone.
struct OpenNext {
  StagedGroup group;
};
// Of `plan.next`: the commit that adds the others, with their Welcome.
struct CarryOver {
  Staged commit;
};
using MoveStep = std::variant<CommitReInit, OpenNext, CarryOver>;

// The next step of a move, from how far `former` and `plan.next` are. Nothing is committed unless
// everybody can follow: the first Stray's error, at "former", of its leaf. Who makes a step has
// asked who_cannot_follow and removed from the old group whom it will not wait for. O(members).
// Rules suite_policy, suite_downgrade (the policy forbids it), profile_clash, resumed_parameters
// (another ReInit was committed), resumed_epoch (it is done), and those of commit, begin_reinit and
// commit_reinit.
Result<MoveStep> move_group(const Environment& environment, Group& former, const MovePlan& plan,
                            Instant now, Random& random);

}  // namespace thicket::group
