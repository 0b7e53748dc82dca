// A change costs O(log n): what each operation uses up is counted at sizes on either side of the
// powers of two, on trees of several histories, and may not grow beyond the logarithm. What is
// linear by nature is listed in docs/performance/linear.md.
#include <doctest/doctest.h>

#include <bit>
#include <map>

#include "bench/acts.h"
#include "cost/counted.h"
#include "crypto/seeded_random.h"
#include "kit/usual.h"
#include "messages/wire.h"

namespace thicket::cost {
namespace {

using bench::key_package_of;
using group::CommitPlan;
using group::Group;

// The test-only switch: a scan over all members is put into every operation, and what it uses up
// must be noticed.
enum class Scan : std::uint8_t { none, visits, allocates, hashes, stores };

enum class History : std::uint8_t { warm, churned, add_only };
constexpr std::array<const char*, 3> history_names{"warm", "churned", "add-only"};

std::size_t ciphertexts_of(const Bytes& message) {
  const auto decoded = codec::decode<MLSMessage>(message).value();
  const auto* framed = decoded.wire_format.as<PublicMessage>();
  const Commit* commit = framed ? framed->content.content.as<Commit>() : nullptr;
  std::size_t out = 0;
  if (commit && commit->path) {
    for (const auto& node : commit->path->nodes) out += node.encrypted_path_secret.size();
  }
  return out;
}

// Two members of a large group, alice and bob, and what they do to each other.
class Pair final {
 public:
  Pair(std::uint32_t members, History history, Scan scan)
      : scan_(scan),
        fixture_(*library_, **crypto::suite_of(CipherSuite{1}), plan_of(members, history)),
        alice_(fixture_.member(LeafIndex{members / 3}, counting_, own_tree)),
        bob_(fixture_.member(LeafIndex{members - 1}, counting_, own_tree)) {
    // The first growth of a full tree hashes its blank half, which RFC 9420 7.8 makes linear (each
    // blank leaf is hashed with its index); it is done once.
    if (std::has_single_bit(members)) take_both(*alice_, adding());
    if (history == History::churned) churn(120);
    if (history == History::add_only) {
      for (int i = 0; i < 20; ++i) take_both(i % 2 ? *alice_ : *bob_, adding());
    }
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  // By name, and each divided by what the RFC makes it proportional to: the depth of the tree, and
  // the ciphertexts of its path.
  std::map<std::string, Counts> measure(bool with_paths) {
    std::map<std::string, Counts> out;
    const auto commit = [&](const std::string& name, const CommitPlan& plan) {
      const Done made = counted(*alice_, [&] { return commit_by(*alice_, plan); });
      const Done taken = counted(*bob_, [&] { return take(*bob_, made.message); });
      const double scale = depth() + static_cast<double>(ciphertexts_of(made.message));
      out[name] = divided(made.counts, scale);
      out["process " + name] = divided(taken.counts, scale);
    };
    // Where a leaf comes to stand decides how much of its copath is blank: the median of some.
    std::map<std::string, std::vector<Counts>> adds;
    for (int i = 0; i < 9; ++i) {
      commit("add", adding());
      for (const char* name : {"add", "process add"}) adds[name].push_back(out[name]);
    }
    for (const auto& [name, counts] : adds) out[name] = medians(counts);
    if (with_paths) {
      commit("commit", {.force_path = true});
      commit("remove", removing());
    }
    for (const char* turn : {"first", "second"}) {
      const std::string name = std::string(" the ") + turn + " message";
      const Done sent = counted(*alice_, [&] { return say(*alice_); });
      const Done heard = counted(*bob_, [&] { return take(*bob_, sent.message); });
      out["send" + name] = divided(sent.counts, depth());
      out["receive" + name] = divided(heard.counts, depth());
    }
    return out;
  }
  // One is added, and removed again: a full tree grows to double its width, and shrinks.
  std::map<std::string, Counts> measure_turn() {
    std::map<std::string, Counts> out;
    const Done added = counted(*alice_, [&] { return commit_by(*alice_, adding()); });
    take(*bob_, added.message);
    const LeafIndex last{alice_->member_count() - 1};
    CommitPlan plan;
    plan.proposals.push_back(Remove{last});
    const Done removed = counted(*alice_, [&] { return commit_by(*alice_, plan); });
    take(*bob_, removed.message);
    out["add in turn"] = divided(added.counts, depth());
    out["remove in turn"] =
        divided(removed.counts, depth() + static_cast<double>(ciphertexts_of(removed.message)));
    return out;
  }

 private:
  // Everything that a member hashes is counted as its own.
  static constexpr bool own_tree = true;

  struct Did {
    Bytes message;
    std::size_t stored = 0;
  };
  struct Done {
    Bytes message;
    Counts counts;
  };

  static group::WarmGroupPlan plan_of(std::uint32_t members, History history) {
    group::WarmGroupPlan plan;
    plan.members = members;
    if (history == History::add_only) plan.shape = group::TreeShape::fresh;
    return plan;
  }
  double depth() const {
    return static_cast<double>(std::bit_width(alice_->tree().leaf_count().value - 1));
  }
  static Counts divided(Counts counts, double by) {
    for (const Metric& metric : all_metrics) counts.*metric.count /= by;
    return counts;
  }

  static Counts medians(std::vector<Counts> all) {
    Counts out;
    for (const Metric& metric : all_metrics) {
      std::vector<double> values;
      for (const Counts& counts : all) values.push_back(counts.*metric.count);
      std::nth_element(values.begin(), values.begin() + 4, values.end());
      out.*metric.count = values[4];
    }
    return out;
  }

  template <class Act>
  Done counted(Group& who, const Act& act) {
    const crypto::CallCounts calls = counting_.counts();
    const std::uint64_t seen = visits();
    const std::uint64_t made = allocations();
    const std::uint64_t octets = allocated_octets();
    Did did = act();
    did.stored += scan(who);
    Done out{std::move(did.message), {}};
    const crypto::CallCounts used = counting_.counts() - calls;
    out.counts = {calls_of(used),
                  call_octets_of(used),
                  static_cast<double>(visits() - seen),
                  static_cast<double>(allocations() - made),
                  static_cast<double>(allocated_octets() - octets),
                  static_cast<double>(did.stored)};
    return out;
  }
  // What the switch puts in; octets for the store.
  std::size_t scan(Group& who) {
    if (scan_ == Scan::none) return 0;
    std::size_t stored = 0;
    std::array<std::uint8_t, 32> digest{};
    (void)who.for_each_member([&](LeafIndex, const tree::LeafView& leaf) -> Result<void> {
      const ByteView octets = leaf.encoded();
      if (scan_ == Scan::allocates) (void)to_bytes(octets);
      if (scan_ == Scan::hashes)
        counting_.hash(crypto::HashId::sha256, std::span(&octets, 1), digest);
      if (scan_ == Scan::stores) stored += octets.size();
      return {};
    });
    return stored;
  }

  Did commit_by(Group& who, const CommitPlan& plan) {
    auto own = bench::send_and_accept(who, who.commit(plan, group::warm_now, random_).value());
    return {std::move(own.outgoing.message), own.delta_bytes};
  }
  Did take(Group& who, const Bytes& message) {
    return {message, bench::receive_and_accept(who, message)};
  }
  Did say(Group& who) {
    auto outcome = who.send(Bytes(100, 'x'), random_).value();
    auto own = bench::send_and_accept(who, std::move(std::get<group::Staged>(outcome)));
    return {std::move(own.outgoing.message), own.delta_bytes};
  }
  void take_both(Group& by, const CommitPlan& plan) {
    const Did made = commit_by(by, plan);
    take(&by == alice_.get() ? *bob_ : *alice_, made.message);
  }

  CommitPlan adding() {
    CommitPlan plan;
    plan.proposals.push_back(Add{key_package_of(fixture_, next_++).key_package});
    plan.tree_in_welcome = false;
    return plan;
  }
  CommitPlan removing() {
    CommitPlan plan;
    LeafIndex leaf{};
    do leaf.value = static_cast<std::uint32_t>(random_.below(fixture_.members()));
    while (leaf == alice_->own_leaf() || leaf == bob_->own_leaf() || !alice_->member(leaf));
    plan.proposals.push_back(Remove{leaf});
    return plan;
  }
  // Joins, leaves and updates by either, drawn from the seed.
  void churn(int changes) {
    for (int i = 0; i < changes; ++i) {
      Group& by = random_.below(2) ? *alice_ : *bob_;
      switch (random_.below(3)) {
        case 0:
          take_both(by, adding());
          break;
        case 1:
          take_both(by, removing());
          break;
        default:
          take_both(by, {.force_path = true});
      }
    }
  }

  const Scan scan_;
  const std::unique_ptr<crypto::Provider> library_ = kit::usual_provider();
  const crypto::CountingProvider counting_{*library_};
  const group::WarmGroup fixture_;
  std::unique_ptr<Group> alice_;
  std::unique_ptr<Group> bob_;
  crypto::SeededRandom random_{11};
  std::uint32_t next_ = 1'000'000;
};

// A fixed part and one for each level, over the levels, only falls as they grow. Hash tables that
// double and pages of an index that are full at one size and not at another move it a little.
constexpr double slack = 1.25;

std::vector<std::string> grown_beyond(const std::map<std::string, Counts>& few,
                                      const std::map<std::string, Counts>& many) {
  std::vector<std::string> out;
  for (const auto& [name, counts] : many) {
    for (const Metric& metric : all_metrics) {
      const double before = few.at(name).*metric.count;
      const double now = counts.*metric.count;
      if (now > slack * before)
        out.push_back(name + ", " + metric.name + ": " + std::to_string(before) +
                      " a level, then " + std::to_string(now));
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

void check_history(History history) {
  CAPTURE(history_names[static_cast<std::size_t>(history)]);
  // A tree in which nobody has committed has resolutions as wide as itself: paths are linear there.
  const bool with_paths = history != History::add_only;
  const auto few = Pair(1000, history, Scan::none).measure(with_paths);
  for (const std::uint32_t members : {1024U, 65'535U, 65'536U, 100'000U}) {
    CAPTURE(members);
    const auto many = Pair(members, history, Scan::none).measure(with_paths);
    const auto grown = grown_beyond(few, many);
    CHECK_MESSAGE(grown.empty(), joined(grown));
  }
}

}  // namespace

TEST_CASE("in a warm tree nothing grows beyond the logarithm") {
  check_history(History::warm);
}

TEST_CASE("in a tree that joins, leaves and updates have churned nothing grows beyond it") {
  check_history(History::churned);
}

TEST_CASE("in a tree to which members were only added nothing grows that needs no path") {
  check_history(History::add_only);
}

TEST_CASE("add and remove in turn, where the tree doubles and shrinks each time, costs no more") {
  Pair few(1024, History::warm, Scan::none);
  Pair many(65'536, History::warm, Scan::none);
  for (Pair* pair : {&few, &many}) pair->measure_turn();
  const auto first = few.measure_turn();
  for (int turn = 0; turn < 6; ++turn) {
    CAPTURE(turn);
    const auto grown = grown_beyond(first, many.measure_turn());
    CHECK_MESSAGE(grown.empty(), joined(grown));
  }
}

TEST_CASE(
    "a scan over the members, were there one, is caught in every operation, whatever it does") {
  for (const Scan scan : {Scan::visits, Scan::allocates, Scan::hashes, Scan::stores}) {
    CAPTURE(static_cast<int>(scan));
    const auto few = Pair(1000, History::warm, scan).measure(true);
    const auto many = Pair(65'536, History::warm, scan).measure(true);
    std::map<std::string, int> caught;
    for (const std::string& line : grown_beyond(few, many))
      ++caught[line.substr(0, line.find(','))];
    CHECK(caught.size() == few.size());
  }
}

}  // namespace thicket::cost
