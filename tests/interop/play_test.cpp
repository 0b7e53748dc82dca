// Scripts played between two servers, and what becomes of a play when one of them is not as it
// should be.
#include "interop-runner/play.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <functional>

#include "interop-runner/grammar.h"
#include "interop-runner/program.h"
#include "interop-runner/run.h"
#include "mls_client.pb.h"

namespace thicket::interop {
namespace {

namespace pb = mls_client;
using google::protobuf::Message;
using namespace std::chrono_literals;

const std::vector<std::string> server{THICKET_INTEROP_SERVER, "--port", "0"};

Script script_of(const std::string& steps) {
  auto scripts = parse_scripts("file", R"({"scripts": {"own": [)" + steps + "]}}");
  check(scripts.front());
  return scripts.front();
}

// Passes calls on to a server, and meddles with one of them.
struct Meddling {
  std::string method;
  std::function<void(Message&)> with_answer;
  std::optional<Outcome> instead;
  std::size_t restarts = 0;
};
class Between final : public Peer {
 public:
  Between(std::unique_ptr<Peer> peer, Meddling& meddling)
      : peer_(std::move(peer)), meddling_(meddling) {}
  Outcome call(const std::string& method, const Message& request, Message& response) override {
    if (method == meddling_.method && meddling_.instead) return *meddling_.instead;
    Outcome outcome = peer_->call(method, request, response);
    if (method == meddling_.method && meddling_.with_answer) meddling_.with_answer(response);
    return outcome;
  }
  void restart() override {
    ++meddling_.restarts;
    peer_->restart();
    meddling_.instead.reset();
  }

 private:
  std::unique_ptr<Peer> peer_;
  Meddling& meddling_;
};

template <class Response>
std::function<void(Message&)> change(std::string* (Response::*field)()) {
  return [=](Message& message) {
    std::string& octets = *(dynamic_cast<Response&>(message).*field)();
    REQUIRE_FALSE(octets.empty());
    octets[0] ^= 1;
  };
}

// Ada at a server, ben at another with somebody in between.
class Two {
 public:
  Two() { second.peer = std::make_unique<Between>(std::move(second.peer), meddling); }
  Ending play(const std::string& steps, bool encrypt = true) {
    return interop::play(script_of(steps), {.actors = {{"ada", &first}, {"ben", &second}},
                                            .suite = 1,
                                            .encrypt_handshake = encrypt,
                                            .seed = 1});
  }
  Meddling meddling;
  Client first = start_server(server, 20s);
  Client second = start_server(server, 20s);
};

const std::string created = R"({"action": "createGroup", "actor": "ada", "members": ["ben"]})";
const std::string talk = created + R"(,
    {"action": "protect", "actor": "ben", "authenticatedData": "to all", "plaintext": "hello"},
    {"action": "unprotect", "actor": "ada", "ciphertext": 1})";
const std::string branched =
    created + R"(, {"action": "branch", "actor": "ben", "members": ["ada"]})";

TEST_CASE("our own scripts pass between two servers, in both handshake forms") {
  RunPlan plan;
  for (const char* file : {"turns", "steps", "outsiders", "successors"}) {
    const auto path = std::string(THICKET_SOURCE_DIR "/interop/scripts/") + file + ".json";
    for (Script& script : read_scripts(path)) plan.scripts.push_back(std::move(script));
  }
  plan.suites = {1};
  plan.castings_max = 2;
  Client first = start_server(server, 20s);
  Client second = start_server({THICKET_INTEROP_SERVER, "--port", "0", "--reopen"}, 20s);
  const Judgement judgement = judge(run(plan, first, second), nullptr);
  for (const std::string& complaint : judgement.complaints) MESSAGE(complaint);
  CHECK(judgement.failed == 0);
  CHECK(judgement.passed == plan.scripts.size() * 2 * 2);
}

TEST_CASE("whoever says another thing of an epoch fails the play") {
  struct Lie {
    std::string method;
    std::function<void(Message&)> with_answer;
    std::string where;
    std::string why;
  };
  const std::vector<Lie> lies = {
      {"JoinGroup", change(&pb::JoinGroupResponse::mutable_epoch_authenticator),
       "step 0 (createGroup), ben", "the epoch authenticator is "},
      {"StateAuth", change(&pb::StateAuthResponse::mutable_state_auth_secret),
       "step 0 (createGroup), ben", "the epoch authenticator is "},
      {"Export", change(&pb::ExportResponse::mutable_exported_secret), "step 0 (createGroup), ada",
       "exports another secret than ben"},
      {"Protect", change(&pb::ProtectResponse::mutable_ciphertext),
       "step 2 (unprotect), ada at Thicket, Unprotect", ""},
  };
  Two two;
  REQUIRE(two.play(talk).verdict == Ending::passed);
  for (const Lie& lie : lies) {
    INFO(lie.method);
    two.meddling.method = lie.method;
    two.meddling.with_answer = lie.with_answer;
    const Ending ending = two.play(talk);
    CHECK(ending.verdict == Ending::failed);
    CHECK(ending.where == lie.where);
    CHECK(ending.why.starts_with(lie.why));
    CHECK_FALSE(ending.why.empty());
  }
}

TEST_CASE("a message that is read otherwise than it was sent fails the play") {
  const std::string heard = created + R"(,
      {"action": "protect", "actor": "ada", "authenticatedData": "to all", "plaintext": "hello"},
      {"action": "unprotect", "actor": "ben", "ciphertext": 1})";
  Two two;
  two.meddling.method = "Unprotect";
  two.meddling.with_answer = change(&pb::UnprotectResponse::mutable_plaintext);
  CHECK(two.play(heard).why == "reads another plaintext");
  two.meddling.with_answer = change(&pb::UnprotectResponse::mutable_authenticated_data);
  CHECK(two.play(heard).why == "reads other authenticated data");
}

TEST_CASE("what a client does not offer is told from what it refuses") {
  Two two;
  two.meddling.method = "CreateBranch";
  two.meddling.instead = {Outcome::unimplemented, "we have no branches"};
  Ending ending = two.play(branched);
  CHECK(ending.verdict == Ending::not_offered);
  CHECK(ending.where == "step 1 (branch), ben at Thicket, CreateBranch");
  CHECK(ending.why == "we have no branches");
  two.meddling.instead = {Outcome::refused, "not today"};
  ending = two.play(branched);
  CHECK(ending.verdict == Ending::failed);
  CHECK(ending.why == "not today");
  for (const char* method : {"StateAuth", "Export", "Free"}) {
    two.meddling.method = method;
    two.meddling.instead = {Outcome::unimplemented, ""};
    CHECK(two.play(branched).verdict == Ending::passed);
  }
}

TEST_CASE("what a server refuses is told in its words") {
  Two two;
  const Ending ending =
      two.play(created + R"(, {"action": "removeProposal", "actor": "ben", "removed": "nobody"})");
  CHECK(ending.verdict == Ending::failed);
  CHECK(ending.where == "step 1 (removeProposal), ben at Thicket, RemoveProposal");
  CHECK_FALSE(ending.why.empty());
}

TEST_CASE("both servers are started anew when one is gone, and the run goes on") {
  Two two;
  two.meddling.method = "Commit";
  two.meddling.instead = {Outcome::gone, "the server has ended"};
  RunPlan plan;
  plan.scripts = {script_of(talk)};
  plan.suites = {1};
  plan.encrypt_handshake = {false};
  const Counts counts = run(plan, two.first, two.second);
  REQUIRE(counts.size() == 1);
  CHECK(counts.begin()->second.failed == 1);
  CHECK(counts.begin()->second.passed == 3);
  CHECK(two.meddling.restarts == 1);
}

// A server of the test's own, of which it knows the process.
struct Own {
  Program program{server};
  std::string address() {
    const auto line = program.read_line(20'000);
    REQUIRE(line);
    return line->substr(std::string("listening on ").size());
  }
};

TEST_CASE("a server that has ended, or stands still, ends the play and not the runner") {
  for (const int signal : {SIGKILL, SIGSTOP}) {
    Own own;
    Client first = start_server(server, 20s);
    Client second = connect(own.address(), 1s);
    const Casting casting{.actors = {{"ada", &first}, {"ben", &second}}, .suite = 1, .seed = 1};
    REQUIRE(play(script_of(talk), casting).verdict == Ending::passed);
    kill(own.program.pid(), signal);
    const auto start = std::chrono::steady_clock::now();
    CHECK(play(script_of(talk), casting).verdict == Ending::gone);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    CHECK_THROWS_AS(second.peer->restart(), std::runtime_error);
    kill(own.program.pid(), SIGCONT);
  }
}

TEST_CASE("a program that does not say that it listens is no server") {
  const std::string sh = "/bin/sh";
  CHECK_THROWS_AS(start_server({sh, "-c", "echo hello"}, 5s), std::runtime_error);
  CHECK_THROWS_AS(start_server({sh, "-c", "exit 1"}, 5s), std::runtime_error);
  CHECK_THROWS_AS(start_server({sh, "-c", "exec sleep 30"}, 200ms), std::runtime_error);
  // Nobody listens there: port 1 is not for users.
  CHECK_THROWS_AS(start_server({sh, "-c", "echo listening on 127.0.0.1:1"}, 500ms),
                  std::runtime_error);
  CHECK_THROWS_AS(start_server({"/no/such/program"}, 1s), std::system_error);
}

TEST_CASE("a program that does not end when it is asked to is ended") {
  const auto start = std::chrono::steady_clock::now();
  pid_t pid = 0;
  {
    Program stubborn({"/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"});
    REQUIRE(stubborn.read_line(5'000) == "ready");
    pid = stubborn.pid();
  }
  CHECK(kill(pid, 0) != 0);
  CHECK(std::chrono::steady_clock::now() - start < 15s);
}

}  // namespace
}  // namespace thicket::interop
