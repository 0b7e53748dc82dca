// `thicket serve` as a process: started, stopped, killed in mid-commit and started again.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "kit/client.h"
#include "transport/wire.h"

namespace thicket {
namespace {

using kit::answer;
using kit::Client;
using std::chrono::milliseconds;

class Directory final {
 public:
  Directory() {
    std::string made = (std::filesystem::temp_directory_path() / "thicket-serve-XXXXXX").string();
    REQUIRE(mkdtemp(made.data()) != nullptr);
    path = made;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path); }
  std::string path;
};

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

std::unique_ptr<transport::Caller> connect(const std::string& url) {
  transport::ClientOptions options;
  options.url = url;
  options.patience = milliseconds(10'000);
  return kit::good(transport::connect(options));
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
      std::this_thread::sleep_for(milliseconds(10));
    }
  }
  int unanswered = 0;

 private:
  std::unique_ptr<transport::Caller> caller_;
};

Instant clock_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Instant{
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count())};
}

}  // namespace

TEST_CASE("serve says where it listens, answers, and ends cleanly when it is told to") {
  Directory directory;
  for (const int signal : {SIGTERM, SIGINT}) {
    Served served(directory.path + "/made by it");
    const auto caller = connect(served.url);
    transport::Request request;
    request.body = transport::PutBlob{{1, 2, 3}};
    CHECK(answer<transport::BlobStored>(caller->call(request)).sha256.size() == 32);
    CHECK(served.process.end(signal) == 0);
  }
}

TEST_CASE("serve refuses what cannot be, in one line") {
  Directory directory;
  Process open({"serve", "--listen", "0.0.0.0:0", "--data", directory.path});
  CHECK(open.line().find("loopback") != std::string::npos);
  CHECK(open.end(0) == 2);
  Process half({"serve", "--data", directory.path, "--certificate", "x"});
  CHECK(half.line().find("--key") != std::string::npos);
  CHECK(half.end(0) == 2);
  Served first(directory.path);
  Process second({"serve", "--listen", "127.0.0.1:0", "--data", directory.path});
  CHECK(second.line().find("service.sqlite") != std::string::npos);
  CHECK(second.end(0) == 3);
}

TEST_CASE("killed in mid-commit again and again, the service loses and doubles nothing") {
  const auto provider = crypto::make_awslc();
  Directory directory;
  auto served = std::make_unique<Served>(directory.path);
  const std::string address = served->address();
  Persistent service(served->url);
  Client ana(*provider, service, "ana", clock_now());
  Client bob(*provider, service, "bob", clock_now());
  const Bytes bobs = bob.upload_key_package();
  const Bytes group_id = to_bytes("the group");
  ana.create(group_id);
  REQUIRE(ana.commit(ana.adding({"bob"})));
  bob.join(bobs);

  std::atomic<bool> done = false;
  std::thread killer([&] {
    for (int round = 0; round < 6; ++round) {
      std::this_thread::sleep_for(milliseconds(40 + 13 * round));
      served->process.end(SIGKILL);
      served = std::make_unique<Served>(directory.path, address);
    }
    done = true;
  });
  std::size_t commits = 1;
  for (; !done; ++commits) {
    group::CommitPlan plan;
    plan.force_path = true;
    REQUIRE(ana.commit(std::move(plan)));
    ana.say("commit " + std::to_string(commits));
  }
  killer.join();
  CHECK(service.unanswered > 0);
  bob.sync();
  CHECK(bob.group->epoch() == Epoch{commits});
  CHECK(ana.group->epoch() == Epoch{commits});
  CHECK(equal(ana.group->epoch_authenticator(), bob.group->epoch_authenticator()));
  REQUIRE(bob.heard.size() == commits - 1);
  for (std::size_t i = 0; i < bob.heard.size(); ++i)
    CHECK(bob.heard[i] == "commit " + std::to_string(i + 1));
  CHECK(served->process.end(SIGTERM) == 0);
}

}  // namespace thicket
