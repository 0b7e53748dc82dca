// Commits as a tree sees them: the keys of a path, and nothing of the messages around it.
#include "bench/warming.h"

#include <algorithm>
#include <bit>

#include "crypto/seeded_random.h"
#include "group/warm_group.h"
#include "group/warming.h"
#include "tree/editor.h"

namespace thicket::bench {
namespace {

class Warming final {
 public:
  Warming(const crypto::Provider& provider, const WarmingPlan& plan)
      : random_(plan.seed),
        fixture_(provider, **crypto::suite_of(CipherSuite{1}),
                 {plan.members, group::TreeShape::fresh, plan.seed}),
        tree_(fixture_.tree()),
        present_(plan.members) {}

  std::uint32_t members() const { return present_; }
  bool all_here() const { return present_ == fixture_.members(); }

  // Only the one who creates the group is there.
  void start_alone() {
    tree_ = tree::RatchetTree::of_one(fixture_.crypto(), entry(LeafIndex{0}), {});
    present_ = 1;
  }
  // The next ones, to a multiple of `wave`, added by a commit without a path: a wave that begins in
  // the middle of a subtree leaves its last leaf unmerged above.
  void admit(std::uint32_t wave) {
    tree::TreeEditor editor(tree_);
    for (std::uint32_t count = wave - present_ % wave; count > 0 && !all_here(); --count)
      (void)editor.add(entry(LeafIndex{present_++})).value();
    tree_ = std::move(editor).finish();
  }

  LeafIndex drawn() { return LeafIndex{static_cast<std::uint32_t>(random_.below(members()))}; }
  tree::PathHealth health(LeafIndex leaf) const { return tree_.path_health(leaf).value(); }

  void commit(LeafIndex leaf) {
    const tree::PathHealth before = health(leaf);
    point_.ciphertexts += before.ciphertexts;
    point_.ciphertexts_max = std::max(point_.ciphertexts_max, before.ciphertexts);
    ++point_.commits;
    std::vector<Bytes> keys;
    for (std::uint32_t i = 0; i < before.nodes; ++i) keys.push_back(random_.bytes(32));
    const std::vector<ByteView> views(keys.begin(), keys.end());
    tree::TreeEditor editor(tree_);
    (void)editor.put_path({leaf, views, true}).value();
    tree_ = std::move(editor).finish();
  }
  WarmingPoint point() const {
    WarmingPoint out = point_;
    std::uint64_t all = 0;
    for (std::uint32_t leaf = 0; leaf < members(); ++leaf)
      all += health(LeafIndex{leaf}).ciphertexts;
    out.mean_ciphertexts = static_cast<double>(all) / members();
    return out;
  }

  // The members whose turn it is, first things first; as every one of them finds for itself.
  std::vector<LeafIndex> schedule(std::uint32_t members_min) const {
    struct Turn {
      std::uint64_t second;
      LeafIndex leaf;
    };
    std::vector<Turn> turns;
    for (std::uint32_t i = 0; i < members(); ++i) {
      const auto second = group::seconds_to_update(health(LeafIndex{i}), {1, members_min});
      if (second) turns.push_back({*second, LeafIndex{i}});
    }
    std::sort(turns.begin(), turns.end(),
              [](const Turn& a, const Turn& b) { return a.second < b.second; });
    std::vector<LeafIndex> out;
    for (const Turn& turn : turns) out.push_back(turn.leaf);
    return out;
  }

 private:
  tree::LeafEntry entry(LeafIndex leaf) const {
    const tree::LeafView view = fixture_.tree().leaf(leaf).value();
    return {view.leaf_node(), to_bytes(view.client_id())};
  }

  crypto::SeededRandom random_;
  const group::WarmGroup fixture_;
  tree::RatchetTree tree_;
  std::uint32_t present_;
  WarmingPoint point_;
};

// Whether the point after that many commits is told.
bool is_told(std::uint64_t commits, const WarmingPlan& plan) {
  return std::has_single_bit(commits) || commits == plan.commits;
}

// New members fill the parents above them before others are added.
std::vector<WarmingPoint> warm_in_waves(const crypto::Provider& provider, const WarmingPlan& plan) {
  Warming warming(provider, plan);
  warming.start_alone();
  const std::uint32_t wave = plan.wave ? plan.wave : std::max(plan.members / 16, 2U);
  std::vector<WarmingPoint> out{warming.point()};
  std::vector<LeafIndex> turns;
  std::size_t next = 0;
  for (std::uint64_t i = 0; i < plan.commits; ++i) {
    while (next == turns.size() && !warming.all_here()) {
      warming.admit(wave);
      turns = warming.schedule(2);
      next = 0;
    }
    warming.commit(next < turns.size() ? turns[next++] : warming.drawn());
    if (is_told(i + 1, plan)) out.push_back(warming.point());
  }
  return out;
}

}  // namespace

std::string_view name_of(WarmingOrder order) {
  constexpr std::array<std::string_view, 5> names{"nothing", "one by one", "scheduled",
                                                  "scheduled, then nothing", "in waves"};
  return names[static_cast<std::size_t>(order)];
}

std::vector<WarmingPoint> warm(const crypto::Provider& provider, WarmingOrder order,
                               const WarmingPlan& plan) {
  if (order == WarmingOrder::waves) return warm_in_waves(provider, plan);
  Warming warming(provider, plan);
  std::vector<LeafIndex> turns;
  if (order == WarmingOrder::scheduled) turns = warming.schedule(2);
  if (order == WarmingOrder::scheduled_then)
    turns = warming.schedule(group::WarmingPolicy{}.members_min);
  std::vector<WarmingPoint> out{warming.point()};
  for (std::uint64_t i = 0; i < plan.commits; ++i) {
    if (order == WarmingOrder::one_by_one) {
      warming.commit(LeafIndex{static_cast<std::uint32_t>(i % plan.members)});
    } else {
      warming.commit(i < turns.size() ? turns[i] : warming.drawn());
    }
    if (is_told(i + 1, plan)) out.push_back(warming.point());
  }
  return out;
}

}  // namespace thicket::bench
