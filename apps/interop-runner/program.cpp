// fork, exec and a pipe.
#include "interop-runner/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <system_error>
#include <thread>

namespace thicket::interop {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// In the child: nothing but system calls.
[[noreturn]] void become(char* const* arguments, int input, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);  // gone before it could be asked for
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

bool ended_within(pid_t pid, std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  while (waitpid(pid, nullptr, WNOHANG) == 0) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace

Program::Program(const std::vector<std::string>& command) {
  if (access(command.front().c_str(), X_OK) != 0) fail(command.front());
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::array<int, 2> ends{};
  if (nothing < 0 || pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become(arguments.data(), nothing, ends[1], parent);
  close(nothing);
  close(ends[1]);
  output_ = ends[0];
  if (pid_ < 0) {
    close(output_);
    fail("fork");
  }
}

Program::~Program() {
  kill(pid_, SIGTERM);
  if (!ended_within(pid_, std::chrono::seconds(5))) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(output_);
}

std::optional<std::string> Program::read_line(int timeout_ms) {
  const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
  std::string line;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd wait{output_, POLLIN, 0};
    if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) <= 0) return {};
    // Octet by octet: a line is read once in a program's life.
    char octet = 0;
    if (read(output_, &octet, 1) <= 0) return {};
    if (octet == '\n') return line;
    line.push_back(octet);
  }
}

}  // namespace thicket::interop
