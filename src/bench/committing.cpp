// Commits made, and commits processed.
#include "bench/operation_parts.h"
#include "crypto/seeded_random.h"
#include "group/state.h"

namespace thicket::bench {

LeafIndex Setting::third() const {
  std::uint32_t i = draw.number % fixture.members();
  while (fixture.leaf_of(i) == draw.committer || fixture.leaf_of(i) == draw.other)
    i = (i + 1) % fixture.members();
  return fixture.leaf_of(i);
}

CommitSeen shape_of(const group::WarmGroup& fixture, const Bytes& message) {
  const auto decoded = codec::decode<MLSMessage>(message);
  const PublicMessage& framed = *decoded.value().wire_format.as<PublicMessage>();
  const Commit& commit = *framed.content.content.as<Commit>();
  CommitSeen seen;
  seen.shape.depth = fixture.depth();
  seen.shape.context_size = codec::encode(fixture.context()).size();
  seen.shape.content_size = codec::encode(framed.content).size();
  for (const ProposalOrRef& entry : commit.proposals) {
    const Proposal& proposal = *entry.as<Proposal>();
    if (const auto* remove = proposal.as<Remove>()) seen.removed = remove->removed;
    if (const auto* add = proposal.as<Add>()) {
      ++seen.adds;
      seen.key_package_size = codec::encode(*add->key_package).size();
      seen.added_leaf_size = codec::encode(add->key_package->leaf_node).size();
    }
  }
  if (commit.path) {
    seen.shape.leaf_size = codec::encode(commit.path->leaf_node).size();
    for (const UpdatePathNode& node : commit.path->nodes)
      seen.shape.resolutions.push_back(node.encrypted_path_secret.size());
  }
  return seen;
}

WelcomeShape shape_of_welcome(const crypto::Crypto& crypto, const Bytes& welcome,
                              const CommitSeen& seen) {
  const auto message = codec::decode<MLSMessage>(welcome);
  const std::size_t sealed = message.value().wire_format.as<Welcome>()->encrypted_group_info.size();
  // joiner_secret, no path secret, no PSKs.
  return {seen.adds, seen.key_package_size, sealed - crypto::tag_size(crypto.suite().aead),
          crypto.hash_size() + 3};
}

void add_proposals(Floor& floor, const CommitSeen& seen, LeafIndex leaf) {
  if (seen.adds > 0) {
    add_key_packages(floor, {seen.adds, seen.key_package_size, 0, 0}, seen.added_leaf_size);
    floor.tree_hashes(seen.adds, seen.added_leaf_size, seen.shape.depth + seen.adds - 1);
  }
  // The path of who is removed, up to where it meets the committer's.
  if (seen.removed)
    floor.tree_hashes(1, 0, tree::level(tree::common_ancestor(leaf, *seen.removed)) - 1);
}

namespace {

class CommitOperation final : public Operation {
 public:
  CommitOperation(const Setting& setting, group::CommitPlan plan)
      : setting_(setting),
        plan_(std::move(plan)),
        random_(0xC0FFEE + setting.draw.number),
        member_(setting.member(setting.draw.committer)) {}
  void run() override {
    own_ = send_and_accept(*member_, member_->commit(plan_, group::warm_now, random_).value());
  }
  Floor floor() const override {
    const crypto::Crypto& crypto = setting_.fixture.crypto();
    Floor floor(crypto.suite());
    const CommitSeen seen = shape_of(setting_.fixture, own_.outgoing.message);
    if (seen.shape.leaf_size > 0) {
      add_commit(floor, seen.shape);
    } else {
      add_pathless_commit(floor, seen.shape);
    }
    add_proposals(floor, seen, setting_.draw.committer);
    if (own_.outgoing.welcome)
      add_welcome(floor, shape_of_welcome(crypto, *own_.outgoing.welcome, seen));
    return floor;
  }
  std::size_t bytes_sent() const override { return own_.outgoing.message.size() + welcome_bytes(); }
  std::size_t welcome_bytes() const override {
    return own_.outgoing.welcome ? own_.outgoing.welcome->size() : 0;
  }
  std::size_t delta_bytes() const override { return own_.delta_bytes; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }
  const Bytes& message() const { return own_.outgoing.message; }

 private:
  Setting setting_;
  group::CommitPlan plan_;
  crypto::SeededRandom random_;
  std::unique_ptr<group::Group> member_;
  Own own_;
};

// On the fixture's provider: no part of what is measured.
Bytes message_of(const Setting& setting, OpKind kind) {
  const Setting apart{setting.fixture, setting.fixture.crypto().provider(), setting.draw, {}};
  if (kind == OpKind::process_join_outside) return message_from_outside(apart);
  CommitOperation commit(apart, plan_of(setting, kind));
  commit.run();
  return commit.message();
}

class ProcessOperation final : public Operation {
 public:
  ProcessOperation(const Setting& setting, OpKind kind)
      : setting_(setting),
        outside_(kind == OpKind::process_join_outside),
        committer_(outside_ ? setting.fixture.tree().next_free_leaf() : setting.draw.committer),
        message_(message_of(setting, kind)),
        member_(setting.member(setting.draw.other)) {}
  void run() override { delta_bytes_ = receive_and_accept(*member_, message_); }
  Floor floor() const override {
    Floor floor(setting_.fixture.crypto().suite());
    const CommitSeen seen = shape_of(setting_.fixture, message_);
    if (outside_) {
      add_process_outside(floor, seen.shape, opened());
    } else if (seen.shape.leaf_size > 0) {
      add_process(floor, seen.shape, opened());
    } else {
      add_process_pathless(floor, seen.shape);
    }
    add_proposals(floor, seen, committer_);
    return floor;
  }
  std::size_t bytes_sent() const override { return message_.size(); }
  std::size_t delta_bytes() const override { return delta_bytes_; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }

 private:
  // Nodes of the path below where it meets the receiver's.
  std::size_t opened() const {
    const tree::RatchetTree& tree = member_->state().current->tree;
    const NodeIndex meet = tree::common_ancestor(committer_, setting_.draw.other);
    std::size_t below = 0;
    for (const auto& step : tree.filtered_direct_path(committer_).value())
      below += tree::level(step.node) < tree::level(meet);
    return below;
  }

  Setting setting_;
  bool outside_;
  LeafIndex committer_;
  Bytes message_;
  std::unique_ptr<group::Group> member_;
  std::size_t delta_bytes_ = 0;
};

}  // namespace

group::CommitPlan plan_of(const Setting& setting, OpKind kind) {
  group::CommitPlan plan;
  plan.tree_in_welcome = !setting.options.tree_apart;
  switch (kind) {
    case OpKind::add:
    case OpKind::process_add:
      for (std::uint32_t i = 0; i < setting.options.adds; ++i) {
        const std::uint32_t number = setting.draw.number * setting.options.adds + i;
        plan.proposals.push_back(Add{key_package_of(setting.fixture, number).key_package});
      }
      break;
    case OpKind::remove:
      plan.proposals = {Remove{setting.draw.other}};
      break;
    case OpKind::process_remove:
      plan.proposals = {Remove{setting.third()}};
      break;
    default:
      plan.force_path = true;
  }
  return plan;
}

std::unique_ptr<Operation> make_commit(const Setting& setting, group::CommitPlan plan) {
  return std::make_unique<CommitOperation>(setting, std::move(plan));
}

std::unique_ptr<Operation> make_process(const Setting& setting, OpKind kind) {
  return std::make_unique<ProcessOperation>(setting, kind);
}

}  // namespace thicket::bench
