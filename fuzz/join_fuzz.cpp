// Who comes in: a Welcome, or a GroupInfo with a tree in it or beside it. Octets as they are, or
// the real ones with edits at any stage, signed, tagged and encrypted anew around them.
#include "acts.h"
#include "group/join.h"
#include "group/join_external.h"
#include "target.h"

namespace {

using namespace thicket;
using fuzz::House;
using fuzz::Script;

enum class Entry : std::uint8_t { welcome_octets, info_octets, tree_octets, welcome, info };
constexpr std::size_t entries = 5;

void join_by(House& there, ByteView octets) {
  kit::Member& fay = there.world["fay"];
  crypto::SeededRandom random(1);
  const auto joined = group::join(there.world.environment(fay),
                                  {octets, fay.key_packages, there.world.no_groups, std::nullopt},
                                  there.world.now, random);
  fuzz::named(joined);
}

void enter_by(House& there, ByteView octets, std::optional<ByteView> beside) {
  kit::Member& gus = there.world["gus"];
  crypto::SeededRandom random(2);
  const auto joined = group::join_external(there.world.environment(gus),
                                           {.group_info = octets,
                                            .ratchet_tree = beside,
                                            .identity = gus.identity,
                                            .groups = there.world.no_groups},
                                           there.world.now, random);
  fuzz::named(joined);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto script = codec::decode<Script>(ByteView(data, size));
  if (!script) return 0;
  House& there = fuzz::house(WireFormat::mls_public_message);
  there.renew_random();
  switch (static_cast<Entry>(script->act % entries)) {
    case Entry::welcome_octets:
      join_by(there, script->octets);
      break;
    case Entry::info_octets:
      enter_by(there, script->octets, std::nullopt);
      break;
    case Entry::tree_octets:
      enter_by(there, there.group_info, script->octets);
      break;
    case Entry::welcome:
      if (const auto made = fuzz::welcome_of(there, *script)) join_by(there, *made);
      break;
    case Entry::info:
      if (const auto made = fuzz::group_info_of(there, *script)) {
        enter_by(there, *made, std::nullopt);
      }
      break;
  }
  return 0;
}

std::vector<Bytes> thicket::fuzz::seeds() {
  const House& there = house(WireFormat::mls_public_message);
  std::vector<Bytes> out;
  const auto add = [&](Entry entry, Bytes octets) {
    out.push_back(codec::encode(Script{static_cast<std::uint8_t>(entry), std::move(octets), {}}));
  };
  add(Entry::welcome_octets, there.welcome);
  add(Entry::info_octets, there.whole_info);
  add(Entry::tree_octets, there.tree);
  add(Entry::welcome, {});
  add(Entry::info, {});
  for (std::uint8_t stage = 0; stage < 8; ++stage) {
    const fuzz::Edit edit{stage, 3, 6, {1}};
    out.push_back(codec::encode(Script{static_cast<std::uint8_t>(Entry::welcome), {}, {edit}}));
    out.push_back(codec::encode(Script{static_cast<std::uint8_t>(Entry::info), {}, {edit}}));
  }
  return out;
}
