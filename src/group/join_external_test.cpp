// People who come in from outside, or come back.  RFC 9420 12.4.3.2, 8.3.
#include "group/join_external.h"

#include <doctest/doctest.h>

#include "framing/public_message.h"
#include "group/process.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::refused;
using kit::World;

Bytes encoded(GroupInfo info) {
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(info)});
}

Bytes group_info(World& world, const std::string& by,
                 const GroupInfoPlan& plan = {true, true, {}}) {
  Member& member = world[by];
  return encoded(good(world.with_rows(member, [&] { return member.group->group_info(plan); })));
}

// Alice and bob have a group that zoe and others may join.
class Door {
 public:
  Door() {
    world.create("alice");
    world.add("alice", {"bob"});
  }
  ExternalJoinPlan plan(const std::string& name, ByteView info) {
    return {.group_info = info, .identity = world[name].identity, .groups = world.no_groups};
  }
  Result<ExternalJoin> try_join(const std::string& name, const ExternalJoinPlan& plan) {
    return join_external(world.environment(world[name]), plan, world.now, world.random);
  }
  ExternalJoin join(const std::string& name, ByteView info) {
    return good(try_join(name, plan(name, info)));
  }
  Outgoing send(const std::string& name, const ExternalJoin& join) {
    return good(join.release(good(store(world[name].rows, join.before_send()))));
  }
  // The log has taken it.
  void won(const std::string& name, ExternalJoin join) {
    Member& member = world[name];
    const Stored stored = good(store(member.rows, join.on_accept()));
    member.group = good(std::move(join).open(stored));
  }
  // Made, sent, received by everybody else, accepted.
  Outgoing enter(const std::string& name, ByteView info) {
    ExternalJoin made = join(name, info);
    const Outgoing outgoing = send(name, made);
    world.deliver(outgoing.message, name);
    won(name, std::move(made));
    world.agree();
    return outgoing;
  }
  bool reads(const std::string& from, const std::string& by, std::string_view text) {
    const Outgoing sent = world.say(from, text);
    const Event event = world.receive(world[by], sent.message);
    const auto* message = std::get_if<ApplicationMessage>(&event);
    return message != nullptr && to_text(message->data) == text;
  }

  World world;
};

// An external commit changed by its maker, signed anew. The confirmation tag stays: what is tested
// here is found before it.
Bytes changed(Door& door, const std::string& maker, ByteView message,
              const std::function<void(FramedContent&)>& change) {
  MLSMessage outer = good(codec::decode<MLSMessage>(message));
  auto* inner = outer.wire_format.as<PublicMessage>();
  const MAC tag = *inner->auth.confirmation_tag;
  FramedContent content = inner->content;
  change(content);
  const Bytes context = codec::encode(door.world.group_of("alice").context());
  auto authenticated =
      framing::authenticate(door.world.crypto(), WireFormat::mls_public_message, std::move(content),
                            context, door.world[maker].identity.signer);
  if (authenticated.content().content_type() == ContentType::commit) {
    authenticated.value.auth.confirmation_tag = tag;
  }
  return good(framing::protect_public(door.world.crypto(), authenticated, nullptr));
}

Commit& commit_of(FramedContent& content) {
  return *content.content.as<Commit>();
}

}  // namespace

TEST_CASE("zoe joins from outside while nobody is online, and talks with everybody") {
  Door door;
  const Bytes info = group_info(door.world, "alice");
  door.enter("zoe", info);
  CHECK(door.world.group_of("zoe").member_count() == 3);
  CHECK(door.reads("zoe", "alice", "hello"));
  CHECK(door.reads("bob", "zoe", "welcome"));
  door.world.commit("alice", {.force_path = true});
  door.world.commit("zoe", {.force_path = true});
}

TEST_CASE("joining from outside works in every suite, and where the tree must double") {
  for (const crypto::Suite& suite : crypto::all_suites()) {
    CAPTURE(suite.name);
    World world(7, suite.id);
    world.create("alice");
    auto& zoe = world["zoe"];
    const Bytes info = group_info(world, "alice");
    auto join = good(
        join_external(world.environment(zoe),
                      {.group_info = info, .identity = zoe.identity, .groups = world.no_groups},
                      world.now, world.random));
    const auto sent = good(join.release(good(store(zoe.rows, join.before_send()))));
    world.receive(world["alice"], sent.message);
    const auto stored = good(store(zoe.rows, join.on_accept()));
    zoe.group = good(std::move(join).open(stored));
    world.agree();
    CHECK(world.group_of("alice").member_count() == 2);
  }
}

TEST_CASE("the tree may come apart from the GroupInfo, and without either there is no joining") {
  Door door;
  const Bytes info = group_info(door.world, "alice", {false, true, {}});
  refused(door.try_join("zoe", door.plan("zoe", info)), Rule::tree_missing,
          "group_info.extensions");
  const Bytes tree = good(door.world.group_of("alice").ratchet_tree());
  ExternalJoinPlan plan = door.plan("zoe", info);
  plan.ratchet_tree = ByteView(tree);
  good(door.try_join("zoe", plan));
}

TEST_CASE("the next one joins by the GroupInfo that came with the commit of the first") {
  Door door;
  const Outgoing first = door.enter("zoe", group_info(door.world, "alice"));
  REQUIRE(first.group_info);
  ExternalJoinPlan plan = door.plan("yuri", *first.group_info);
  const Bytes tree = good(door.world.group_of("zoe").ratchet_tree());
  plan.ratchet_tree = ByteView(tree);
  ExternalJoin join = good(door.try_join("yuri", plan));
  const Outgoing second = door.send("yuri", join);
  door.world.deliver(second.message, "yuri");
  door.won("yuri", std::move(join));
  door.world.agree();
  CHECK(door.world.group_of("alice").member_count() == 4);
}

TEST_CASE("bob lost his state and comes back: his old leaf goes in the same commit") {
  Door door;
  door.world["bob"].group.reset();
  door.world["bob"].rows.rows.clear();
  // The same client, a new key.
  door.world["bob"].identity = kit::person(door.world.provider, "bob", door.world.random);
  const Bytes info = group_info(door.world, "alice");
  ExternalJoinPlan plan = door.plan("bob", info);
  plan.resync = false;
  refused(door.try_join("bob", plan), Rule::list_add_member, "identity");
  door.enter("bob", info);
  CHECK(door.world.group_of("alice").member_count() == 2);
  CHECK(door.reads("bob", "alice", "here again"));
}

TEST_CASE("a member that resynchronises keeps its old rows until the verdict") {
  Door door;
  Member& bob = door.world["bob"];
  const auto before = bob.rows.rows;
  ExternalJoin join = door.join("bob", group_info(door.world, "alice"));
  door.send("bob", join);
  for (const auto& [key, value] : before) CHECK(bob.rows.rows.at(key) == value);
  CHECK(bob.rows.rows.size() == before.size() + 1);
  good(store(bob.rows, join.on_lost()));
  CHECK(bob.rows.rows == before);
}

TEST_CASE("the process ends between sending and the verdict: the join is found again and opens") {
  Door door;
  Outgoing outgoing;
  {
    const ExternalJoin join = door.join("zoe", group_info(door.world, "alice"));
    outgoing = door.send("zoe", join);
  }
  door.world.deliver(outgoing.message, "zoe");

  Member& zoe = door.world["zoe"];
  auto found =
      good(reopen_external_joins(door.world.environment(zoe), to_bytes("the group"), zoe.rows));
  REQUIRE(found.size() == 1);
  CHECK(found[0].is_ours(outgoing.message));
  CHECK(found[0].epoch() == Epoch{1});
  CHECK(door.send("zoe", found[0]) == outgoing);
  door.won("zoe", std::move(found[0]));
  door.world.agree();
  CHECK(
      reopen_external_joins(door.world.environment(zoe), to_bytes("the group"), zoe.rows)->empty());
  CHECK(door.reads("alice", "zoe", "after the crash"));
  door.world.restart("zoe");
  door.world.agree();
}

TEST_CASE("a row of a pending join that was cut is refused") {
  Door door;
  const ExternalJoin join = door.join("zoe", group_info(door.world, "alice"));
  door.send("zoe", join);
  Member& zoe = door.world["zoe"];
  zoe.rows.rows.begin()->second.pop_back();
  refused(reopen_external_joins(door.world.environment(zoe), to_bytes("the group"), zoe.rows),
          Rule::store_row, "external_join");
}

TEST_CASE("of two who join at once, the log takes one, and the other sees that it is not its own") {
  Door door;
  const Bytes info = group_info(door.world, "alice");
  ExternalJoin yuri = door.join("yuri", info);
  ExternalJoin zoe = door.join("zoe", info);
  const Outgoing first = door.send("yuri", yuri);
  const Outgoing second = door.send("zoe", zoe);
  CHECK_FALSE(zoe.is_ours(first.message));
  door.world.deliver(first.message, "");
  door.won("yuri", std::move(yuri));
  good(store(door.world["zoe"].rows, zoe.on_lost()));
  CHECK(door.world["zoe"].rows.rows.empty());
  refused(door.world.process(door.world["alice"], second.message), Rule::wrong_epoch, "epoch");
  door.enter("zoe", group_info(door.world, "yuri"));
  CHECK(door.world.group_of("alice").member_count() == 4);
}

TEST_CASE("the bytes leave only for the stored delta of this very join") {
  Door door;
  const Bytes info = group_info(door.world, "alice");
  const ExternalJoin one = door.join("zoe", info);
  ExternalJoin other = door.join("zoe", info);
  const Stored stored = good(store(door.world["zoe"].rows, one.before_send()));
  refused(other.release(stored), Rule::before_send_order, "");
  refused(std::move(other).open(stored), Rule::before_send_order, "");
}

TEST_CASE("PSKs are mixed in by both sides, and must be there") {
  Door door;
  for (const char* name : {"alice", "bob"}) door.world[name].psks.keys[{1}] = Bytes(32, 7);
  const Bytes info = group_info(door.world, "alice");
  ExternalJoinPlan plan = door.plan("zoe", info);
  plan.psks = {ExternalPSK{{1}}};
  refused(door.try_join("zoe", plan), Rule::psk_unknown, "psks[0]");
  door.world["zoe"].psks.keys[{1}] = Bytes(32, 7);
  ExternalJoin join = good(door.try_join("zoe", plan));
  const Outgoing sent = door.send("zoe", join);
  door.world.deliver(sent.message, "zoe");
  door.won("zoe", std::move(join));
  door.world.agree();
}

TEST_CASE("a resumption PSK for reinit or branch has no place in an external commit") {
  Door door;
  const Bytes info = group_info(door.world, "alice");
  ExternalJoinPlan plan = door.plan("zoe", info);
  plan.psks = {ResumptionPSK{ResumptionPSKUsage::branch, to_bytes("the group"), Epoch{1}}};
  const auto outcome = door.try_join("zoe", plan);
  REQUIRE_FALSE(outcome);
  CHECK((outcome.error().rule == Rule::psk_usage || outcome.error().rule == Rule::psk_unknown));
}

TEST_CASE("a GroupInfo without external_pub is not one to join from outside by") {
  Door door;
  const Bytes info = group_info(door.world, "alice", {true, false, {}});
  refused(door.try_join("zoe", door.plan("zoe", info)), Rule::group_info_external_pub,
          "group_info.extensions");
}

TEST_CASE("a GroupInfo that was changed is refused by what was changed") {
  Door door;
  const auto spoiled = [&](const std::function<void(GroupInfo&)>& spoil) {
    GroupInfo info = good(door.world.group_of("alice").group_info({true, true, {}}));
    spoil(info);
    const Bytes octets = encoded(std::move(info));
    return door.try_join("zoe", door.plan("zoe", octets));
  };
  good(spoiled([](GroupInfo&) {}));
  refused(spoiled([](GroupInfo& info) { info.signature.back() ^= 1; }), Rule::group_info_signature,
          "group_info.signature");
  refused(spoiled([](GroupInfo& info) { info.signer = LeafIndex{2}; }), Rule::group_info_signature,
          "group_info.signer");
  refused(spoiled([](GroupInfo& info) { info.group_context.tree_hash[0] ^= 1; }), Rule::tree_hash,
          "group_info.group_context.tree_hash");
  refused(spoiled([](GroupInfo& info) { info.group_context.version = ProtocolVersion{2}; }),
          Rule::unknown_version, "group_info.group_context.version");
  refused(spoiled([](GroupInfo& info) { info.group_context.cipher_suite = CipherSuite{99}; }),
          Rule::unknown_suite, "group_info");
  refused(spoiled([](GroupInfo& info) {
            info.group_context.extensions.push_back({ExtensionType{0xF00D}, {}});
          }),
          Rule::group_context_extension_unsupported,
          "group_info.group_context.extensions[0].extension_type");
  refused(spoiled([](GroupInfo& info) { info.extensions.push_back(info.extensions.back()); }),
          Rule::duplicate_extension, "group_info.extensions");
}

TEST_CASE("a service and every member refuse an external commit that breaks its rules") {
  Door door;
  World& world = door.world;
  const ExternalJoin join = door.join("zoe", group_info(world, "alice"));
  const Outgoing sent = door.send("zoe", join);
  Member& alice = world["alice"];
  const auto after = [&](const std::function<void(FramedContent&)>& change) {
    auto outcome = world.process(alice, changed(door, "zoe", sent.message, change));
    world.agree();
    return outcome;
  };
  good(world.process(alice, sent.message));

  refused(after([](FramedContent& c) { commit_of(c).path.reset(); }), Rule::external_commit_path,
          "content.commit.path");
  refused(after([](FramedContent& c) { commit_of(c).proposals.clear(); }),
          Rule::list_external_commit, "commit.proposals");
  refused(
      after([](FramedContent& c) { commit_of(c).proposals.push_back(commit_of(c).proposals[0]); }),
      Rule::list_external_commit, "commit.proposals[1]");
  refused(after([&](FramedContent& c) {
            commit_of(c).proposals.push_back(Proposal(GroupContextExtensions{}));
          }),
          Rule::list_external_commit, "commit.proposals[1]");
  refused(after([](FramedContent& c) {
            commit_of(c).proposals.push_back(Proposal(Remove{LeafIndex{0}}));
            commit_of(c).proposals.push_back(Proposal(Remove{LeafIndex{1}}));
          }),
          Rule::list_external_commit, "commit.proposals[2]");
  refused(
      after([](FramedContent& c) { commit_of(c).proposals.push_back(ProposalRef{Bytes(32, 1)}); }),
      Rule::external_commit_reference, "commit.proposals[1]");
  // Zoe is not bob.
  refused(after([](FramedContent& c) {
            commit_of(c).proposals.push_back(Proposal(Remove{LeafIndex{1}}));
          }),
          Rule::external_commit_remove, "commit.path.leaf_node");
  refused(after([](FramedContent& c) { c.epoch = Epoch{5}; }), Rule::wrong_epoch, "epoch");
}

TEST_CASE("a kem_output that does not open, and a tag of another epoch, are refused") {
  Door door;
  World& world = door.world;
  const ExternalJoin join = door.join("zoe", group_info(world, "alice"));
  const Outgoing sent = door.send("zoe", join);
  const Bytes short_kem = changed(door, "zoe", sent.message, [](FramedContent& c) {
    commit_of(c).proposals[0] = Proposal(ExternalInit{Bytes(31, 9)});
  });
  refused(world.process(world["alice"], short_kem), Rule::external_init_kem, "commit.proposals");
  const Bytes other_data = changed(door, "zoe", sent.message, [](FramedContent& c) {
    c.authenticated_data = to_bytes("something else");
  });
  const auto untrue = world.process(world["alice"], other_data);
  REQUIRE_FALSE(untrue);
  CHECK(untrue.error().rule == Rule::confirmation_tag);
}

TEST_CASE("an external commit that another signs, or that comes as a proposal, is refused") {
  Door door;
  World& world = door.world;
  const ExternalJoin join = door.join("zoe", group_info(world, "alice"));
  const Outgoing sent = door.send("zoe", join);
  refused(world.process(world["alice"], changed(door, "bob", sent.message, [](FramedContent&) {})),
          Rule::message_signature, "auth.signature");
  const Bytes proposal = changed(door, "zoe", sent.message, [](FramedContent& c) {
    c.content = Proposal(Remove{LeafIndex{1}});
  });
  refused(world.process(world["alice"], proposal), Rule::sender_content_type,
          "content.content_type");
}

TEST_CASE("joining from outside leaves the Group of nobody changed before it is accepted") {
  Door door;
  const Bytes before = to_bytes(door.world.group_of("alice").epoch_authenticator());
  const ExternalJoin join = door.join("zoe", group_info(door.world, "alice"));
  const Outgoing sent = door.send("zoe", join);
  const Staged staged = good(door.world.process(door.world["alice"], sent.message));
  CHECK(equal(door.world.group_of("alice").epoch_authenticator(), before));
  const auto* event = std::get_if<EpochChanged>(&staged.event());
  REQUIRE(event != nullptr);
  CHECK(event->committer.tag() == SenderType::new_member_commit);
  REQUIRE(event->added.size() == 1);
  CHECK(event->added[0].client_id == to_bytes("zoe"));
  CHECK(event->added[0].leaf == event->committer_leaf);
}

}  // namespace thicket::group
