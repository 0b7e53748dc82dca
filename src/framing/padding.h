// How much padding a PrivateMessage gets, and the check that it is all zero.  RFC 9420 6.3.1, 15.1.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace thicket::framing {

enum class PaddingPolicy : std::uint8_t { none, to_multiple_of, padme };

// A sender's choice; receivers take any amount.
struct Padding {
  PaddingPolicy policy = PaddingPolicy::none;
  std::uint32_t multiple = 1;  // of to_multiple_of; > 0
  bool operator==(const Padding&) const = default;

  static Padding none() { return {}; }
  static Padding to_multiple_of(std::uint32_t octets) {
    return {PaddingPolicy::to_multiple_of, octets};
  }
  // Padmé (Nikitin et al., PETS 2019): at most 12 % more; O(log log size) bits of the size leak.
  static Padding padme() { return {PaddingPolicy::padme, 1}; }
};

// The size that `size` octets of content and auth are padded to; >= size.
std::size_t padded_size(const Padding& padding, std::size_t size);

// 6.3.1: "A receiver MUST verify that there are no non-zero bytes in the padding field". In time
// that depends on the size only. Rule::padding.
Result<void> check_padding(ByteView padding);

}  // namespace thicket::framing
