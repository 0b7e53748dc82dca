// `thicket serve` as a process of its own, that can be killed and started again.
#pragma once

#include <string>

#include "base/os/child.h"

namespace thicket::demo {

// This program's verb `serve` on a loopback port. Ends with this process, however that ends.
// Throws MachineFailure where it cannot be started.
class Served final {
 public:
  explicit Served(std::string data);
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  const std::string& url() const { return url_; }
  const std::string& data() const { return data_; }
  int pid() const { return process_.pid(); }
  // SIGKILL: no chance to finish anything. From any thread.
  void kill() const { process_.kill(); }
  // After kill(): on the same data and the same port.
  void restart();

 private:
  void start(const std::string& listen);

  const std::string data_;
  os::Child process_;
  std::string url_;
};

}  // namespace thicket::demo
