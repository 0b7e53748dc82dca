// One line of `thicket bench`: an operation repeated on draws, each followed by its floor.
#pragma once

#include "bench/operations.h"

namespace thicket::bench {

struct Request {
  OpKind op{};
  std::uint32_t members = 0;
  const crypto::Suite* suite = nullptr;
  Shape shape = Shape::warm;
  bool tree_apart = false;
  bool cold = false;     // the CPU's caches are flushed before the operation and before its floor
  bool explain = false;  // one more draw through a counting provider
  std::uint64_t seed = 1;
  std::uint32_t draws_max = 101;
  // CPU time that the draws take together, their floors included, beyond the fewest draws: enough
  // for medians, not so much that one waits.
  double budget_us = 1.5e6;
};

// The calls of one kind that the formula asks for, and that were made.
struct Explained {
  CallKind kind{};
  std::uint64_t formula = 0;
  std::uint64_t made = 0;
};

struct Line {
  double cpu_us = 0;  // medians
  double spread = 0;  // of cpu_us: the distance of the quartiles, as a share of the median
  double wall_us = 0;
  double floor_us = 0;
  double ratio = 0;  // median of the ratios of each draw
  std::size_t draws = 0;
  std::size_t bytes_sent = 0;     // of the median draw's size
  std::size_t welcome_bytes = 0;  // of these
  std::size_t tree_bytes = 0;     // of ratchet_tree, as the member measured has it afterwards
  std::size_t leaf_bytes = 0;     // of the member's own leaf, encoded
  std::size_t delta_bytes = 0;    // the largest
  std::size_t heap_bytes = 0;
  std::vector<Explained> explained;
};

// What the request is measured in. One fixture does for all requests that agree in suite, shape,
// seed and members_before().
FixturePlan fixture_plan(const Request& request);
Line measure(const crypto::Provider& provider, const Request& request, const Fixture& fixture);

// `line` as one JSON object without a line end: op, suite, tree, members, cpu_us, wall_us,
// floor_us, spread, ratio, draws, bytes_sent, welcome_bytes, tree_bytes, delta_bytes, heap_bytes,
// leaf_bytes, and calls if explained.
std::string to_json(const Request& request, const Line& line);

}  // namespace thicket::bench
