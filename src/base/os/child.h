// This very program as a process of its own, and a directory for what it keeps. Not on Windows.
#pragma once

#include <span>
#include <string>

namespace thicket::os {

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

// Ends with this process, however that ends. start() belongs to the thread that made it.
class Child final {
 public:
  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  // Runs this program with these arguments, the program's name first; one at a time. Answers the
  // first line of what it prints, or what there was when it ended. Throws MachineFailure where it
  // cannot be started.
  std::string start(std::span<const std::string> arguments);
  bool started() const { return pid_ >= 0; }
  int pid() const { return pid_; }
  // No chance to finish anything. From any thread.
  void kill() const;
  void wait();

 private:
  int pid_ = -1;
};

}  // namespace thicket::os
