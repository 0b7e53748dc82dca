// Overwriting octets so that no compiler removes it.
#include "base/zeroise.h"

#include <string.h>

namespace thicket {

void zeroise(ByteSpan bytes) {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

}  // namespace thicket
