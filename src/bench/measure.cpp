// Repetition, medians and the heap of one member.
#include "bench/measure.h"

#include <algorithm>
#include <sstream>

#include "base/os/heap.h"
#include "bench/stopwatch.h"
#include "crypto/seeded_random.h"

namespace thicket::bench {

namespace {

// The value that a share of `numerator` / 4 of them does not exceed.
double quartile(std::vector<double> values, std::size_t numerator) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() * numerator / 4);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double median(const std::vector<double>& values) {
  return quartile(values, 2);
}

// The distance of the quartiles, as a share of the median.
double spread(const std::vector<double>& values) {
  return (quartile(values, 3) - quartile(values, 1)) / median(values);
}

// More than the last level of any cache here, written through.
void flush_caches() {
  static constexpr std::size_t size = 96UL << 20;
  Bytes block(size);
  for (std::size_t i = 0; i < size; i += 64) block[i] = static_cast<std::uint8_t>(i);
  volatile std::uint8_t seen = block[size / 2];
  static_cast<void>(seen);
}

Explained explained(CallKind kind, const Floor& floor, const crypto::CallCounts& made) {
  const auto count = [&] {
    switch (kind) {
      case CallKind::hash:
        return made.hashes;
      case CallKind::hmac:
        return made.hmacs;
      case CallKind::seal:
        return made.seals;
      case CallKind::open:
        return made.opens;
      case CallKind::keygen:
        return made.key_generations;
      case CallKind::agree:
        return made.agreements;
      case CallKind::keccak:
        return made.keccaks;
      case CallKind::ml_kem_keygen:
        return made.ml_kem_generations;
      case CallKind::encapsulate:
        return made.encapsulations;
      case CallKind::decapsulate:
        return made.decapsulations;
      case CallKind::sign:
        return made.signatures;
      case CallKind::verify:
        return made.verifications;
    }
    return std::uint64_t{0};
  };
  return Explained{kind, floor.count(kind), count()};
}

constexpr std::size_t draws_min = 5;

}  // namespace

namespace {

OpOptions options_of(const Request& request) {
  OpOptions options;
  options.tree_apart = request.tree_apart;
  options.members = request.members;
  return options;
}

// Fills in what is timed.
void time_draws(Line& line, const crypto::Provider& provider, const Request& request,
                const Fixture& fixture) {
  crypto::SeededRandom random(request.seed);
  FloorReplay replay(provider, *request.suite);
  std::vector<double> cpu, wall, floors, ratios, sent, welcome;
  double spent = 0;
  for (std::uint32_t i = 0; i < request.draws_max; ++i) {
    if (i >= draws_min && spent > request.budget_us) break;
    if (i > 0 && spent > 20 * request.budget_us)
      break;  // one is a measurement where it is that long
    const Draw draw = fixture.draw(random, i);
    const auto operation = prepare(request.op, fixture, provider, draw, options_of(request));
    if (request.cold) flush_caches();
    const Stopwatch watch;
    operation->run();
    cpu.push_back(watch.cpu_us());
    wall.push_back(watch.wall_us());
    const Floor floor = operation->floor();
    if (request.cold) flush_caches();
    floors.push_back(replay.run(floor).cpu_us);
    ratios.push_back(cpu.back() / floors.back());
    sent.push_back(static_cast<double>(operation->bytes_sent()));
    welcome.push_back(static_cast<double>(operation->welcome_bytes()));
    line.delta_bytes = std::max(line.delta_bytes, operation->delta_bytes());
    spent += cpu.back() + floors.back();
  }
  line.cpu_us = median(cpu);
  line.spread = spread(cpu);
  line.wall_us = median(wall);
  line.floor_us = median(floors);
  line.ratio = median(ratios);
  line.draws = cpu.size();
  line.bytes_sent = static_cast<std::size_t>(median(sent));
  line.welcome_bytes = static_cast<std::size_t>(median(welcome));
}

// Fills in what is counted: calls, the heap of a member that shares nothing, the size of its tree.
void count_draw(Line& line, const crypto::Provider& provider, const Request& request,
                const Fixture& fixture) {
  OpOptions options = options_of(request);
  options.own_tree = true;
  crypto::SeededRandom random(request.seed + 1);
  const Draw draw = fixture.draw(random, request.draws_max);
  const crypto::CountingProvider counting(provider);
  const auto operation = prepare(request.op, fixture, counting, draw, options);
  const crypto::CallCounts before = counting.counts();
  operation->run();
  const crypto::CallCounts made = counting.counts() - before;
  if (request.explain) {
    const Floor floor = operation->floor();
    for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(CallKind::verify); ++kind)
      line.explained.push_back(explained(static_cast<CallKind>(kind), floor, made));
  }
  if (const group::Group* member = operation->member()) {
    line.tree_bytes = member->ratchet_tree().value().size();
    line.leaf_bytes = member->member(member->own_leaf()).value().encoded().size();
  }
  const std::size_t with_member = os::live_heap();
  operation->drop_member();
  line.heap_bytes = with_member - os::live_heap();
}

}  // namespace

FixturePlan fixture_plan(const Request& request) {
  return {members_before(request.op, request.members), request.shape, request.seed};
}

Line measure(const crypto::Provider& provider, const Request& request, const Fixture& fixture) {
  THICKET_ASSERT(fixture.members() == members_before(request.op, request.members));
  Line line;
  time_draws(line, provider, request, fixture);
  count_draw(line, provider, request, fixture);
  return line;
}

std::string to_json(const Request& request, const Line& line) {
  std::ostringstream out;
  out.setf(std::ios::fixed);
  out.precision(1);
  out << "{\"op\": \"" << name_of(request.op) << "\", \"suite\": \"" << request.suite->name
      << "\", \"tree\": \"" << name_of(request.shape) << "\", \"members\": " << request.members
      << ", \"cpu_us\": " << line.cpu_us << ", \"wall_us\": " << line.wall_us
      << ", \"floor_us\": " << line.floor_us;
  out.precision(3);
  out << ", \"spread\": " << line.spread << ", \"ratio\": " << line.ratio
      << ", \"draws\": " << line.draws << ", \"bytes_sent\": " << line.bytes_sent
      << ", \"welcome_bytes\": " << line.welcome_bytes << ", \"tree_bytes\": " << line.tree_bytes
      << ", \"delta_bytes\": " << line.delta_bytes << ", \"heap_bytes\": " << line.heap_bytes
      << ", \"leaf_bytes\": " << line.leaf_bytes;
  if (!line.explained.empty()) {
    out << ", \"calls\": {";
    for (std::size_t i = 0; i < line.explained.size(); ++i) {
      const Explained& row = line.explained[i];
      out << (i ? ", " : "") << "\"" << name_of(row.kind) << "\": {\"formula\": " << row.formula
          << ", \"made\": " << row.made << "}";
    }
    out << "}";
  }
  out << "}";
  return out.str();
}

}  // namespace thicket::bench
