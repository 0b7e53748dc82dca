// A run held against the table.
#include <algorithm>

#include "interop-runner/table.h"

namespace thicket::interop {
namespace {

// How many plays must pass.
std::size_t demanded(const Key& key, const Count& count, const Expected* expected) {
  if (expected == nullptr) return count.plays();
  bool listed = false;
  for (const Row& row : expected->rows) {
    if (row.script != key.script) continue;
    listed = true;
    if (std::ranges::find(row.suites, key.suite) == row.suites.end()) continue;
    const std::size_t passes = row.passes(key.encrypt_handshake);
    // No play at all, though the table knows some: the peer lost the suite.
    if (count.plays() == 0 || count.plays() == row.of) return passes;
    return passes == row.of ? count.plays() : 0;
  }
  return listed ? 0 : count.plays() - count.not_offered;
}

}  // namespace

Judgement judge(const Counts& counts, const Expected* expected) {
  Judgement out;
  for (const auto& [key, count] : counts) {
    const std::size_t wanted = demanded(key, count, expected);
    const std::size_t missing = wanted > count.passed ? wanted - count.passed : 0;
    out.passed += count.passed;
    out.failed += missing;
    const std::size_t others = count.plays() - std::min(count.plays(), count.passed + missing);
    out.not_offered += others;
    if (missing == 0) continue;
    out.complaints.push_back(to_string(key) + ": " + std::to_string(count.passed) + " of " +
                             std::to_string(std::max(count.plays(), wanted)) +
                             " passed: " + count.because);
  }
  return out;
}

}  // namespace thicket::interop
