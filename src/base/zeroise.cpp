// Overwriting octets so that no compiler removes it.
#include "base/zeroise.h"

#include <string.h>

#include <array>

namespace thicket {

void zeroise(ByteSpan bytes) {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

// A sanitizer's red zones would leave gaps.
[[gnu::noinline, gnu::no_sanitize_address]] void zeroise_stack_below() {
  std::array<std::uint8_t, std::size_t{32} << 10> frame;
  zeroise(frame);
}

}  // namespace thicket
