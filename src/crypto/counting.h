// A provider that counts the calls made through it and passes them on: for the tests of O(log n)
// and `bench --explain`.
#pragma once

#include <atomic>

#include "crypto/provider.h"

namespace thicket::crypto {

struct CallCounts {
  std::uint64_t hashes = 0;
  std::uint64_t hash_octets = 0;
  std::uint64_t hmacs = 0;
  std::uint64_t seals = 0;
  std::uint64_t opens = 0;
  std::uint64_t key_generations =
      0;  // base-point multiplications: dh_public_of and key imports that need one
  std::uint64_t agreements = 0;  // dh
  std::uint64_t signatures = 0;
  std::uint64_t verifications = 0;
  bool operator==(const CallCounts&) const = default;
};

}  // namespace thicket::crypto
