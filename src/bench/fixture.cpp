// A warm or fresh group as it is made, and the history of a churned one.
#include "bench/fixture.h"

#include <algorithm>

#include "bench/acts.h"

namespace thicket::bench {

namespace {

group::WarmGroupPlan plan_of(const FixturePlan& plan) {
  const auto shape = plan.shape == Shape::warm ? group::TreeShape::warm : group::TreeShape::fresh;
  return {plan.members, shape, plan.seed, plan.any_key_package, plan.lifetime};
}

// Beside those that operations add.
constexpr std::uint32_t first_joiner = 40'000'000;

}  // namespace

std::string_view name_of(Shape shape) {
  constexpr std::array<std::string_view, 3> names{"warm", "fresh", "churned"};
  return names[static_cast<std::size_t>(shape)];
}

Fixture::Fixture(const crypto::Provider& provider, const crypto::Suite& suite,
                 const FixturePlan& plan)
    : base_(provider, suite, plan_of(plan)), members_(plan.members), lifetime_(plan.lifetime) {
  if (plan.shape == Shape::churned && plan.members >= 3) churn(plan.seed);
  for (std::uint32_t i = 0; free_.size() < joiners_max; ++i) {
    if (!tree().leaf(LeafIndex{i})) free_.push_back(LeafIndex{i});
  }
}

std::size_t Fixture::depth() const {
  return tree::direct_path(LeafIndex{0}.node(), tree().leaf_count()).size();
}

// As many joins as leaves, so that there are as many members afterwards as before, and as many
// updates as members; of those who make no steps any more half are gone at the end.
void Fixture::churn(std::uint64_t seed) {
  crypto::SeededRandom random(seed ^ 0xC402AEDULL);
  const LeafIndex watcher{members_ / 2};
  living_ = base_.member(watcher, crypto().provider());
  for (std::uint32_t i = 0; i < members_; ++i) {
    if (i != watcher.value) old_.push_back(LeafIndex{i});
  }
  std::uint32_t joins = members_ / 2;
  std::uint32_t leaves = joins;
  std::uint32_t updates = members_;
  for (std::uint32_t number = first_joiner; joins + leaves + updates > 0; ++number) {
    const std::uint64_t drawn = random.below(joins + leaves + updates);
    if (drawn < joins) {
      add(random, number);
      --joins;
    } else if (drawn < joins + leaves) {
      // Two of the first hour stay: there is always one to commit.
      if (old_.size() + new_.size() < 3) continue;
      remove(random);
      --leaves;
    } else {
      update(random);
      --updates;
    }
  }
}

LeafIndex Fixture::another_old(crypto::SeededRandom& random) const {
  return old_[random.below(old_.size())];
}

void Fixture::commit(LeafIndex by, group::CommitPlan plan, crypto::SeededRandom& random) {
  const auto committer = base_.member_beside(*living_, by);
  plan.tree_in_welcome = false;
  const Own own =
      send_and_accept(*committer, committer->commit(plan, group::warm_now, random).value());
  receive_and_accept(*living_, own.outgoing.message);
}

void Fixture::update(crypto::SeededRandom& random) {
  commit(another_old(random), {.force_path = true}, random);
}

void Fixture::add(crypto::SeededRandom& random, std::uint32_t number) {
  group::CommitPlan plan;
  plan.proposals = {Add{key_package_of(base_, number, lifetime_).key_package}};
  new_.push_back(living_->tree().next_free_leaf());
  commit(another_old(random), std::move(plan), random);
}

void Fixture::remove(crypto::SeededRandom& random) {
  const bool of_old = old_.size() > 2 && random.below(old_.size() + new_.size()) < old_.size();
  std::vector<LeafIndex>& from = of_old || new_.empty() ? old_ : new_;
  const std::size_t at = random.below(from.size());
  const LeafIndex gone = from[at];
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(at));
  group::CommitPlan plan;
  plan.proposals = {Remove{gone}};
  commit(another_old(random), std::move(plan), random);
}

Draw Fixture::draw(crypto::SeededRandom& random, std::uint32_t number) const {
  Draw draw;
  draw.number = number;
  if (living_) {
    draw.committer = another_old(random);
    draw.other = living_->own_leaf();
    const auto any = [&] {
      const std::size_t at = random.below(old_.size() + new_.size());
      return at < old_.size() ? old_[at] : new_[at - old_.size()];
    };
    do draw.third = any();
    while (draw.third == draw.committer);
    return draw;
  }
  const auto any = [&] { return LeafIndex{static_cast<std::uint32_t>(random.below(members_))}; };
  draw.committer = any();
  if (members_ < 2) return draw;
  do draw.other = any();
  while (draw.other == draw.committer);
  draw.third = draw.other;
  if (members_ < 3) return draw;
  do draw.third = any();
  while (draw.third == draw.committer || draw.third == draw.other);
  return draw;
}

std::unique_ptr<group::Group> Fixture::member(LeafIndex leaf, const crypto::Provider& provider,
                                              bool own_tree) const {
  if (!living_) return base_.member(leaf, provider, own_tree);
  if (leaf == living_->own_leaf()) return base_.member_again(*living_, provider, own_tree);
  const auto beside = base_.member_beside(*living_, leaf);
  return base_.member_again(*beside, provider, own_tree);
}

}  // namespace thicket::bench
