// A line that is drawn over itself.
#include "demo/progress.h"

#include <cstdio>

#include "base/os/clock.h"
#include "base/os/terminal.h"

namespace thicket::demo {

namespace {
constexpr double first_after_us = 500e3;
constexpr double again_after_us = 100e3;
}  // namespace

Progress::Progress() : shown_(os::is_terminal_error()) {}

void Progress::start(std::string_view doing, std::size_t total) {
  const std::lock_guard lock(mutex_);
  doing_ = doing;
  total_ = total;
  done_ = 0;
  next_us_ = os::monotonic_us() + first_after_us;
}

void Progress::step() {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  ++done_;
  const double now = os::monotonic_us();
  if (now < next_us_) return;
  next_us_ = now + again_after_us;
  drawn_ = true;
  std::fprintf(stderr, "\r\033[K    %s: %zu of %zu", doing_.c_str(), done_, total_);
  std::fflush(stderr);
}

void Progress::clear() {
  const std::lock_guard lock(mutex_);
  if (!drawn_) return;
  drawn_ = false;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace thicket::demo
