// Subgroup branching.  RFC 9420 11.3.
#include "group/branch.h"

#include <algorithm>

#include "group/resume.h"

namespace thicket::group {
namespace {

// RFC 9420 11.3: "The version and cipher_suite values in the Welcome message are the same as those
// used by the old group."
Result<void> check_parameters(const GroupContext& context, const GroupContext& former) {
  const auto differs = [](std::string_view field) {
    return broken(Rule::resumed_parameters).at(field).under("group_info.group_context");
  };
  if (context.version != former.version) return differs("version");
  if (context.cipher_suite != former.cipher_suite) return differs("cipher_suite");
  return {};
}

bool is_subset(const ClientIds& part, const ClientIds& whole) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

}  // namespace

Result<StagedGroup> begin_branch(const Environment& environment, const BranchPlan& plan,
                                 Instant now, Random& random) {
  const GroupContext& former = plan.resume.former.context();
  if (plan.group_id == former.group_id) {
    return broken(Rule::resumed_parameters).at("group_id").because("that of the former group");
  }
  return Group::create(environment,
                       {.group_id = plan.group_id,
                        .cipher_suite = former.cipher_suite,
                        .extensions = plan.extensions,
                        .identity = plan.resume.identity,
                        .lifetime = plan.resume.lifetime},
                       now, random);
}

Result<Staged> commit_branch(Group& group, const ResumeCommit& plan, Instant now, Random& random) {
  THICKET_TRY(check_parameters(group.context(), plan.former.context()));
  ClientIds next = THICKET_TRY(clients_of(group, plan.others));
  next.merge(THICKET_TRY(clients_of(group)));
  if (!is_subset(next, THICKET_TRY(clients_of(plan.former)))) {
    return broken(Rule::resumed_members).at("others");
  }
  return commit_resumed(group, plan, ResumptionPSKUsage::branch, now, random);
}

Result<void> check_branched(const ResumedGroup& resumed) {
  THICKET_TRY(check_first_epoch(resumed.context));
  THICKET_TRY(check_parameters(resumed.context, resumed.former.context()));
  // RFC 9420 11.3: "Each LeafNode in a new subgroup MUST match some LeafNode in the original
  // group."
  const ClientIds members = THICKET_TRY(clients_of(resumed.tree));
  if (is_subset(members, THICKET_TRY(clients_of(resumed.former)))) return {};
  return broken(Rule::resumed_members).at("ratchet_tree");
}

}  // namespace thicket::group
