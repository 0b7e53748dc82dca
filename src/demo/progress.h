// How far a long scene is, for who looks on: on standard error, if that is a terminal.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace thicket::demo {

class Progress final {
 public:
  Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  void start(std::string_view doing, std::size_t total);
  // One more is done. From any thread.
  void step();
  void clear();

 private:
  const bool shown_;
  std::mutex mutex_;
  std::string doing_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;
  double next_us_ = 0;
  bool drawn_ = false;
};

}  // namespace thicket::demo
