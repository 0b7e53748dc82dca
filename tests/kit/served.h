// `thicket serve` as a process of a test, and callers of it. THICKET_PROGRAM is the program's path.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include "kit/person.h"
#include "transport/client.h"

namespace thicket::kit {

// The program, with what it prints; killed at the end if it still runs.
class Process final {
 public:
  explicit Process(std::vector<std::string> arguments) {
    std::array<int, 2> out{};
    REQUIRE(pipe2(out.data(), O_CLOEXEC) == 0);
    arguments.insert(arguments.begin(), THICKET_PROGRAM);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      dup2(out[1], STDERR_FILENO);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(out[1]);
    output_ = out[0];
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (pid_ > 0) end(SIGKILL);
    close(output_);
  }

  std::string line() {
    std::string out;
    for (char c = 0; read(output_, &c, 1) == 1 && c != '\n';) out += c;
    return out;
  }
  // Sends a signal (0: none) and waits; the exit code, or minus the signal that ended it.
  int end(int signal) {
    if (signal != 0) kill(pid_, signal);
    int status = 0;
    REQUIRE(waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

class Served final {
 public:
  explicit Served(const std::string& data, const std::string& listen = "127.0.0.1:0")
      : process({"serve", "--listen", listen, "--data", data}) {
    const std::string ready = process.line();
    constexpr std::string_view start = "listening on ";
    REQUIRE_MESSAGE(ready.starts_with(start), ready);
    url = ready.substr(start.size());
  }
  std::string address() const { return url.substr(std::string("http://").size()); }
  Process process;
  std::string url;
};

inline std::unique_ptr<transport::Caller> connect(const std::string& url) {
  transport::ClientOptions options;
  options.url = url;
  options.patience = std::chrono::milliseconds(10'000);
  return good(transport::connect(options));
}

// Asks again, with the same id, until there is an answer: the service is killed meanwhile.
class Persistent final : public transport::Caller {
 public:
  explicit Persistent(const std::string& url) : caller_(connect(url)) {}
  transport::Outcome call(const transport::Request& request) override {
    for (int attempt = 0;; ++attempt) {
      auto outcome = caller_->call(request);
      if (std::holds_alternative<transport::Reply>(outcome)) return outcome;
      REQUIRE(attempt < 1000);
      ++unanswered;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  int unanswered = 0;

 private:
  std::unique_ptr<transport::Caller> caller_;
};

inline Instant clock_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Instant{
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count())};
}

}  // namespace thicket::kit
