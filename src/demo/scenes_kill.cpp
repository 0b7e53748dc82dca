// The scene in which the service is killed while a commit is under way, again and again.
#include <algorithm>
#include <chrono>
#include <thread>

#include "base/os/clock.h"
#include "demo/scenes.h"

namespace thicket::demo {
namespace {

std::vector<transport::Entry> whole_log(World& world) {
  std::vector<transport::Entry> out;
  for (;;) {
    auto part = world.line().ask<transport::LogPart>(
        transport::ReadLog{world.group_id, out.size(), 1 << 20});
    std::move(part.entries.begin(), part.entries.end(), std::back_inserter(out));
    if (out.size() >= part.head.next) return out;
  }
}

// What became of a commit that was posted while the service died.
struct Kill {
  bool answered = false;  // the reply came first
  bool written = false;   // the commit was in the log when the service came back
  double us = 0;          // from the post to the answer, or to the loss of the connection
};

class KilledInMidCommit final {
 public:
  explicit KilledInMidCommit(World& world) : world_(world) {}

  Kill kill_after(double delay_us, Member& committer, Member& rival) {
    Line& line = world_.line();
    committer.catch_up(line);
    rival.catch_up(line);
    group::CommitPlan plan;
    plan.force_path = true;
    auto prepared = committer.prepare(line, plan);
    auto beaten = rival.prepare(line, plan);
    const auto before = whole_log(world_);

    Kill out = post_and_kill(prepared.request, delay_us);
    world_.served.restart();
    expect_prefix(before);
    out.written = whole_log(world_).size() > before.size();

    const auto verdict = Line::expect_reply<transport::Won>(line.ask(prepared.request));
    expect(Line::expect_reply<transport::Won>(line.ask(prepared.request)) == verdict,
           "asked again, the service gives the first verdict");
    expect(verdict.number == before.size(), "the commit is in the log once");
    const auto lost = Line::expect_reply<transport::Lost>(line.ask(beaten.request));
    expect(lost.winner == sha256(prepared.outgoing.message),
           "who was second is told who was first");
    committer.won(std::move(prepared), verdict);
    return out;
  }

 private:
  Kill post_and_kill(const transport::Request& request, double delay_us) {
    Kill out;
    const double start_us = os::monotonic_us();
    const std::jthread killer([&] {
      std::this_thread::sleep_for(std::chrono::duration<double, std::micro>(delay_us));
      world_.served.kill();
    });
    const auto outcome = world_.line().ask_once(request);
    out.us = os::monotonic_us() - start_us;
    out.answered = std::holds_alternative<transport::Reply>(outcome);
    return out;
  }

  // Everything that was in the log is in it, octet by octet.
  void expect_prefix(const std::vector<transport::Entry>& before) {
    const auto after = whole_log(world_);
    expect(after.size() >= before.size() && std::equal(before.begin(), before.end(), after.begin()),
           "the log is as it was before the service was killed");
  }

  Bytes sha256(ByteView octets) const {
    Bytes out(crypto::size_of(crypto::HashId::sha256));
    const ByteView parts[] = {octets};
    world_.crypto.provider().hash(crypto::HashId::sha256, parts, out);
    return out;
  }

  World& world_;
};

double random_fraction(Random& random) {
  std::array<std::uint8_t, 2> octets{};
  random.fill(octets);
  return (octets[0] * 256 + octets[1]) / 65536.0;
}

}  // namespace

std::string kill_the_service(World& world) {
  constexpr std::uint64_t kills_wanted = 5;
  constexpr int tries_max = 40;
  KilledInMidCommit killer(world);
  std::uint64_t killed = 0;
  std::uint64_t written = 0;
  // A commit takes about so long: the kill is to come before its end. Each answer that is faster
  // than the kill brings it closer.
  double span_us = 4000;
  for (int tries = 0; killed < kills_wanted && tries < tries_max; ++tries) {
    Member& committer = tries % 2 == 0 ? world.ana() : world.ben();
    Member& rival = tries % 2 == 0 ? world.ben() : world.ana();
    // Most of that time it is on the disk already; every other kill comes early.
    const double latest_us = tries % 2 == 0 ? span_us : span_us / 5;
    const double delay_us = latest_us * random_fraction(world.crypto.provider().random());
    const Kill kill = killer.kill_after(delay_us, committer, rival);
    if (kill.answered) {
      span_us = std::min(span_us, kill.us) * 0.9;
      continue;
    }
    ++killed;
    written += kill.written ? 1 : 0;
  }
  expect(killed > 0, "the service was killed before it could answer");
  world.catch_up();
  world.agree();
  return "the service is killed " + counted(killed, "time", "times") +
         " with a commit under way, " + grouped(written) +
         " of them after it was written: it comes back with the same log, a retry gets the one "
         "verdict, the rival's commit is refused, and all catch up with epoch " +
         std::to_string(world.ana().group().epoch().value);
}

}  // namespace thicket::demo
