// What the corpus and the fuzzer of `process` begin with: a group of three, and a letter of each
// kind that one of them wrote.
#pragma once

#include "kit/world.h"

namespace thicket::fuzz {

struct Letter {
  std::string what;
  Bytes message;
};

inline group::Outgoing sent(kit::World& world, Result<group::Staged> staged) {
  return world.release(world["ana"], kit::good(std::move(staged)));
}

// A group of three, in which ana writes one message of each kind, and nobody has read them yet.
inline std::vector<Letter> letters_of(kit::World& world) {
  world.create("ana");
  world.add("ana", {"bob", "cid"});
  group::Group& ana = world.group_of("ana");
  const LeafIndex cid = world.group_of("cid").own_leaf();
  std::vector<Letter> letters;
  auto said = kit::good(ana.send(to_bytes("a word"), world.random));
  letters.push_back(
      {"application message", world.release(world["ana"], std::get<group::Staged>(said)).message});
  letters.push_back({"proposal", sent(world, ana.propose(Remove{cid}, world.random)).message});
  group::CommitPlan plan;
  plan.pending = group::PendingChoice::none;
  plan.proposals.push_back(Remove{cid});
  plan.proposals.push_back(world.add_of("dan"));
  plan.force_path = true;
  const auto committed = sent(world, ana.commit(plan, world.now, world.random));
  letters.push_back({"commit", committed.message});
  letters.push_back({"Welcome", *committed.welcome});
  return letters;
}

}  // namespace thicket::fuzz
