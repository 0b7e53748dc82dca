// A group continued with other parameters.  RFC 9420 11.2. Once a ReInit is committed the old group
// is sealed; any of its members may make the new one: begin_reinit, store and open it, then
// commit_reinit, whose Welcome carries the others over.
#pragma once

#include "group/group.h"
#include "tree/ratchet_tree.h"

namespace thicket::group {

struct Resume {
  const Group& former;
  Identity identity;  // of the suite of the new group
  Lifetime lifetime;
};

// The new group with its creator alone, at epoch 0, with the parameters that the ReInit named. If
// these keep the group's id, its rows take the place of those of `former`, which lives on in memory
// until the Welcome is out or used.
// Rules resumed_parameters (no ReInit was committed in `former`), unknown_version and those of
// Group::create.
Result<StagedGroup> begin_reinit(const Environment& environment, const Resume& plan, Instant now,
                                 Random& random);

// Its first commit: adds the other members of `former`, by new key packages, and mixes in the old
// group's resumption PSK. O(members). Rules resumed_members (the key packages are not exactly those
// of the others), resumed_epoch (not the first commit) and those of Group::commit.
struct ResumeCommit {
  const Group& former;
  std::vector<KeyPackage> others;
  bool force_path = false;  // as in CommitPlan, and the next two
  bool tree_in_welcome = true;
  bool group_info = false;
};
Result<Staged> commit_reinit(Group& group, const ResumeCommit& plan, Instant now, Random& random);

// What a joiner of a group knows of it when a PSK of its Welcome names a former group.
struct ResumedGroup {
  const Group& former;
  const ResumptionPSK& psk;
  const GroupContext& context;
  const tree::RatchetTree& tree;
};
// RFC 9420 12.4.3.1, for usage reinit: epoch 1, the parameters of the ReInit, and the same members
// by client_id. O(members). Rules resumed_epoch, resumed_parameters, resumed_members.
Result<void> check_reinitialised(const ResumedGroup& resumed);

}  // namespace thicket::group
