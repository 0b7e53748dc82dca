// What a member or a joiner may be sent, forged as a script says: any handshake, message, Welcome
// or GroupInfo of ana's with edits at any stage, signed, tagged and encrypted anew around them.
#pragma once

#include "edit.h"
#include "house.h"

namespace thicket::fuzz {

enum class Act : std::uint8_t {
  public_octets,
  private_octets,
  proposal,
  commit,         // script.octets choose its proposals
  path_commit,    // the same
  external_join,  // the same
  sealed,         // script.octets choose the letter
  from_outside,   // a proposal of an external sender
  new_member,
};
inline constexpr std::size_t acts = 9;

inline Act act_of(const Script& script) {
  return static_cast<Act>(script.act % acts);
}
// Whose handshakes the act is about.
inline WireFormat handshakes_of(Act act) {
  const bool is_private = act == Act::private_octets || act == Act::sealed;
  return is_private ? WireFormat::mls_private_message : WireFormat::mls_public_message;
}

// All of them: none where ana cannot make that.
std::optional<Bytes> message_of(House& there, const Script& script);
std::optional<Bytes> welcome_of(House& there, const Script& script);  // for fay
std::optional<Bytes> group_info_of(House& there, const Script& script);

}  // namespace thicket::fuzz
