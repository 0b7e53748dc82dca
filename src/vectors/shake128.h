// SHAKE128, which accumulated vectors draw their inputs from and are condensed by.  FIPS 202 6.2.
// For test vectors only: simple, not fast, not constant-time.
#pragma once

#include <array>
#include <cstddef>

#include "base/bytes.h"

namespace thicket::vectors {

// Absorbs first, then squeezes; not the other way round.
class Shake128 final {
 public:
  Shake128() = default;
  Shake128(const Shake128&) = delete;
  Shake128& operator=(const Shake128&) = delete;
  void absorb(ByteView octets);
  Bytes squeeze(std::size_t size);

 private:
  std::array<std::uint64_t, 25> lanes_{};
  std::size_t at_ = 0;  // in the rate
  bool squeezing_ = false;
};

}  // namespace thicket::vectors
