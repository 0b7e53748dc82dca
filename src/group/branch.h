// A subgroup with the parameters of the group it comes from.  RFC 9420 11.3. begin_branch, store
// and open it, then commit_branch; the group it comes from goes on.
#pragma once

#include "group/reinit.h"

namespace thicket::group {

struct BranchPlan {
  Resume resume;
  Bytes group_id;  // of the subgroup
  std::vector<Extension> extensions{};
};

// The subgroup with its creator alone, at epoch 0, with version and suite of the former group.
// Rules resumed_parameters (the group_id is the former group's) and those of Group::create.
Result<StagedGroup> begin_branch(const Environment& environment, const BranchPlan& plan,
                                 Instant now, Random& random);

// Its first commit: adds some members of the former group. Rules resumed_members (a key package of
// somebody else), resumed_epoch, resumed_parameters and those of Group::commit.
Result<Staged> commit_branch(Group& group, const ResumeCommit& plan, Instant now, Random& random);

// RFC 9420 12.4.3.1, 11.3, for usage branch: epoch 1, version and suite of the former group, and
// only members of it, by client_id. O(members). Rules resumed_epoch, resumed_parameters,
// resumed_members.
Result<void> check_branched(const ResumedGroup& resumed);

}  // namespace thicket::group
