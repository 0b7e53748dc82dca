// One joins, says something, and goes.
#include "demo/costs.h"

#include "demo/clock.h"
#include "demo/scenes.h"

namespace thicket::demo {

compare::Scheme measure_here(World& world) {
  using compare::Act;
  compare::Scheme out{
      "here, " + std::string(crypto::name_of(world.crypto.suite().confidentiality())), {}};
  const auto of = [&](Act act) -> compare::Cost& {
    return out.costs[static_cast<std::size_t>(act)];
  };
  compare::Cost& add = of(Act::join);
  compare::Cost& remove = of(Act::leave);
  compare::Cost& message = of(Act::message);
  Line& line = world.line();
  Member& ana = world.ana();
  const std::size_t others = world.members.size() - 1;

  double start_us = process_cpu_us();
  Member yan(world.crypto, "yan");
  yan.publish_key_package(line);
  const auto added = ana.commit(line, ana.adding(line, {yan.name()}));
  const auto joined = yan.join(line);
  add.total_cpu_us = process_cpu_us() - start_us;
  add.total_cpu_us += world.catch_up();
  add.messages = 2;  // the commit, and the Welcome that goes with it
  add.uploaded = added.message.size() + added.welcome->size();
  add.delivered = others * added.message.size() + joined.welcome + joined.tree;
  expect(equal(yan.group().epoch_authenticator(), ana.group().epoch_authenticator()),
         "who was added agrees with the others");

  const Bytes text(compare::message_octets, 'a');
  start_us = process_cpu_us();
  const Bytes said = yan.say(line, text);
  message.total_cpu_us = process_cpu_us() - start_us;
  message.total_cpu_us += world.catch_up(
      [&](const Member& member, const auto& events) { expect_heard(member, events, text, yan); });
  message.messages = 1;
  message.uploaded = said.size();
  message.delivered = (others + 1) * said.size();

  group::CommitPlan plan;
  plan.proposals.push_back(Remove{yan.group().own_leaf()});
  start_us = process_cpu_us();
  const auto removed = ana.commit(line, std::move(plan));
  remove.total_cpu_us = process_cpu_us() - start_us;
  remove.total_cpu_us += world.catch_up();
  remove.messages = 1;
  remove.uploaded = removed.message.size();
  remove.delivered = others * removed.message.size();
  world.agree();
  return out;
}

}  // namespace thicket::demo
