// What a member of a living group may be sent. What is refused says why; nothing changes, because
// nothing is accepted.
#include "acts.h"
#include "target.h"

namespace {

using namespace thicket;
using fuzz::Act;
using fuzz::House;
using fuzz::Script;

// A service passes whatever a member takes: else the group goes on without it.
void show(House& there, ByteView message) {
  kit::Member& bob = there.world["bob"];
  const auto outcome = bob.group->process(message, there.world.now);
  fuzz::named(outcome);
  if (there.service) {
    const auto checked = there.service->check(message, there.world.now);
    fuzz::named(checked);
    const auto outer = codec::decode<MLSMessage>(message);
    if (outcome && outer->wire_format.as<PublicMessage>() != nullptr) {
      THICKET_ASSERT(checked.has_value());
    }
  }
  THICKET_ASSERT(kit::standing_of(*bob.group) == there.before);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto script = codec::decode<Script>(ByteView(data, size));
  if (!script) return 0;
  House& there = fuzz::house(fuzz::handshakes_of(fuzz::act_of(*script)));
  there.renew_random();
  if (const auto message = fuzz::message_of(there, *script)) show(there, *message);
  return 0;
}

std::vector<Bytes> thicket::fuzz::seeds() {
  std::vector<Script> out;
  House& open = house(WireFormat::mls_public_message);
  House& closed = house(WireFormat::mls_private_message);
  for (std::uint8_t act = 0; act < acts; ++act) out.push_back({act, {}, {}});
  for (std::uint8_t i = 0; i < 3; ++i) {
    out.push_back({static_cast<std::uint8_t>(Act::public_octets), open.letters[i], {}});
    out.push_back({static_cast<std::uint8_t>(Act::private_octets), closed.letters[i], {}});
    out.push_back({static_cast<std::uint8_t>(Act::sealed), {i}, {}});
  }
  for (std::uint8_t i = 0; i < 8; ++i) {
    for (const Act act :
         {Act::proposal, Act::commit, Act::path_commit, Act::external_join, Act::from_outside}) {
      out.push_back({static_cast<std::uint8_t>(act), {i}, {}});
    }
  }
  out.push_back({static_cast<std::uint8_t>(Act::path_commit), {0x80, 0x81, 0, 2, 3}, {}});
  std::vector<Bytes> encoded;
  for (const Script& script : out) encoded.push_back(codec::encode(script));
  return encoded;
}
