// fork and exec of this very program.
#ifndef _WIN32
#include "base/os/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/assert.h"
#include "base/machine_failure.h"

namespace thicket::os {
namespace {

constexpr const char* this_program = "/proc/self/exe";

// Up to the end of the first line, or of what there is.
std::string first_line(int file) {
  std::string out;
  char octet = 0;
  for (;;) {
    const ssize_t got = ::read(file, &octet, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1 || octet == '\n') return out;
    out += octet;
  }
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  path_ = (std::filesystem::temp_directory_path() / "thicket-demo-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) throw MachineFailure(path_ + ": " + std::strerror(errno));
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Child::~Child() {
  if (!started()) return;
  ::kill(pid_, SIGTERM);
  wait();
}

void Child::kill() const {
  ::kill(pid_, SIGKILL);
}

std::string Child::start(std::span<const std::string> arguments) {
  THICKET_ASSERT(!started());
  std::array<int, 2> out{};
  if (pipe2(out.data(), O_CLOEXEC) != 0) throw MachineFailure("pipe2: no pipe for the child");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    // Only what is safe between fork and exec of a process with threads.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    dup2(out[1], STDOUT_FILENO);
    execv(this_program, const_cast<char* const*>(argv.data()));
    _exit(127);
  }
  close(out[1]);
  std::string line = started() ? first_line(out[0]) : std::string();
  close(out[0]);
  if (!started()) throw MachineFailure("fork: this program cannot be started again");
  return line;
}

void Child::wait() {
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

}  // namespace thicket::os
#endif
