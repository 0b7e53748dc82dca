// All plays, one after the other.
#include "interop-runner/run.h"

namespace thicket::interop {

std::string cast_of(const std::vector<std::string>& actors, const Assignment& assignment) {
  std::string first;
  std::string second;
  for (std::size_t i = 0; i < actors.size(); ++i) {
    std::string& side = assignment[i] ? second : first;
    side += (side.empty() ? "" : " ") + actors[i];
  }
  return first + " | " + second;
}

namespace {

void note(Count& count, const Ending& ending) {
  if (ending.verdict == Ending::passed) ++count.passed;
  if (ending.verdict == Ending::failed) ++count.failed;
  if (ending.verdict == Ending::not_had) ++count.not_had;
  if (ending.verdict != Ending::passed && count.why.empty()) count.why = ending.why;
}

}  // namespace

Counts run(const RunPlan& plan, Client& first, Client& second) {
  Counts counts;
  for (const Script& script : plan.scripts) {
    const std::vector<std::string> actors = script.actors();
    const auto chosen = assignments({.actors = actors.size(),
                                     .most = plan.assignments_max,
                                     .seed = plan.seed,
                                     .clients_differ = plan.clients_differ});
    for (const std::uint32_t suite : plan.suites) {
      for (const bool encrypt : plan.encrypt_handshake) {
        const Key key{script.name, suite, encrypt};
        Count& count = counts[key];
        for (const Assignment& assignment : chosen) {
          Casting casting{
              .actors = {}, .suite = suite, .encrypt_handshake = encrypt, .seed = plan.seed};
          for (std::size_t i = 0; i < actors.size(); ++i) {
            casting.actors[actors[i]] = assignment[i] ? &second : &first;
          }
          const Ending ending = play(script, casting);
          note(count, ending);
          const bool passed = ending.verdict == Ending::passed;
          if (!passed && plan.report) plan.report(key, cast_of(actors, assignment), ending);
        }
      }
    }
  }
  return counts;
}

}  // namespace thicket::interop
