// CPU and wall time of a stretch of code.
#pragma once

#include "base/os/clock.h"

namespace thicket::bench {

class Stopwatch final {
 public:
  Stopwatch() { start(); }
  void start() {
    cpu_ = os::process_cpu_us();
    wall_ = os::monotonic_us();
  }
  // Of all threads of the process.
  double cpu_us() const { return os::process_cpu_us() - cpu_; }
  double wall_us() const { return os::monotonic_us() - wall_; }

 private:
  double cpu_ = 0;
  double wall_ = 0;
};

}  // namespace thicket::bench
