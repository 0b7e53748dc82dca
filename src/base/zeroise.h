// Overwriting octets so that no compiler removes it.
#pragma once

#include "base/bytes.h"

namespace thicket {

void zeroise(ByteSpan bytes);

}  // namespace thicket
