// Overwriting what libraries leave on the stack.
#include "base/zeroise.h"

#include <array>

namespace thicket {

// A sanitizer's red zones would leave gaps.
[[gnu::noinline, gnu::no_sanitize_address]] void zeroise_stack_below() {
  std::array<std::uint8_t, std::size_t{32} << 10> frame;
  zeroise(frame);
}

}  // namespace thicket
