// What reinitialisation and branching have in common: who is in which group, and the PSK that binds
// the new group to the former one.  RFC 9420 8.4, 11.2, 11.3.
#pragma once

#include <set>

#include "group/reinit.h"

namespace thicket::group {

using ClientIds = std::set<Bytes>;

// O(members). A Need of the former group is seen at "former".
Result<ClientIds> clients_of(const Group& group);
Result<ClientIds> clients_of(const tree::RatchetTree& tree);
// Of key packages; the Authenticator's rules and resumed_members (one client twice), at
// "others[i]".
Result<ClientIds> clients_of(const Group& group, const std::vector<KeyPackage>& others);

// A first commit, with that PSK. Rules resumed_epoch and those of Group::commit.
Result<Staged> commit_resumed(Group& group, const ResumeCommit& plan, ResumptionPSKUsage usage,
                              Instant now, Random& random);

// RFC 9420 12.4.3.1: "verify that the epoch field in the GroupInfo is equal to 1." At
// "group_info.group_context.epoch".
Result<void> check_first_epoch(const GroupContext& context);

}  // namespace thicket::group
