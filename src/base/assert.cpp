// Assertions that stay on in release.
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace thicket {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "thicket: assertion failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace thicket
