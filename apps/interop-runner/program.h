// A program that is started, spoken to and ended: its standard input and output are pipes.
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
  ~Program();

  const std::string& name() const { return name_; }
  // Without its end; nothing where the program has closed its output, or kept silent for so long.
  std::optional<std::string> read_line(int timeout_ms);
  // False where the program has closed its input.
  bool write_line(const std::string& line);

 private:
  std::string name_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string read_;  // what came after the last line
};

}  // namespace thicket::interop
