// A broken assertion is a bug of ours: it stops the process, in release builds too.
#pragma once

namespace thicket {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace thicket

#define THICKET_ASSERT(condition)     \
  ((condition) ? static_cast<void>(0) \
               : ::thicket::assertion_failed(#condition, __FILE_NAME__, __LINE__))
