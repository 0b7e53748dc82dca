// Joining: by a Welcome with the tree in it, and from outside.
#include "bench/operation_parts.h"
#include "crypto/seeded_random.h"
#include "group/join.h"
#include "group/join_external.h"
#include "group/state.h"

namespace thicket::bench {
namespace {

// Of a tree as it is received.
JoinShape shape_of_tree(const tree::RatchetTree& tree, const GroupContext& context) {
  JoinShape shape;
  shape.members = tree.member_count();
  shape.parents = tree.leaf_count().value - 1;
  for (std::uint32_t i = 1; i < tree::node_count(tree.leaf_count()); i += 2)
    shape.filled += tree.parent(NodeIndex{i}).value().has_value();
  shape.leaf_size = tree.leaf(LeafIndex{0}).value().encoded().size();
  shape.context_size = codec::encode(context).size();
  return shape;
}

class JoinOperation final : public Operation {
 public:
  explicit JoinOperation(const Setting& setting)
      : fixture_(setting.fixture),
        environment_(fixture_.environment(setting.provider)),
        random_(0x901A + setting.draw.number),
        key_packages_(fixture_.crypto(), key_package_of(fixture_, setting.draw.number)) {
    auto inviter = fixture_.member(setting.draw.committer, fixture_.crypto().provider());
    group::CommitPlan plan;
    plan.proposals = {Add{key_packages_.key_package()}};
    own_ = send_and_accept(*inviter, inviter->commit(plan, group::warm_now, random_).value());
  }
  void run() override {
    const group::JoinPlan plan{*own_.outgoing.welcome, key_packages_, groups_, std::nullopt};
    group::StagedGroup staged = group::join(environment_, plan, group::warm_now, random_).value();
    CountingSink sink;
    const group::Stored stored = group::store(sink, staged.delta()).value();
    member_ = std::move(staged).open(stored).value();
    delta_bytes_ = sink.octets;
  }
  Floor floor() const override {
    Floor floor(fixture_.crypto().suite());
    CommitSeen seen;
    seen.adds = 1;
    seen.key_package_size = codec::encode(key_packages_.key_package()).size();
    add_join(floor, shape_of_welcome(fixture_.crypto(), *own_.outgoing.welcome, seen),
             shape_of_tree(member_->state().current->tree, member_->context()));
    return floor;
  }
  std::size_t bytes_sent() const override { return welcome_bytes(); }
  std::size_t welcome_bytes() const override { return own_.outgoing.welcome->size(); }
  std::size_t delta_bytes() const override { return delta_bytes_; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }

 private:
  const group::WarmGroup& fixture_;
  group::Environment environment_;
  crypto::SeededRandom random_;
  OneKeyPackage key_packages_;
  group::NoGroups groups_;
  Own own_;
  std::size_t delta_bytes_ = 0;
  std::unique_ptr<group::Group> member_;
};

class JoinOutsideOperation final : public Operation {
 public:
  explicit JoinOutsideOperation(const Setting& setting)
      : fixture_(setting.fixture),
        environment_(fixture_.environment(setting.provider)),
        identity_(fixture_.outsider(setting.draw.number)),
        random_(0x0D0012 + setting.draw.number) {
    const auto there = fixture_.member(setting.draw.committer, fixture_.crypto().provider());
    group::GroupInfoPlan plan;
    plan.with_tree = true;
    group_info_ = codec::encode(MLSMessage{ProtocolVersion::mls10, there->group_info(plan).value()});
  }
  void run() override {
    const group::ExternalJoinPlan plan{.group_info = group_info_,
                                       .identity = identity_,
                                       .groups = groups_,
                                       .new_group_info = false,
                                       .grease = false};
    auto join = group::join_external(environment_, plan, group::warm_now, random_).value();
    CountingSink sink;
    const group::Stored before = group::store(sink, join.before_send()).value();
    message_ = join.release(before).value().message;
    const group::Stored stored = group::store(sink, join.on_accept()).value();
    member_ = std::move(join).open(stored).value();
    delta_bytes_ = sink.octets;
  }
  Floor floor() const override {
    Floor floor(fixture_.crypto().suite());
    OutsideShape shape;
    shape.group_info_size = group_info_.size();
    shape.received = shape_of_tree(fixture_.tree(), fixture_.context());
    shape.path = shape_of(fixture_, message_).shape;
    add_join_outside(floor, shape);
    return floor;
  }
  std::size_t bytes_sent() const override { return message_.size(); }
  std::size_t delta_bytes() const override { return delta_bytes_; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }
  const Bytes& message() const { return message_; }

 private:
  const group::WarmGroup& fixture_;
  group::Environment environment_;
  group::Identity identity_;
  crypto::SeededRandom random_;
  group::NoGroups groups_;
  Bytes group_info_;
  Bytes message_;
  std::size_t delta_bytes_ = 0;
  std::unique_ptr<group::Group> member_;
};

}  // namespace

std::unique_ptr<Operation> make_join(const Setting& setting) {
  return std::make_unique<JoinOperation>(setting);
}

std::unique_ptr<Operation> make_join_outside(const Setting& setting) {
  return std::make_unique<JoinOutsideOperation>(setting);
}

Bytes message_from_outside(const Setting& setting) {
  JoinOutsideOperation join(setting);
  join.run();
  return join.message();
}

}  // namespace thicket::bench
