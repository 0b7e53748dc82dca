// Any octets at the doors of a group. The first octet chooses: they are a message as it arrives; or
// what a member signs and tags, so that it gets as far as the rules of proposals and commits. What
// is refused names a rule; nobody's state changes, because nothing is accepted.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "group/join_external.h"
#include "group/public_group.h"
#include "kit/forger.h"
#include "kit/standing.h"
#include "letters.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace thicket;
using kit::good;

enum class Door : std::uint8_t {
  process_public,
  process_private,
  welcome,
  group_info,
  tree,
  proposal,
  commit
};
constexpr std::size_t doors = 7;

// A group whose handshakes are of one format, and the service that watches it.
struct House {
  explicit House(WireFormat handshakes) {
    world.policy.handshakes = handshakes;
    letters = fuzz::letters_of(world);
    const group::Group& ana = world.group_of("ana");
    const GroupInfo info = good(ana.group_info({}));
    tree = good(ana.ratchet_tree());
    group_info = codec::encode(MLSMessage{ProtocolVersion::mls10, info});
    whole_info =
        codec::encode(MLSMessage{ProtocolVersion::mls10, good(ana.group_info({true, true, {}}))});
    service = good(group::PublicGroup::create({world.provider, world.authenticator, world.policy},
                                              {info, tree, world.now, Bytes(16)}));
    before = kit::standing_of(*world["bob"].group);
  }

  kit::World world;
  std::vector<fuzz::Letter> letters;
  Bytes tree;
  Bytes group_info;
  Bytes whole_info;
  std::unique_ptr<group::PublicGroup> service;
  kit::Standing before;
};

House& house(bool is_private) {
  // Assertions of the tests' kit stand outside of a test here.
  static doctest::Context context;
  static const bool ready = [] {
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler([](const doctest::AssertData& data) {
      if (data.m_failed) THICKET_ASSERT(!"the fixture stands");
    });
    return true;
  }();
  static_cast<void>(ready);
  static House open(WireFormat::mls_public_message);
  static House closed(WireFormat::mls_private_message);
  return is_private ? closed : open;
}

template <class T>
void named(const Result<T>& outcome) {
  if (!outcome) THICKET_ASSERT(!describe(outcome.error()).empty());
}

void show(House& there, ByteView message) {
  kit::Member& bob = there.world["bob"];
  named(bob.group->process(message, there.world.now));
  named(there.service->check(message, there.world.now));
  THICKET_ASSERT(kit::standing_of(*bob.group) == there.before);
}

void join_by(House& there, ByteView welcome) {
  kit::Member& dan = there.world["dan"];
  named(group::join(there.world.environment(dan),
                    {welcome, dan.key_packages, there.world.no_groups, std::nullopt},
                    there.world.now, there.world.random));
}

void enter_by(House& there, ByteView info, std::optional<ByteView> tree) {
  kit::Member& eve = there.world["eve"];
  named(group::join_external(there.world.environment(eve),
                             {.group_info = info,
                              .ratchet_tree = tree,
                              .identity = eve.identity,
                              .groups = there.world.no_groups},
                             there.world.now, there.world.random));
}

// Signed and tagged by ana, whatever it says.
template <class T>
void say(House& there, ByteView octets) {
  auto body = codec::decode<T>(octets);
  if (!body) return;
  const kit::Forger ana(there.world, "ana");
  show(there, ana.message(ana.content(*std::move(body)), ana.epoch().signer));
}

// What a door is meant for, from where mutations begin.
Bytes example(Door door) {
  House& open = house(false);
  const auto content = [&](std::size_t letter) {
    const auto outer = good(codec::decode<MLSMessage>(open.letters.at(letter).message));
    return outer.wire_format.as<PublicMessage>()->content;
  };
  switch (door) {
    case Door::process_public:
      return open.letters[2].message;
    case Door::process_private:
      return house(true).letters[2].message;
    case Door::welcome:
      return open.letters[3].message;
    case Door::group_info:
      return open.whole_info;
    case Door::tree:
      return open.tree;
    case Door::proposal:
      return codec::encode(*content(1).content.as<Proposal>());
    case Door::commit:
      return codec::encode(*content(2).content.as<Commit>());
  }
  return {};
}

Door door_of(std::uint8_t octet) {
  return static_cast<Door>(octet % doors);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  if (max_size < 2) return size;
  if (size < 2 || seed % 97 == 0) {
    data[0] = static_cast<std::uint8_t>(seed % doors);
    const Bytes begin = example(door_of(data[0]));
    size = 1 + std::min(begin.size(), max_size - 1);
    std::copy_n(begin.begin(), size - 1, data + 1);
  }
  return 1 + LLVMFuzzerMutate(data + 1, size - 1, max_size - 1);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView octets(data + 1, size - 1);
  House& open = house(false);
  switch (door_of(data[0])) {
    case Door::process_public:
      show(open, octets);
      break;
    case Door::process_private:
      show(house(true), octets);
      break;
    case Door::welcome:
      join_by(open, octets);
      break;
    case Door::group_info:
      enter_by(open, octets, std::nullopt);
      break;
    case Door::tree:
      enter_by(open, open.group_info, octets);
      break;
    case Door::proposal:
      say<Proposal>(open, octets);
      break;
    case Door::commit:
      say<Commit>(open, octets);
      break;
  }
  return 0;
}
