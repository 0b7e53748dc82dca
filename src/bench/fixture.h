// The group that operations are measured on, in one of three shapes; any draw of its members can be
// had as a Group of its own.
#pragma once

#include "crypto/seeded_random.h"
#include "group/warm_group.h"

namespace thicket::bench {

enum class Shape : std::uint8_t {
  warm,     // every parent is filled
  fresh,    // all were added in one commit, nobody has committed since: every parent is blank
  churned,  // fresh, and then a history of joins, leaves and updates, one of each a member
};

std::string_view name_of(Shape shape);

struct FixturePlan {
  std::uint32_t members = 0;
  Shape shape = Shape::warm;
  std::uint64_t seed = 1;
  // As in group::WarmGroupPlan.
  bool any_key_package = false;
  Lifetime lifetime = group::warm_lifetime;
};

struct Draw {
  LeafIndex committer;
  LeafIndex other;  // the receiver
  LeafIndex third;  // who is removed: another where there are three
  std::uint32_t number = 0;
};

class Fixture final {
 public:
  // As many as one commit adds at most where the leaves matter.
  static constexpr std::uint32_t joiners_max = 100;

  Fixture(const crypto::Provider& provider, const crypto::Suite& suite, const FixturePlan& plan);
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  const group::WarmGroup& base() const { return base_; }
  const crypto::Crypto& crypto() const { return base_.crypto(); }
  const tree::RatchetTree& tree() const { return living_ ? living_->tree() : base_.tree(); }
  const GroupContext& context() const { return living_ ? living_->context() : base_.context(); }
  std::uint32_t members() const { return members_; }
  std::size_t depth() const;

  Draw draw(crypto::SeededRandom& random, std::uint32_t number) const;
  // The group as the member at `leaf` of a draw holds it, working on `provider`. Its tree shares
  // nothing with anybody if `own_tree`. Of a churned group the committer's lacks private keys of
  // its path, which a committer does not need.
  std::unique_ptr<group::Group> member(LeafIndex leaf, const crypto::Provider& provider,
                                       bool own_tree = false) const;
  // The leaves that the next joiners get, joiners_max of them.
  const std::vector<LeafIndex>& free_leaves() const { return free_; }

 private:
  void churn(std::uint64_t seed);
  void update(crypto::SeededRandom& random);
  void add(crypto::SeededRandom& random, std::uint32_t number);
  void remove(crypto::SeededRandom& random);
  void commit(LeafIndex by, group::CommitPlan plan, crypto::SeededRandom& random);
  LeafIndex another_old(crypto::SeededRandom& random) const;

  group::WarmGroup base_;
  std::uint32_t members_;
  Lifetime lifetime_;
  // Churned: a member who saw it all, the members of the first hour but this one who are still
  // there, and everybody else but this one.
  std::unique_ptr<group::Group> living_;
  std::vector<LeafIndex> old_;
  std::vector<LeafIndex> new_;
  std::vector<LeafIndex> free_;
};

}  // namespace thicket::bench
