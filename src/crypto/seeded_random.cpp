// The ChaCha20 block function as a generator.  RFC 8439 2.1 to 2.3, with a block counter of 64
// bits.
#include "crypto/seeded_random.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"

namespace thicket::crypto {
namespace {

using Block = std::array<std::uint32_t, 16>;

void quarter_round(Block& x, std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
  x[a] += x[b], x[d] = std::rotl(x[d] ^ x[a], 16);
  x[c] += x[d], x[b] = std::rotl(x[b] ^ x[c], 12);
  x[a] += x[b], x[d] = std::rotl(x[d] ^ x[a], 8);
  x[c] += x[d], x[b] = std::rotl(x[b] ^ x[c], 7);
}

}  // namespace

SeededRandom::SeededRandom(std::uint64_t seed) {
  state_ = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  state_[4] = static_cast<std::uint32_t>(seed);
  state_[5] = static_cast<std::uint32_t>(seed >> 32);
}

void SeededRandom::refill() {
  Block x = state_;
  for (int round = 0; round < 10; ++round) {
    quarter_round(x, 0, 4, 8, 12);
    quarter_round(x, 1, 5, 9, 13);
    quarter_round(x, 2, 6, 10, 14);
    quarter_round(x, 3, 7, 11, 15);
    quarter_round(x, 0, 5, 10, 15);
    quarter_round(x, 1, 6, 11, 12);
    quarter_round(x, 2, 7, 8, 13);
    quarter_round(x, 3, 4, 9, 14);
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::uint32_t word = x[i] + state_[i];
    for (std::size_t k = 0; k < 4; ++k) {
      block_[4 * i + k] = static_cast<std::uint8_t>(word >> (8 * k));
    }
  }
  if (++state_[12] == 0) ++state_[13];
  used_ = 0;
}

void SeededRandom::fill(ByteSpan out) {
  while (!out.empty()) {
    if (used_ == block_.size()) refill();
    const std::size_t size = std::min(out.size(), block_.size() - used_);
    std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(used_), size, out.begin());
    used_ += size;
    out = out.subspan(size);
  }
}

std::uint64_t SeededRandom::next() {
  std::array<std::uint8_t, 8> octets{};
  fill(octets);
  std::uint64_t value = 0;
  for (const std::uint8_t octet : octets) value = value << 8 | octet;
  return value;
}

std::uint64_t SeededRandom::below(std::uint64_t bound) {
  THICKET_ASSERT(bound > 0);
  return next() % bound;
}

}  // namespace thicket::crypto
