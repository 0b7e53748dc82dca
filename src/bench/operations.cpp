// The operations as a member does them: stored where they must be stored, and accepted.
#include "bench/operations.h"

#include "bench/acts.h"
#include "bench/formulas.h"
#include "bench/handshakes.h"
#include "crypto/seeded_random.h"
#include "group/join.h"
#include "messages/wire.h"

namespace thicket::bench {

namespace {

class JoinOperation final : public Operation {
 public:
  JoinOperation(const Fixture& fixture, const crypto::Provider& provider, const Draw& draw)
      : fixture_(fixture),
        environment_(fixture.base().environment(provider)),
        random_(0x901A + draw.number),
        key_packages_(fixture.crypto(), key_package_of(fixture.base(), draw.number)) {
    auto inviter = fixture.member(draw.committer, fixture.crypto().provider());
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
    const KeyPackage& own = key_packages_.key_package();
    const WelcomeShape welcome{
        1, codec::encode(own).size(),
        group_info_size_of(*own_.outgoing.welcome, fixture_.crypto().suite()),
        secrets_size(fixture_.crypto())};
    add_join(floor, welcome, join_shape(member_->tree(), member_->context()));
    return floor;
  }
  std::size_t bytes_sent() const override { return welcome_bytes(); }
  std::size_t welcome_bytes() const override { return own_.outgoing.welcome->size(); }
  std::size_t delta_bytes() const override { return delta_bytes_; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }

 private:
  const Fixture& fixture_;
  group::Environment environment_;
  crypto::SeededRandom random_;
  OneKeyPackage key_packages_;
  group::NoGroups groups_;
  Own own_;
  std::size_t delta_bytes_ = 0;
  std::unique_ptr<group::Group> member_;
};

class CreateOperation final : public Operation {
 public:
  CreateOperation(const Fixture& fixture, const crypto::Provider& provider, const Draw& draw,
                  const OpOptions& options)
      : fixture_(fixture),
        environment_(fixture.base().environment(provider)),
        random_(draw.number) {
    plan_.tree_in_welcome = !options.tree_apart;
    for (std::uint32_t i = 1; i < options.members; ++i)
      plan_.proposals.push_back(Add{key_package_of(fixture.base(), i).key_package});
  }
  void run() override {
    const group::NewGroup plan{to_bytes("created"),
                               fixture_.crypto().suite().id,
                               {},
                               fixture_.base().outsider(0),
                               group::warm_lifetime};
    group::StagedGroup staged =
        group::Group::create(environment_, plan, group::warm_now, random_).value();
    CountingSink sink;
    const group::Stored stored = group::store(sink, staged.delta()).value();
    member_ = std::move(staged).open(stored).value();
    context_size_ = codec::encode(member_->context()).size();
    own_ = send_and_accept(*member_, member_->commit(plan_, group::warm_now, random_).value());
    own_.delta_bytes += sink.octets;
  }
  Floor floor() const override {
    Floor floor(fixture_.crypto().suite());
    const KeyPackage& joiner = *plan_.proposals.front().as<Add>()->key_package;
    const std::size_t leaf_size = codec::encode(joiner.leaf_node).size();
    const std::uint32_t members = member_->member_count();
    const WelcomeShape welcome{
        members - 1, codec::encode(joiner).size(),
        group_info_size_of(*own_.outgoing.welcome, fixture_.crypto().suite()),
        secrets_size(fixture_.crypto())};
    floor.derive_key_pair();
    floor.call(CallKind::sign, leaf_size);
    floor.epoch(context_size_);
    add_key_packages(floor, welcome, leaf_size);
    const std::size_t depth =
        tree::direct_path(LeafIndex{0}.node(), tree::fitting(LeafIndex{members - 1})).size();
    const std::size_t leaves = std::size_t{1} << depth;
    floor.tree_hashes(leaves, leaf_size, leaves - 1);
    PathShape shape{depth, {}, 0, context_size_, own_.outgoing.message.size()};
    add_pathless_commit(floor, shape);
    add_welcome(floor, welcome);
    return floor;
  }
  std::size_t bytes_sent() const override { return own_.outgoing.message.size() + welcome_bytes(); }
  std::size_t welcome_bytes() const override { return own_.outgoing.welcome->size(); }
  std::size_t delta_bytes() const override { return own_.delta_bytes; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }

 private:
  const Fixture& fixture_;
  group::Environment environment_;
  crypto::SeededRandom random_;
  group::CommitPlan plan_;
  std::unique_ptr<group::Group> member_;
  Own own_;
  std::size_t context_size_ = 0;
};

constexpr std::size_t text_size = 100;

Own say(group::Group& member, Random& random) {
  auto outcome = member.send(Bytes(text_size, 'x'), random).value();
  return send_and_accept(member, std::move(std::get<group::Staged>(outcome)));
}

MessageShape message_shape(const Fixture& fixture, const Bytes& message, bool first) {
  const auto decoded = codec::decode<MLSMessage>(message);
  const PrivateMessage& framed = *decoded.value().wire_format.as<PrivateMessage>();
  const std::size_t context = codec::encode(fixture.context()).size();
  // version, wire_format, group_id, epoch, sender, authenticated_data, content_type, content.
  const std::size_t content = 2 + 2 + framed.group_id.size() + 1 + 8 + 5 + 1 + 1 + 2 + text_size;
  const std::size_t tag = crypto::tag_size(fixture.crypto().suite().aead);
  return {content + context, framed.ciphertext.size() - tag, first ? fixture.depth() : 0};
}

// Messages are measured as they come in a conversation: the first of an epoch opens the secret
// tree, and the next find in the CPU's caches what it left there.
constexpr std::size_t said_before = 16;

class SendOperation final : public Operation {
 public:
  SendOperation(const Fixture& fixture, const crypto::Provider& provider, const Draw& draw,
                bool own_tree)
      : fixture_(fixture),
        random_(0x5E4D + draw.number),
        member_(fixture.member(draw.committer, provider, own_tree)) {
    for (std::size_t i = 0; i < said_before; ++i) say(*member_, random_);
  }
  void run() override { own_ = say(*member_, random_); }
  Floor floor() const override {
    Floor floor(fixture_.crypto().suite());
    add_send(floor, message_shape(fixture_, own_.outgoing.message, false));
    return floor;
  }
  std::size_t bytes_sent() const override { return own_.outgoing.message.size(); }
  std::size_t delta_bytes() const override { return own_.delta_bytes; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }

 private:
  const Fixture& fixture_;
  crypto::SeededRandom random_;
  std::unique_ptr<group::Group> member_;
  Own own_;
};

class ReceiveOperation final : public Operation {
 public:
  ReceiveOperation(const Fixture& fixture, const crypto::Provider& provider, const Draw& draw,
                   const OpOptions& options, bool first)
      : fixture_(fixture), first_(first), random_(0x4EC3 + draw.number) {
    auto sender = fixture.member(draw.committer, fixture.crypto().provider());
    member_ = fixture.member(draw.other, provider, options.own_tree);
    message_ = say(*sender, random_).outgoing.message;
    if (first_) return;
    // All are said before any is read, as the peers' programs do it.
    std::vector<Bytes> before{message_};
    while (before.size() < said_before) before.push_back(say(*sender, random_).outgoing.message);
    message_ = say(*sender, random_).outgoing.message;
    for (const Bytes& message : before) receive_and_accept(*member_, message);
  }
  void run() override { delta_bytes_ = receive_and_accept(*member_, message_); }
  Floor floor() const override {
    Floor floor(fixture_.crypto().suite());
    add_receive(floor, message_shape(fixture_, message_, first_));
    return floor;
  }
  std::size_t bytes_sent() const override { return message_.size(); }
  std::size_t delta_bytes() const override { return delta_bytes_; }
  const group::Group* member() const override { return member_.get(); }
  void drop_member() override { member_.reset(); }

 private:
  const Fixture& fixture_;
  bool first_;
  crypto::SeededRandom random_;
  std::unique_ptr<group::Group> member_;
  Bytes message_;
  std::size_t delta_bytes_ = 0;
};

class KeyPackageOperation final : public Operation {
 public:
  KeyPackageOperation(const Fixture& fixture, const crypto::Provider& provider, const Draw& draw)
      : fixture_(fixture),
        provider_(provider),
        identity_(fixture.base().outsider(draw.number)),
        random_(draw.number) {}
  void run() override {
    const group::KeyPackagePlan plan{fixture_.crypto().suite().id, group::warm_lifetime, {}};
    own_ = group::make_key_package(provider_, identity_, plan, random_).value();
  }
  Floor floor() const override {
    Floor floor(fixture_.crypto().suite());
    add_key_package_made(floor, codec::encode(own_.key_package.leaf_node).size(), bytes_sent());
    return floor;
  }
  std::size_t bytes_sent() const override { return codec::encode(own_.key_package).size(); }
  std::size_t delta_bytes() const override { return group::encode_own(own_).size(); }

 private:
  const Fixture& fixture_;
  const crypto::Provider& provider_;
  group::Identity identity_;
  crypto::SeededRandom random_;
  group::OwnKeyPackage own_;
};

}  // namespace

std::string_view name_of(OpKind kind) {
  constexpr std::array<std::string_view, op_kinds> names{
      "create",         "add",           "add_100",      "commit",
      "remove",         "process",       "process_add",  "process_add_100",
      "process_remove", "join",          "join_outside", "process_join_outside",
      "send",           "receive_first", "receive",      "keypackage"};
  return names[static_cast<std::size_t>(kind)];
}

std::uint32_t members_before(OpKind kind, std::uint32_t members) {
  return kind == OpKind::create || kind == OpKind::keypackage ? 1 : members;
}

std::unique_ptr<Operation> prepare(OpKind kind, const Fixture& fixture,
                                   const crypto::Provider& provider, const Draw& draw,
                                   const OpOptions& options) {
  switch (kind) {
    case OpKind::create:
      return std::make_unique<CreateOperation>(fixture, provider, draw, options);
    case OpKind::add:
    case OpKind::add_100:
    case OpKind::commit:
    case OpKind::remove:
      return make_commit(kind, {fixture, provider, draw, options});
    case OpKind::process:
    case OpKind::process_add:
    case OpKind::process_add_100:
    case OpKind::process_remove:
      return make_process(kind, {fixture, provider, draw, options});
    case OpKind::join:
      return std::make_unique<JoinOperation>(fixture, provider, draw);
    case OpKind::join_outside:
      return make_join_outside({fixture, provider, draw, options});
    case OpKind::process_join_outside:
      return make_process_join_outside({fixture, provider, draw, options});
    case OpKind::send:
      return std::make_unique<SendOperation>(fixture, provider, draw, options.own_tree);
    case OpKind::receive_first:
    case OpKind::receive:
      return std::make_unique<ReceiveOperation>(fixture, provider, draw, options,
                                                kind == OpKind::receive_first);
    case OpKind::keypackage:
      return std::make_unique<KeyPackageOperation>(fixture, provider, draw);
  }
  THICKET_ASSERT(false);
  return nullptr;
}

}  // namespace thicket::bench
