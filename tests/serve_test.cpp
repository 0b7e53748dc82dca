// `thicket serve` as a process: started, stopped, killed in mid-commit and started again.
#include <doctest/doctest.h>

#include <atomic>

#include "kit/client.h"
#include "kit/served.h"
#include "kit/temporary_directory.h"
#include "transport/wire.h"

namespace thicket {

using kit::answer;
using kit::Client;
using kit::clock_now;
using kit::Persistent;
using kit::Process;
using kit::Served;
using kit::TemporaryDirectory;
using std::chrono::milliseconds;

TEST_CASE("serve says where it listens, answers, and ends cleanly when it is told to") {
  const TemporaryDirectory directory;
  for (const int signal : {SIGTERM, SIGINT}) {
    Served served(directory.path() + "/made by it");
    const auto caller = kit::connect(served.url);
    transport::Request request;
    request.body = transport::PutBlob{{1, 2, 3}};
    CHECK(answer<transport::BlobStored>(caller->call(request)).sha256.size() == 32);
    CHECK(served.process.end(signal) == 0);
  }
}

TEST_CASE("serve refuses what cannot be, in one line") {
  const TemporaryDirectory directory;
  Process open({"serve", "--listen", "0.0.0.0:0", "--data", directory.path()});
  CHECK(open.line().find("loopback") != std::string::npos);
  CHECK(open.end(0) == 2);
  Process half({"serve", "--data", directory.path(), "--certificate", "x"});
  CHECK(half.line().find("--key") != std::string::npos);
  CHECK(half.end(0) == 2);
  Served first(directory.path());
  Process second({"serve", "--listen", "127.0.0.1:0", "--data", directory.path()});
  CHECK(second.line().find("service.sqlite") != std::string::npos);
  CHECK(second.end(0) == 3);
}

TEST_CASE("killed in mid-commit again and again, the service loses and doubles nothing") {
  const auto provider = crypto::make_awslc();
  const TemporaryDirectory directory;
  auto served = std::make_unique<Served>(directory.path());
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
      served = std::make_unique<Served>(directory.path(), address);
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
