// Keccak-f[1600] as FIPS 202 3.2 writes it down, step by step.
#include "vectors/shake128.h"

#include <bit>

#include "base/assert.h"

namespace thicket::vectors {
namespace {

constexpr std::size_t rate = 168;
using State = std::array<std::uint64_t, 25>;  // lane (x, y) at x + 5 y

// FIPS 202 3.2.5, algorithm 5: the round constants come from an LFSR; bit j of them stands at 2^j
// - 1.
std::uint64_t round_constant(std::uint8_t& lfsr) {
  std::uint64_t constant = 0;
  for (unsigned j = 0; j < 7; ++j) {
    if ((lfsr & 1) != 0) constant |= std::uint64_t{1} << ((1u << j) - 1);
    lfsr = static_cast<std::uint8_t>((lfsr << 1) ^ ((lfsr >> 7) != 0 ? 0x71 : 0));
  }
  return constant;
}

void theta(State& a) {
  std::array<std::uint64_t, 5> column{};
  for (std::size_t i = 0; i < 25; ++i) column[i % 5] ^= a[i];
  for (std::size_t i = 0; i < 25; ++i) {
    a[i] ^= column[(i + 4) % 5] ^ std::rotl(column[(i + 1) % 5], 1);
  }
}

void rho_and_pi(State& a) {
  std::size_t x = 1;
  std::size_t y = 0;
  std::uint64_t lane = a[1];
  for (int t = 0; t < 24; ++t) {
    const std::size_t next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
    const std::uint64_t moved = std::rotl(lane, ((t + 1) * (t + 2) / 2) % 64);
    lane = a[x + 5 * y];
    a[x + 5 * y] = moved;
  }
}

void chi(State& a) {
  for (std::size_t y = 0; y < 25; y += 5) {
    const std::array<std::uint64_t, 5> row{a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
    for (std::size_t x = 0; x < 5; ++x) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
}

void permute(State& a) {
  std::uint8_t lfsr = 1;
  for (int round = 0; round < 24; ++round) {
    theta(a);
    rho_and_pi(a);
    chi(a);
    a[0] ^= round_constant(lfsr);
  }
}

void mix(State& a, std::size_t at, std::uint8_t octet) {
  a[at / 8] ^= std::uint64_t{octet} << (8 * (at % 8));
}

}  // namespace

void Shake128::absorb(ByteView octets) {
  THICKET_ASSERT(!squeezing_);
  for (const std::uint8_t octet : octets) {
    mix(lanes_, at_++, octet);
    if (at_ == rate) {
      permute(lanes_);
      at_ = 0;
    }
  }
}

Bytes Shake128::squeeze(std::size_t size) {
  if (!squeezing_) {
    mix(lanes_, at_, 0x1f);  // the suffix 1111 of SHAKE and the first bit of the padding
    mix(lanes_, rate - 1, 0x80);
    permute(lanes_);
    at_ = 0;
    squeezing_ = true;
  }
  Bytes out(size);
  for (std::uint8_t& octet : out) {
    if (at_ == rate) {
      permute(lanes_);
      at_ = 0;
    }
    octet = static_cast<std::uint8_t>(lanes_[at_ / 8] >> (8 * (at_ % 8)));
    ++at_;
  }
  return out;
}

}  // namespace thicket::vectors
