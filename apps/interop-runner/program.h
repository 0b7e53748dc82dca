// A program that is started, heard and ended. Its standard output is a pipe to us.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace thicket::interop {

class Program final {
 public:
  // Throws std::system_error. It ends with us, however we end.
  explicit Program(const std::vector<std::string>& command);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  // Asks it to end, and ends it where it does not.
  ~Program();

  pid_t pid() const { return pid_; }
  // Without its end; nothing where the program has closed its output, or wrote no line in time.
  std::optional<std::string> read_line(int timeout_ms);

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

}  // namespace thicket::interop
