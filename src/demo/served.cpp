// fork and exec of this very program.
#include "demo/served.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "base/machine_failure.h"

namespace thicket::demo {
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

Served::Served(std::string data) : data_(std::move(data)) {
  start("127.0.0.1:0");
}

Served::~Served() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  wait();
}

void Served::kill() const {
  ::kill(pid_, SIGKILL);
}

void Served::restart() {
  wait();
  start(url_.substr(url_.rfind('/') + 1));
}

void Served::start(const std::string& listen) {
  std::array<int, 2> out{};
  if (pipe2(out.data(), O_CLOEXEC) != 0) throw MachineFailure("pipe2: no pipe for the service");
  const std::array<const char*, 7> argv{"thicket", "serve",       "--listen", listen.c_str(),
                                        "--data",  data_.c_str(), nullptr};
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
  const std::string line = pid_ > 0 ? first_line(out[0]) : std::string();
  close(out[0]);
  if (pid_ < 0) throw MachineFailure("fork: the service cannot be started");
  constexpr std::string_view ready = "listening on ";
  if (!line.starts_with(ready)) {
    kill();
    wait();
    throw MachineFailure("thicket serve did not come up: " + line);
  }
  url_ = line.substr(ready.size());
}

void Served::wait() {
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

}  // namespace thicket::demo
