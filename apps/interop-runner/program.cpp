// fork, exec and pipes.
#include "interop-runner/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <system_error>

namespace thicket::interop {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  int reading = -1;
  int writing = -1;
};
Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {ends[0], ends[1]};
}

[[noreturn]] void become(const std::vector<std::string>& command, int input, int output) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

Program::Program(const std::vector<std::string>& command) : name_(command.front()) {
  if (access(name_.c_str(), X_OK) != 0) fail(name_);
  // A program that has ended is noticed where we write to it, not by a signal.
  signal(SIGPIPE, SIG_IGN);
  const Pipe to = make_pipe();
  const Pipe from = make_pipe();
  pid_ = fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) become(command, to.reading, from.writing);
  close(to.reading);
  close(from.writing);
  input_ = to.writing;
  output_ = from.reading;
}

Program::~Program() {
  close(input_);
  close(output_);
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

std::optional<std::string> Program::read_line(int timeout_ms) {
  for (;;) {
    const std::size_t end = read_.find('\n');
    if (end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    pollfd wait{output_, POLLIN, 0};
    if (poll(&wait, 1, timeout_ms) <= 0) return std::nullopt;
    std::array<char, 1 << 16> part{};
    const ssize_t size = read(output_, part.data(), part.size());
    if (size <= 0) return std::nullopt;
    read_.append(part.data(), static_cast<std::size_t>(size));
  }
}

bool Program::write_line(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t size = write(input_, text.data() + at, text.size() - at);
    if (size <= 0) return false;
    at += static_cast<std::size_t>(size);
  }
  return true;
}

}  // namespace thicket::interop
