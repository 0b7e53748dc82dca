// CPU and wall time of a stretch of code.
#pragma once

#include <time.h>

namespace thicket::bench {

class Stopwatch final {
 public:
  Stopwatch() { start(); }
  void start() {
    cpu_ = now(CLOCK_PROCESS_CPUTIME_ID);
    wall_ = now(CLOCK_MONOTONIC);
  }
  // Of all threads of the process.
  double cpu_us() const { return now(CLOCK_PROCESS_CPUTIME_ID) - cpu_; }
  double wall_us() const { return now(CLOCK_MONOTONIC) - wall_; }

 private:
  static double now(clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
  }
  double cpu_ = 0;
  double wall_ = 0;
};

}  // namespace thicket::bench
