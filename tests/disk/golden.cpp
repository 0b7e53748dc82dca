// A small world in suite 1 on AWS-LC, whose signatures are deterministic.
#include "disk/golden.h"

#include "crypto/awslc/awslc.h"
#include "group/public_group.h"
#include "group_store/own_key_packages.h"
#include "kit/world.h"

namespace thicket::disk {
namespace {

using kit::good;
using kit::Member;
using kit::World;

class InStore final : public kit::Backing {
 public:
  explicit InStore(store::Store& store)
      : sink_(store, golden_policy), source_(store, golden_group) {}
  group::DeltaSink& sink() override { return sink_; }
  group::RowSource& source() override { return source_; }
  void reopen() override {}

 private:
  group_store::StoreSink sink_;
  group_store::StoredRows source_;
};

void put(store::Batch& batch, std::string_view name, ByteView value) {
  batch.put(golden_space, view_of(name), value);
}

void renew(World& world, std::initializer_list<const char*> names) {
  for (const char* name : names) world.commit(name, {.force_path = true});
}

void gather(World& world) {
  world.create("alice");
  world.add("alice", {"bob", "carol", "dave", "eve", "frank", "grace", "heidi", "ken", "leo", "mia",
                      "ned", "olga", "paul", "quinn", "rosa", "sam", "tina"});
  renew(world, {"heidi", "dave", "bob", "frank"});
  world.add("bob", {"ivan", "judy"});
  world.remove("carol", "eve");
}

// Alice's own, for a group that does not come.
void put_unused_key_package(World& world, store::Batch& batch) {
  const auto own = good(group::make_key_package(world.provider, world["alice"].identity,
                                                {world.suite, kit::around_noon, {}, false, false},
                                                world.random));
  group_store::put_own(batch, group::key_package_ref(world.crypto(), own.key_package), own);
}

void propose_update(World& world, const std::string& name) {
  Member& member = world[name];
  const auto staged = good(member.group->propose_update(std::nullopt, world.random));
  world.deliver(world.release(member, staged).message, "");
}

// Bob commits all that is proposed, and nobody has heard of it yet.
Bytes commit_of_bob(World& world, store::Batch& batch) {
  auto staged = world.make_commit("bob", {.force_path = true});
  const Bytes message = world.release(world["bob"], staged).message;
  world.accept(world["bob"], std::move(staged));
  const group::Group& then = world.group_of("bob");
  put(batch, next_commit, message);
  put(batch, next_authenticator, then.epoch_authenticator());
  put(batch, next_tree_hash, then.context().tree_hash);
  return message;
}

struct Story {
  Story() = default;
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;
  World world{20'251, CipherSuite{1}, crypto::make_awslc()};
  store::Batch beside;
};

}  // namespace

void write_golden_member(store::Store& store) {
  Story story;
  World& world = story.world;
  world.backing = [&] { return std::make_unique<InStore>(store); };
  world["alice"];
  world.backing = nullptr;
  gather(world);
  put_unused_key_package(world, story.beside);
  put(story.beside, late_message, world.say("carol", "before the epoch ended").message);
  renew(world, {"judy", "alice", "grace", "ivan", "bob"});
  put(story.beside, late_message, world.say("carol", "before the epoch ended").message);
  renew(world, {"alice", "dave"});
  for (const char* name : {"bob", "bob", "grace"})
    world.receive(world["alice"], world.say(name, "in the epoch").message);
  world.say("alice", "without a verdict");
  propose_update(world, "alice");
  world.propose("dave", Remove{world.group_of("heidi").own_leaf()});
  world.release(world["alice"], world.make_commit("alice", {.force_path = true}));
  world.propose("grace", Remove{world.group_of("tina").own_leaf()});
  commit_of_bob(world, story.beside);
  REQUIRE(store.apply(story.beside));
}

void write_golden_service(store::Store& store) {
  Story story;
  World& world = story.world;
  gather(world);
  const group::Group& bob = world.group_of("bob");
  const GroupInfo info = good(bob.group_info({}));
  const Bytes tree = good(bob.ratchet_tree());
  const auto service = good(group::PublicGroup::create(
      {world.provider, world.authenticator, world.policy}, {info, tree, world.now, Bytes(16, 7)}));
  group_store::StoreSink sink(store, golden_policy);
  good(group::store(sink, service->snapshot()));
  const auto take = [&](ByteView message) {
    auto staged = good(service->check(message, world.now));
    const auto stored = good(group::store(sink, staged.delta()));
    good(service->accept(std::move(staged), stored));
  };
  for (const char* name : {"judy", "alice", "grace", "ivan", "bob", "alice", "dave"})
    take(world.commit(name, {.force_path = true}).message);
  take(world.propose("dave", Remove{world.group_of("heidi").own_leaf()}).message);
  commit_of_bob(world, story.beside);
  REQUIRE(store.apply(story.beside));
}

}  // namespace thicket::disk
