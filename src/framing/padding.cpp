// Padding policies, and the check of what was received.  RFC 9420 6.3.1, 15.1.
#include "framing/padding.h"

#include <bit>

#include "base/assert.h"

namespace thicket::framing {
namespace {

// The lowest bits of the size are rounded away: as many as its exponent has more bits than the
// exponent of the exponent.
std::size_t padme_size(std::size_t size) {
  if (size < 2) return size;
  const auto exponent = static_cast<std::size_t>(std::bit_width(size)) - 1;
  const auto kept = static_cast<std::size_t>(std::bit_width(exponent));
  const std::size_t mask = (std::size_t{1} << (exponent - kept)) - 1;
  return (size + mask) & ~mask;
}

}  // namespace

std::size_t padded_size(const Padding& padding, std::size_t size) {
  switch (padding.policy) {
    case PaddingPolicy::none:
      return size;
    case PaddingPolicy::to_multiple_of:
      THICKET_ASSERT(padding.multiple > 0);
      return (size + padding.multiple - 1) / padding.multiple * padding.multiple;
    case PaddingPolicy::padme:
      return padme_size(size);
  }
  THICKET_ASSERT(!"a padding policy");
  return size;
}

Result<void> check_padding(ByteView padding) {
  std::uint8_t any = 0;
  for (const std::uint8_t octet : padding) any = static_cast<std::uint8_t>(any | octet);
  if (any == 0) return {};
  return broken(Rule::padding).at("padding");
}

}  // namespace thicket::framing
