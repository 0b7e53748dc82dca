// clock_gettime of POSIX, which the Windows toolchain has too.
#include "base/os/clock.h"

#include <time.h>

namespace thicket::os {
namespace {

double clock_us(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

}  // namespace

double monotonic_us() {
  return clock_us(CLOCK_MONOTONIC);
}
double thread_cpu_us() {
  return clock_us(CLOCK_THREAD_CPUTIME_ID);
}
double process_cpu_us() {
  return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}
std::uint64_t unix_seconds() {
  return static_cast<std::uint64_t>(time(nullptr));
}

}  // namespace thicket::os
