// `thicket serve` as a process of its own, that can be killed and started again.
#pragma once

#include <sys/types.h>

#include <string>

namespace thicket::demo {

// A directory that is gone at the end, with all that is in it.
class TemporaryDirectory final {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// This program's verb `serve` on a loopback port. Ends with this process, however that ends.
// Throws MachineFailure where it cannot be started. start() belongs to the thread that made it.
class Served final {
 public:
  explicit Served(std::string data);
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  ~Served();

  const std::string& url() const { return url_; }
  const std::string& data() const { return data_; }
  pid_t pid() const { return pid_; }
  // SIGKILL: no chance to finish anything. From any thread.
  void kill() const;
  // After kill(): on the same data and the same port.
  void restart();

 private:
  void start(const std::string& listen);
  void wait();

  const std::string data_;
  pid_t pid_ = -1;
  std::string url_;
};

}  // namespace thicket::demo
