// Twins before members, joiners and services.
#include "kit/twins.h"

#include "kit/standing.h"

namespace thicket::kit {
void check_refusal(const Error& error, const Refusal& refusal) {
  INFO(describe(error));
  CHECK(text_of(error.rule).name == text_of(refusal.rule).name);
  CHECK(error.path == refusal.path);
  if (refusal.leaf) {
    REQUIRE(error.leaf);
    CHECK(error.leaf->value == refusal.leaf->value);
  }
}

Stage::Stage(const std::vector<Extension>& extensions, const std::function<void(World&)>& prepare) {
  if (prepare) prepare(world);
  world.create("alice", extensions);
  world.add("alice", {"bob", "carol", "dave", "erin"});
  group::CommitPlan path;
  path.force_path = true;
  world.commit("dave", path);
  world.add("alice", {"frank"});
}

ProposalRef Stage::propose(ByteView message) {
  std::optional<ProposalRef> reference;
  for (Member* member : world.members()) {
    const group::Event event = world.receive(*member, message);
    if (const auto* received = std::get_if<group::ProposalReceived>(&event)) {
      reference = received->reference;
    }
  }
  proposals_.push_back({world.group_of("alice").epoch(), to_bytes(message)});
  REQUIRE(reference);
  return *reference;
}

ProposalRef Stage::propose(const std::string& name, const Proposal& proposal) {
  return propose(forger(name).proposal(proposal));
}

void Stage::refuses(const std::string& name, const Twins& twins, const Refusal& refusal) {
  Member& member = world[name];
  const Standing before = standing_of(*member.group);
  const auto rows = member.rows.rows;
  const auto outcome = world.process(member, twins.broken);
  REQUIRE_FALSE(outcome.has_value());
  check_refusal(outcome.error(), refusal);
  CHECK(standing_of(*member.group) == before);
  CHECK(member.rows.rows == rows);
  if (text_of(refusal.rule).seen_by == SeenBy::service) service_refuses(twins, refusal);
  auto accepted = world.process(member, twins.unbroken);
  if (!accepted) FAIL("the unbroken twin: " << describe(accepted.error()));
  world.accept(member, *std::move(accepted));
}

std::unique_ptr<group::PublicGroup> Stage::service() {
  const group::Group& group = world.group_of("alice");
  const GroupInfo info = good(group.group_info({}));
  const Bytes tree = good(group.ratchet_tree());
  auto service =
      good(group::PublicGroup::create(public_environment(), {info, tree, world.now, Bytes(16)}));
  for (const Sent& proposal : proposals_) {
    if (proposal.epoch != group.epoch()) continue;
    auto staged = good(service->check(proposal.message, world.now));
    MemoryRows rows;
    const auto stored = group::store(rows, staged.delta());
    good(service->accept(std::move(staged), good(stored)));
  }
  return service;
}

void Stage::service_refuses(const Twins& twins, const Refusal& refusal) {
  const auto service = this->service();
  const auto broken = service->check(twins.broken, world.now);
  REQUIRE_MESSAGE(!broken.has_value(), "a service sees it");
  check_refusal(broken.error(), refusal);
  const auto unbroken = service->check(twins.unbroken, world.now);
  if (!unbroken) FAIL("the unbroken twin at a service: " << describe(unbroken.error()));
}

Bytes Stage::welcome_for(const std::string& joiner, Path path) {
  group::CommitPlan plan;
  plan.proposals.push_back(Add{key_package_of(world, joiner)});
  plan.force_path = path == Path::with;
  Member& alice = world["alice"];
  group::Staged staged = world.make_commit("alice", plan);
  group::Outgoing outgoing = world.release(alice, staged);
  world.deliver(outgoing.message, "alice");
  world.accept(alice, std::move(staged));
  return *outgoing.welcome;
}

Result<group::StagedGroup> Stage::join(const std::string& joiner, ByteView welcome) {
  Member& member = world[joiner];
  return group::join(world.environment(member),
                     {welcome, member.key_packages, world.no_groups, std::nullopt}, world.now,
                     world.random);
}

void Stage::welcome_refused(const std::string& joiner, const Twins& twins, const Refusal& refusal) {
  const auto broken = join(joiner, twins.broken);
  REQUIRE_FALSE(broken.has_value());
  check_refusal(broken.error(), refusal);
  auto unbroken = join(joiner, twins.unbroken);
  if (!unbroken) FAIL("the unbroken twin: " << describe(unbroken.error()));
  Member& member = world[joiner];
  const auto stored = good(group::store(member.rows, unbroken->delta()));
  member.group = good(std::move(*unbroken).open(stored));
  CHECK(equal(member.group->epoch_authenticator(), world.group_of("alice").epoch_authenticator()));
}

}  // namespace thicket::kit
