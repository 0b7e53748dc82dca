// CPU and wall time as the demo prints them.
#pragma once

#include <time.h>

namespace thicket::demo {

inline double clock_us(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}
inline double wall_us() {
  return clock_us(CLOCK_MONOTONIC);
}
inline double thread_cpu_us() {
  return clock_us(CLOCK_THREAD_CPUTIME_ID);
}
// Of all threads, ended ones too; not of the service, which is another process.
inline double process_cpu_us() {
  return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

}  // namespace thicket::demo
