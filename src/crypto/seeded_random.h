// Octets that follow from a seed alone, for tests, simulation and benchmarks: anybody can predict
// them. The ChaCha20 key stream (RFC 8439 2.4) under the seed as key: fast, and close seeds give
// unrelated streams.
#pragma once

#include <array>

#include "base/random.h"

namespace thicket::crypto {

// One stream; not safe from several threads.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  SeededRandom(const SeededRandom&) = delete;
  SeededRandom& operator=(const SeededRandom&) = delete;

  void fill(ByteSpan out) override;
  // The next eight octets as a number, and one below `bound` (> 0), near enough to uniform for
  // tests.
  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);
  std::size_t size_below(std::size_t bound) { return static_cast<std::size_t>(below(bound)); }

 private:
  void refill();

  std::array<std::uint32_t, 16> state_{};
  std::array<std::uint8_t, 64> block_{};
  std::size_t used_ = 64;
};

}  // namespace thicket::crypto
