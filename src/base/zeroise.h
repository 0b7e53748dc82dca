// Overwriting octets so that no compiler removes it.
#pragma once

#include "base/bytes.h"

namespace thicket {

void zeroise(ByteSpan bytes);

// Overwrites what calls that have returned left below this frame, as deep as the libraries that
// leave secrets there go.
void zeroise_stack_below();

}  // namespace thicket
