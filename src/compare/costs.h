// What four acts cost a group of any size: with MLS as it is here, measured in a warm tree; with
// pairwise sessions and with sender keys, counts times acts measured in the same run. The counts
// and what they leave out: docs/performance/migration.md.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "crypto/suite.h"

namespace thicket::compare {

enum class Act : std::uint8_t { join, leave, update, message };
inline constexpr std::array<Act, 4> all_acts{Act::join, Act::leave, Act::update, Act::message};
std::string_view name_of(Act act);

// Octets of the message whose cost is compared.
inline constexpr std::size_t message_octets = 100;

// One act in a group of `members` beside a newcomer, or who stay.
struct Cost {
  std::uint64_t messages = 0;       // that somebody uploads
  std::uint64_t uploaded = 0;       // octets, by all
  std::uint64_t delivered = 0;      // octets, to all: what leaves the server
  std::uint64_t actor_octets = 0;   // up and down: who joins, removes, updates or speaks
  std::uint64_t member_octets = 0;  // up and down: each other member, the mean
  double actor_cpu_us = 0;
  double member_cpu_us = 0;
  double total_cpu_us = 0;   // of all clients
  double server_cpu_us = 0;  // of checking what the server can check
  bool operator==(const Cost&) const = default;
};

inline constexpr std::string_view pairwise_name = "pairwise sessions";
inline constexpr std::string_view sender_keys_name = "sender keys";

// A way of keeping a group, with what its acts cost at one size.
struct Scheme {
  std::string name;  // a suite's, or one of these
  std::array<Cost, 4> costs;
  const Cost& operator[](Act act) const { return costs[static_cast<std::size_t>(act)]; }
};

// Single acts of two devices, measured: microseconds of CPU, and octets.
struct Units {
  std::size_t bundle_octets = 0;
  std::size_t first_octets = 0;   // the first message of a session, with an empty plaintext
  std::size_t next_octets = 0;    // a later one
  std::size_t sender_octets = 0;  // a message under a sender key, with an empty plaintext
  std::size_t handed_octets = 0;  // a sender key as it is handed out
  double begin_us = 0;            // X3DH, and the first message sealed
  double answer_us = 0;           // X3DH, and it is opened
  double seal_us = 0;             // a message of a session
  double open_us = 0;             // without a step of the Diffie-Hellman ratchet
  double open_step_us = 0;        // with one
  double make_key_us = 0;         // a sender key
  double take_key_us = 0;         // and a copy of it, from what was handed out
  double seal_sender_us = 0;      // 100 octets
  double open_sender_us = 0;
};
Units measure_units(const crypto::Provider& provider);

Scheme pairwise_sessions(std::uint32_t members, const Units& units);
Scheme sender_keys(std::uint32_t members, const Units& units);
// Two members at least. O(members) for the fixture and the newcomer; the rest as the protocol is.
Scheme mls(const crypto::Provider& provider, const crypto::Suite& suite, std::uint32_t members);

}  // namespace thicket::compare
