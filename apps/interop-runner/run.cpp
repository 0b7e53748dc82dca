// All plays, one after the other.
#include "interop-runner/run.h"

#include <stdexcept>

#include "interop-runner/grammar.h"

namespace thicket::interop {
namespace {

// "alice bob | carol": who was at the first client, and who at the second.
std::string cast_of(const std::vector<std::string>& actors, const Assignment& assignment) {
  std::string first;
  std::string second;
  for (std::size_t i = 0; i < actors.size(); ++i) {
    std::string& side = assignment[i] ? second : first;
    side += (side.empty() ? "" : " ") + actors[i];
  }
  return first + " | " + second;
}

void note(Count& count, const Ending& ending) {
  if (ending.verdict == Ending::passed) {
    ++count.passed;
    return;
  }
  const bool lacks = ending.verdict == Ending::not_offered;
  ++(lacks ? count.not_offered : count.failed);
  if (!count.because.empty()) return;
  count.because =
      (lacks ? "not offered: " : "failed: ") + ending.where + ": " + ending.why;
}

class Running final {
 public:
  Running(const RunPlan& plan, Client& first, Client& second)
      : plan_(plan), first_(first), second_(second) {}

  Counts over(const Script& script) {
    actors_ = actors_of(script);
    const auto chosen = assignments({.actors = actors_.size(),
                                     .most = plan_.castings_max,
                                     .seed = plan_.seed,
                                     .clients_differ = plan_.clients_differ});
    Counts counts;
    for (const std::uint32_t suite : plan_.suites) {
      for (const bool encrypt : plan_.encrypt_handshake) {
        const Key key{script.name, suite, encrypt};
        Count& count = counts[key];
        for (const Assignment& assignment : chosen) note(count, once(script, key, assignment));
      }
    }
    return counts;
  }

 private:
  Ending once(const Script& script, const Key& key, const Assignment& assignment) {
    // Another seed each time, so that what is picked at random differs.
    Casting casting{.actors = {},
                    .suite = key.suite,
                    .encrypt_handshake = key.encrypt_handshake,
                    .seed = plan_.seed + ++plays_};
    for (std::size_t i = 0; i < actors_.size(); ++i) {
      casting.actors[actors_[i]] = assignment[i] ? &second_ : &first_;
    }
    Ending ending = play(script, casting);
    if (ending.verdict != Ending::passed && plan_.report) {
      plan_.report(key, cast_of(actors_, assignment), ending);
    }
    if (ending.verdict == Ending::gone) restart();
    return ending;
  }

  // Both: what the other keeps of the play is of no use to anybody.
  void restart() {
    constexpr std::size_t often = 20;
    if (++restarts_ > often) throw std::runtime_error("servers end again and again: given up");
    first_.peer->restart();
    second_.peer->restart();
  }

  const RunPlan& plan_;
  Client& first_;
  Client& second_;
  std::vector<std::string> actors_;
  std::uint64_t plays_ = 0;
  std::size_t restarts_ = 0;
};

}  // namespace

Counts run(const RunPlan& plan, Client& first, Client& second) {
  Running running(plan, first, second);
  Counts all;
  for (const Script& script : plan.scripts) {
    const Counts counts = running.over(script);
    if (plan.done) plan.done(script, counts);
    all.insert(counts.begin(), counts.end());
  }
  return all;
}

}  // namespace thicket::interop
