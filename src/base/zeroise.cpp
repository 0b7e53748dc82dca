// Overwriting octets so that no compiler removes it.
#include "base/zeroise.h"

#include <string.h>

#include <array>
#include <atomic>

namespace thicket {

void zeroise(ByteSpan bytes) {
#ifdef _WIN32  // its C library has no explicit_bzero
  volatile std::uint8_t* const octets = bytes.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) octets[i] = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
#else
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
#endif
}

// A sanitizer's red zones would leave gaps.
[[gnu::noinline, gnu::no_sanitize_address]] void zeroise_stack_below() {
  std::array<std::uint8_t, std::size_t{32} << 10> frame;
  zeroise(frame);
}

}  // namespace thicket
