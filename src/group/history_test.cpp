// Random histories, with rows in memory.
#include "kit/history.h"

#include <doctest/doctest.h>

#include <cstdlib>

namespace thicket::group {
namespace {

TEST_CASE(
    "members restarted at random from their rows agree with all others, and so does a "
    "service that sees only the public half") {
  const std::uint64_t histories = std::getenv("THICKET_LONG") != nullptr ? 400 : 8;
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= histories; ++seed) {
    CAPTURE(seed);
    kit::History history(seed);
    history.steps(60);
    seen.merge(history.seen);
  }
  CHECK(seen.size() == kit::History::all_kinds());
}

}  // namespace
}  // namespace thicket::group
