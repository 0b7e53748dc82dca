// Overwriting octets so that no compiler removes it.
#pragma once

#include <cstring>

#include "base/bytes.h"

namespace thicket {

// In place, so that a few octets cost a few stores. The empty statement reads all memory.
inline void zeroise(ByteSpan bytes) {
  if (bytes.empty()) return;
  std::memset(bytes.data(), 0, bytes.size());
  asm volatile("" : : "r"(bytes.data()) : "memory");
}

// Overwrites what calls that have returned left below this frame, as deep as the libraries that
// leave secrets there go.
void zeroise_stack_below();

}  // namespace thicket
