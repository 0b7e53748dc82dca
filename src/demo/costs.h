// What adding and removing one person cost here, measured, and what they cost with pairwise
// sessions and with sender keys: counts by formula times primitives measured in this run. The
// formulas and what they leave out: docs/demo.md.
#pragma once

#include "demo/world.h"

namespace thicket::demo {

struct Cost {
  std::uint64_t messages = 0;   // that somebody uploads
  std::uint64_t uploaded = 0;   // octets, by all
  std::uint64_t delivered = 0;  // octets, to all
  double cpu_us = 0;            // of all clients together
  bool operator==(const Cost&) const = default;
};

struct Costs {
  Cost add;
  Cost remove;
  Cost message;
};

// Octets of the message whose cost is compared.
inline constexpr std::size_t message_octets = 100;

// Adds one, has it say something, and removes it again. All agree before and after.
Costs measure_here(World& world);

// One call each, in microseconds of CPU.
struct Primitives {
  double generate = 0;  // an X25519 or Ed25519 key pair
  double agree = 0;     // X25519
  double sign = 0;
  double verify = 0;
  double hmac = 0;
  double aead = 0;  // AES-128-GCM of a short message, either way
};
Primitives measure_primitives(const crypto::Provider& provider);

// For a group of so many before the Add and after the Remove.
Costs pairwise_sessions(std::uint64_t members, const Primitives& cost);
Costs sender_keys(std::uint64_t members, const Primitives& cost);

}  // namespace thicket::demo
