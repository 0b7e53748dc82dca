// SipHash-2-4: a keyed hash of 64 bits that a peer who does not know the key cannot steer.
// J.-P. Aumasson, D. J. Bernstein: "SipHash: a fast short-input PRF" (2012).
#pragma once

#include <array>

#include "base/bytes.h"

namespace thicket::tree {

// Of `data` followed by `suffix`, which keeps uses of one key apart.
std::uint64_t siphash(const std::array<std::uint8_t, 16>& key, ByteView data,
                      std::optional<std::uint8_t> suffix = std::nullopt);

}  // namespace thicket::tree
