// The scenes in which the group changes: keys renewed, one removed, one joining from outside.
#include <algorithm>

#include "demo/scenes.h"

namespace thicket::demo {
namespace {

// Of every node of the tree, in order.
std::vector<Bytes> node_hashes(const group::Group& group) {
  const tree::RatchetTree& tree = group.tree();
  std::vector<Bytes> out(2 * tree.leaf_count().value - 1);
  for (std::uint32_t i = 0; i < out.size(); ++i)
    out[i] = good(tree.tree_hash_of(NodeIndex{i}), "the tree");
  return out;
}

std::size_t differences(const std::vector<Bytes>& before, const std::vector<Bytes>& after) {
  expect(before.size() == after.size(), "the tree keeps its size");
  std::size_t out = 0;
  for (std::size_t i = 0; i < before.size(); ++i) out += before[i] == after[i] ? 0 : 1;
  return out;
}

group::CommitPlan renewing() {
  group::CommitPlan plan;
  plan.force_path = true;
  return plan;
}

std::string sentence(const Error& error) {
  const RuleText& rule = text_of(error.rule);
  return "\"" + std::string(rule.sentence) + "\" (" + std::string(rule.section) + ")";
}

}  // namespace

std::string renew_keys(World& world) {
  const std::size_t members = world.members.size();
  const std::size_t renewals = std::min<std::size_t>(10, members);
  Member& witness = world.ana();
  std::vector<Bytes> before = node_hashes(witness.group());
  const std::vector<Bytes> first = before;
  std::size_t touched_min = SIZE_MAX;
  std::size_t touched_max = 0;
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < renewals; ++i) {
    Member& member = *world.members[members * i / renewals];
    member.catch_up(world.line());
    sizes.push_back(member.commit(world.line(), renewing()).message.size());
    witness.catch_up(world.line());
    std::vector<Bytes> after = node_hashes(witness.group());
    const std::size_t touched = differences(before, after);
    touched_min = std::min(touched_min, touched);
    touched_max = std::max(touched_max, touched);
    before = std::move(after);
  }
  world.catch_up();
  world.agree();
  expect(touched_min == touched_max, "every renewal touches one path");
  expect(std::size_t{1} << (touched_max - 1) == witness.group().tree().leaf_count().value,
         "a path is as long as the tree is high");
  return grouped(renewals) + " members renew their keys: each touches " + grouped(touched_max) +
         " of " + grouped(before.size()) + " tree nodes, all together " +
         grouped(differences(first, before)) + "; commits of " + grouped(sizes.front()) +
         " bytes (first, into an empty tree) down to " +
         grouped(*std::min_element(sizes.begin(), sizes.end()));
}

std::string remove_one(World& world) {
  Member& ana = world.ana();
  const auto removed = world.take_out(world.members.size() / 2);
  group::CommitPlan plan;
  plan.proposals.push_back(Remove{removed->group().own_leaf()});
  ana.commit(world.line(), std::move(plan));
  const ByteView text = view_of("Now that we are among ourselves.");
  const Bytes message = ana.say(world.line(), text);
  world.catch_up(
      [&](const Member& member, const auto& events) { expect_heard(member, events, text, ana); });
  world.agree();

  // With all the secrets that it ever had.
  const auto before = removed->look_at(message);
  expect(!before, "who was removed cannot read with the keys it has");
  const auto caught_up = removed->catch_up(world.line());
  expect(
      !caught_up.events.empty() && std::holds_alternative<group::Removed>(caught_up.events.back()),
      "who was removed is told so by the commit");
  const auto after = removed->look_at(message);
  expect(!after && after.error().rule == Rule::group_removed, "and then accepts nothing more");
  return removed->name() +
         " is removed; all others read what is said next, it cannot: " + sentence(before.error()) +
         ", and once it has seen the commit: " + sentence(after.error());
}

std::string join_from_outside(World& world) {
  const std::string name = "zoe";
  // The service alone answers her: no other thread runs, and nobody else asks for anything.
  Member& zoe = world.invite(name);
  const std::size_t size = zoe.join_from_outside(world.line(), world.group_id);
  const ByteView text = view_of("I let myself in.");
  zoe.say(world.line(), text);
  world.catch_up(
      [&](const Member& member, const auto& events) { expect_heard(member, events, text, zoe); });
  world.agree();
  return name + " joins from outside while nobody is online, by a commit of " + grouped(size) +
         " bytes; the " + grouped(world.members.size() - 1) +
         " others catch up and read her first message";
}

}  // namespace thicket::demo
