// isatty, by the name that the system gives it.
#include "base/os/terminal.h"

#ifdef _WIN32
#include <io.h>
#define THICKET_ISATTY _isatty
#else
#include <unistd.h>
#define THICKET_ISATTY isatty
#endif

namespace thicket::os {

bool is_terminal_error() {
  constexpr int standard_error = 2;
  return THICKET_ISATTY(standard_error) != 0;
}

#undef THICKET_ISATTY

}  // namespace thicket::os
