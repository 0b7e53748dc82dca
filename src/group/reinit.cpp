// Reinitialisation.  RFC 9420 11.2.
#include "group/reinit.h"

#include "group/resume.h"

namespace thicket::group {
namespace {

Result<ReInit> reinit_of(const Group& former) {
  if (std::optional<ReInit> reinit = former.reinitialised()) return *std::move(reinit);
  return broken(Rule::resumed_parameters).at("former").because("no ReInit was committed");
}

Error differs(std::string_view field) {
  return broken(Rule::resumed_parameters).at(field).under("group_info.group_context");
}

// RFC 9420 12.4.3.1: "the group_id, version, cipher_suite, and group_context.extensions fields of
// the GroupInfo match the ReInit proposal."
Result<void> check_parameters(const GroupContext& context, const ReInit& reinit) {
  if (context.version != reinit.version) return differs("version");
  if (context.cipher_suite != reinit.cipher_suite) return differs("cipher_suite");
  if (context.group_id != reinit.group_id) return differs("group_id");
  if (context.extensions != reinit.extensions) return differs("extensions");
  return {};
}

}  // namespace

Result<StagedGroup> begin_reinit(const Environment& environment, const Resume& plan, Instant now,
                                 Random& random) {
  ReInit reinit = THICKET_TRY(reinit_of(plan.former));
  if (reinit.version != ProtocolVersion::mls10) return broken(Rule::unknown_version).at("reinit");
  return Group::create(environment,
                       {.group_id = std::move(reinit.group_id),
                        .cipher_suite = reinit.cipher_suite,
                        .extensions = std::move(reinit.extensions),
                        .identity = plan.identity,
                        .lifetime = plan.lifetime},
                       now, random);
}

Result<Staged> commit_reinit(Group& group, const ResumeCommit& plan, Instant now, Random& random) {
  const ReInit reinit = THICKET_TRY(reinit_of(plan.former));
  THICKET_TRY(check_parameters(group.context(), reinit));
  // RFC 9420 11.2: "a new group with the same membership".
  ClientIds next = THICKET_TRY(clients_of(group, plan.others));
  next.merge(THICKET_TRY(clients_of(group)));
  if (next != THICKET_TRY(clients_of(plan.former))) {
    return broken(Rule::resumed_members).at("others");
  }
  return commit_resumed(group, plan, ResumptionPSKUsage::reinit, now, random);
}

Result<void> check_reinitialised(const ResumedGroup& resumed) {
  const ReInit reinit = THICKET_TRY(reinit_of(resumed.former));
  // RFC 9420 11.2: "the epoch field indicates the epoch after the Commit covering the ReInit."
  if (resumed.psk.psk_epoch != resumed.former.epoch()) {
    return broken(Rule::resumed_parameters).at("group_secrets.psks").because("another epoch");
  }
  THICKET_TRY(check_first_epoch(resumed.context));
  THICKET_TRY(check_parameters(resumed.context, reinit));
  // RFC 9420 11.2: "with the same membership", by the application's names of clients.
  const ClientIds before = THICKET_TRY(clients_of(resumed.former));
  if (before == THICKET_TRY(clients_of(resumed.tree))) return {};
  return broken(Rule::resumed_members).at("ratchet_tree");
}

}  // namespace thicket::group
