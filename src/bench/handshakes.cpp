// Commits of every kind, made and followed, and their floors.
#include "bench/handshakes.h"

#include <set>

#include "bench/acts.h"
#include "crypto/seeded_random.h"
#include "group/join_external.h"
#include "messages/wire.h"

namespace thicket::bench {

namespace {

std::uint32_t joiners_of(OpKind kind) {
  if (kind == OpKind::add_100 || kind == OpKind::process_add_100) return Fixture::joiners_max;
  return kind == OpKind::add || kind == OpKind::process_add ? 1 : 0;
}

group::CommitPlan plan_of(OpKind kind, const Setting& setting) {
  group::CommitPlan plan;
  plan.tree_in_welcome = !setting.options.tree_apart;
  const std::uint32_t joiners = joiners_of(kind);
  for (std::uint32_t i = 0; i < joiners; ++i) {
    const std::uint32_t number = setting.draw.number * Fixture::joiners_max + i;
    plan.proposals.push_back(Add{key_package_of(setting.fixture.base(), number).key_package});
  }
  if (kind == OpKind::remove || kind == OpKind::process_remove)
    plan.proposals.push_back(Remove{setting.draw.third});
  plan.force_path = plan.proposals.empty();
  return plan;
}

// The shape of a commit from its message: what a receiver sees of it.
PathShape shape_of(const Fixture& fixture, const Bytes& message) {
  const auto decoded = codec::decode<MLSMessage>(message);
  const PublicMessage& framed = *decoded.value().wire_format.as<PublicMessage>();
  const Commit& commit = *framed.content.content.as<Commit>();
  PathShape shape;
  shape.depth = fixture.depth();
  shape.context_size = codec::encode(fixture.context()).size();
  shape.content_size = codec::encode(framed.content).size();
  if (commit.path) {
    shape.leaf_size = codec::encode(commit.path->leaf_node).size();
    for (const UpdatePathNode& node : commit.path->nodes)
      shape.resolutions.push_back(node.encrypted_path_secret.size());
  }
  return shape;
}

// Hashes of the leaves that joiners get, and of what is above them.
void add_joined_leaves(Floor& floor, const Fixture& fixture, std::size_t joiners,
                       std::size_t leaf_size) {
  const LeafIndex last = fixture.free_leaves()[joiners - 1];
  const LeafCount leaves{std::max(fixture.tree().leaf_count().value, tree::fitting(last).value)};
  std::set<std::uint32_t> above;
  for (std::size_t i = 0; i < joiners; ++i) {
    for (const NodeIndex node : tree::direct_path(fixture.free_leaves()[i].node(), leaves))
      above.insert(node.value);
  }
  floor.tree_hashes(joiners, leaf_size, above.size());
}

// A removed leaf's path, up to where it meets the committer's.
void add_removed_leaf(Floor& floor, const Draw& draw) {
  const NodeIndex meet = tree::common_ancestor(draw.committer, draw.third);
  floor.tree_hashes(1, 0, tree::level(meet) - 1);
}

class CommitOperation final : public Operation {
 public:
  CommitOperation(OpKind kind, const Setting& setting)
      : fixture_(setting.fixture),
        draw_(setting.draw),
        plan_(plan_of(kind, setting)),
        joiners_(joiners_of(kind)),
        random_(0xC0FFEE + draw_.number),
        member_(fixture_.member(draw_.committer, setting.provider, setting.options.own_tree)) {}
  void run() override {
    own_ = send_and_accept(*member_, member_->commit(plan_, group::warm_now, random_).value());
  }
  Floor floor() const override;
  std::size_t bytes_sent() const override { return own_.outgoing.message.size() + welcome_bytes(); }
  std::size_t welcome_bytes() const override {
    return own_.outgoing.welcome ? own_.outgoing.welcome->size() : 0;
  }
  std::size_t delta_bytes() const override { return own_.delta_bytes; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }
  const Bytes& message() const { return own_.outgoing.message; }

 private:
  const Fixture& fixture_;
  Draw draw_;
  group::CommitPlan plan_;
  std::uint32_t joiners_;
  crypto::SeededRandom random_;
  std::unique_ptr<group::Group> member_;
  Own own_;
};

Floor CommitOperation::floor() const {
  Floor floor(fixture_.crypto().suite());
  const PathShape shape = shape_of(fixture_, own_.outgoing.message);
  if (joiners_ == 0) {
    add_commit(floor, shape);
    if (!plan_.proposals.empty()) add_removed_leaf(floor, draw_);
    return floor;
  }
  add_pathless_commit(floor, shape);
  const KeyPackage& joiner = *plan_.proposals.front().as<Add>()->key_package;
  const std::size_t leaf_size = codec::encode(joiner.leaf_node).size();
  add_joined_leaves(floor, fixture_, joiners_, leaf_size);
  const WelcomeShape welcome{joiners_, codec::encode(joiner).size(),
                             group_info_size_of(*own_.outgoing.welcome, fixture_.crypto().suite()),
                             secrets_size(fixture_.crypto())};
  add_key_packages(floor, welcome, leaf_size);
  add_welcome(floor, welcome);
  return floor;
}

class ProcessOperation final : public Operation {
 public:
  ProcessOperation(OpKind kind, const Setting& setting)
      : fixture_(setting.fixture), draw_(setting.draw), kind_(kind) {
    Setting other{fixture_, fixture_.crypto().provider(), draw_};
    other.options.tree_apart = true;
    CommitOperation commit(kind, other);
    commit.run();
    message_ = commit.message();
    member_ = fixture_.member(draw_.other, setting.provider, setting.options.own_tree);
  }
  void run() override { delta_bytes_ = receive_and_accept(*member_, message_); }
  Floor floor() const override;
  std::size_t bytes_sent() const override { return message_.size(); }
  std::size_t delta_bytes() const override { return delta_bytes_; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }

 private:
  const Fixture& fixture_;
  Draw draw_;
  OpKind kind_;
  Bytes message_;
  std::unique_ptr<group::Group> member_;
  std::size_t delta_bytes_ = 0;
};

// Which node of the committer's filtered path the receiver opens.
std::size_t opened_at(const tree::RatchetTree& after, LeafIndex committer, LeafIndex receiver) {
  const NodeIndex meet = tree::common_ancestor(committer, receiver);
  const auto path = after.filtered_direct_path(committer).value();
  std::size_t at = 0;
  while (path[at].node != meet) ++at;
  return at;
}

Floor ProcessOperation::floor() const {
  Floor floor(fixture_.crypto().suite());
  const PathShape shape = shape_of(fixture_, message_);
  if (const std::uint32_t joiners = joiners_of(kind_)) {
    add_process_pathless(floor, shape);
    const auto joiner = member_->member(fixture_.free_leaves().front()).value();
    const std::size_t leaf_size = joiner.encoded().size();
    add_joined_leaves(floor, fixture_, joiners, leaf_size);
    // The key package is its leaf, an init key, a signature and five octets more, or little else.
    add_key_packages(floor, {joiners, shape.content_size / joiners, 0, 0}, leaf_size);
    return floor;
  }
  add_process(floor, shape, opened_at(member_->tree(), draw_.committer, draw_.other));
  if (kind_ == OpKind::process_remove) add_removed_leaf(floor, draw_);
  return floor;
}

// One who is not in the group commits to it.
class JoinOutsideOperation final : public Operation {
 public:
  explicit JoinOutsideOperation(const Setting& setting)
      : fixture_(setting.fixture),
        environment_(fixture_.base().environment(setting.provider)),
        identity_(fixture_.base().outsider(setting.draw.number)),
        random_(0x0575 + setting.draw.number) {
    MLSMessage outer;
    const auto member = fixture_.member(setting.draw.committer, fixture_.crypto().provider());
    outer.wire_format = member->group_info({.with_tree = true, .extensions = {}}).value();
    group_info_ = codec::encode(outer);
  }
  void run() override {
    group::ExternalJoinPlan plan{
        .group_info = group_info_, .identity = identity_, .groups = groups_};
    plan.new_group_info = false;
    plan.grease = false;
    group::ExternalJoin joining =
        group::join_external(environment_, plan, group::warm_now, random_).value();
    CountingSink sink;
    const group::Stored before = group::store(sink, joining.before_send()).value();
    message_ = joining.release(before).value().message;
    const group::Stored after = group::store(sink, joining.on_accept()).value();
    member_ = std::move(joining).open(after).value();
    delta_bytes_ = sink.octets;
  }
  Floor floor() const override {
    Floor floor(fixture_.crypto().suite());
    const PathShape shape = shape_of(fixture_, message_);
    JoinShape join = join_shape(fixture_.tree(), fixture_.context());
    add_join_outside(floor, group_info_.size(), join, shape);
    return floor;
  }
  std::size_t bytes_sent() const override { return message_.size(); }
  std::size_t welcome_bytes() const override { return 0; }
  std::size_t delta_bytes() const override { return delta_bytes_; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }
  const Bytes& message() const { return message_; }
  LeafIndex leaf() const { return member_->own_leaf(); }

 private:
  const Fixture& fixture_;
  group::Environment environment_;
  group::Identity identity_;
  crypto::SeededRandom random_;
  group::NoGroups groups_;
  Bytes group_info_;
  Bytes message_;
  std::unique_ptr<group::Group> member_;
  std::size_t delta_bytes_ = 0;
};

class ProcessJoinOutsideOperation final : public Operation {
 public:
  explicit ProcessJoinOutsideOperation(const Setting& setting)
      : fixture_(setting.fixture), draw_(setting.draw) {
    JoinOutsideOperation join({fixture_, fixture_.crypto().provider(), draw_});
    join.run();
    message_ = join.message();
    joiner_ = join.leaf();
    member_ = fixture_.member(draw_.other, setting.provider, setting.options.own_tree);
  }
  void run() override { delta_bytes_ = receive_and_accept(*member_, message_); }
  Floor floor() const override {
    Floor floor(fixture_.crypto().suite());
    const std::size_t opened = opened_at(member_->tree(), joiner_, draw_.other);
    add_process(floor, shape_of(fixture_, message_), opened);
    floor.derive_key_pair();  // of external_secret
    floor.hpke_receive_export();
    return floor;
  }
  std::size_t bytes_sent() const override { return message_.size(); }
  std::size_t delta_bytes() const override { return delta_bytes_; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }

 private:
  const Fixture& fixture_;
  Draw draw_;
  Bytes message_;
  LeafIndex joiner_;
  std::unique_ptr<group::Group> member_;
  std::size_t delta_bytes_ = 0;
};

}  // namespace

std::size_t group_info_size_of(const Bytes& welcome, const crypto::Suite& suite) {
  const auto message = codec::decode<MLSMessage>(welcome);
  return message.value().wire_format.as<Welcome>()->encrypted_group_info.size() -
         crypto::tag_size(suite.aead);
}

std::size_t secrets_size(const crypto::Crypto& crypto) {
  return crypto.hash_size() + 3;
}

JoinShape join_shape(const tree::RatchetTree& tree, const GroupContext& context) {
  JoinShape shape;
  shape.members = tree.member_count();
  shape.parents = tree.leaf_count().value - 1;
  for (std::uint32_t i = 1; i < tree::node_count(tree.leaf_count()); i += 2)
    shape.filled += tree.parent(NodeIndex{i}).value().has_value();
  shape.leaf_size = tree.leaf(LeafIndex{0}).value().encoded().size();
  shape.context_size = codec::encode(context).size();
  return shape;
}

std::unique_ptr<Operation> make_commit(OpKind kind, const Setting& setting) {
  return std::make_unique<CommitOperation>(kind, setting);
}

std::unique_ptr<Operation> make_process(OpKind kind, const Setting& setting) {
  return std::make_unique<ProcessOperation>(kind, setting);
}

std::unique_ptr<Operation> make_join_outside(const Setting& setting) {
  return std::make_unique<JoinOutsideOperation>(setting);
}

std::unique_ptr<Operation> make_process_join_outside(const Setting& setting) {
  return std::make_unique<ProcessJoinOutsideOperation>(setting);
}

}  // namespace thicket::bench
