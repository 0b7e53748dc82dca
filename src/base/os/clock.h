// Clocks that measurements are made with. What the protocol knows of time is an argument of its
// calls.
#pragma once

#include <cstdint>

namespace thicket::os {

// Since some moment of the past; never goes back.
double monotonic_us();
// Of this thread, and of all threads of the process, ended ones too.
double thread_cpu_us();
double process_cpu_us();
// The time of day, since 1970.
std::uint64_t unix_seconds();

}  // namespace thicket::os
