// What people do in a group, told as stories: everybody processes, and all agree.

#include <algorithm>

#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::World;

// A client keeps its name up to a slash, whatever stands behind it.
class ManyNames final : public Authenticator {
 public:
  Result<void> check(const CredentialCheck&) const override { return {}; }
  Result<void> check_successor(const Succession& succession) const override {
    const Bytes old = THICKET_TRY(client_id(succession.old_credential, {}));
    const Bytes next = THICKET_TRY(client_id(succession.next_credential, {}));
    if (old != next) return broken(Rule::credential_successor);
    return {};
  }
  Result<Bytes> client_id(const Credential& credential, ByteView) const override {
    const Bytes& name = credential.as<BasicCredential>()->identity;
    return Bytes(name.begin(), std::find(name.begin(), name.end(), '/'));
  }
};

CommitPlan with_path() {
  CommitPlan plan;
  plan.force_path = true;
  return plan;
}

TEST_CASE("alice makes a group, adds bob and carol, and they talk") {
  World world;
  world.create("alice");
  CHECK(world.group_of("alice").epoch() == Epoch{0});
  world.add("alice", {"bob", "carol"});
  CHECK(world.members().size() == 3);
  CHECK(world.group_of("carol").epoch() == Epoch{1});

  const Outgoing said = world.say("bob", "hello");
  const Event heard = world.receive(world["alice"], said.message);
  const auto* message = std::get_if<ApplicationMessage>(&heard);
  REQUIRE(message);
  CHECK(to_text(message->data) == "hello");
  CHECK(message->sender == world.group_of("bob").own_leaf());
  CHECK(to_text(message->client_id) == "bob");
  CHECK_FALSE(message->late);
  const Event again = world.receive(world["bob"], said.message);
  CHECK(std::holds_alternative<OwnEcho>(again));
}

TEST_CASE("members renew their keys, one is removed and cannot read on") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol", "dave"}, with_path());
  world.commit("bob");
  world.commit("dave");
  auto carol = std::move(world["carol"].group);
  world["carol"].group.reset();
  CommitPlan plan;
  plan.proposals.push_back(Remove{carol->own_leaf()});
  const Outgoing removal = world.commit("alice", plan);
  world["carol"].group = std::move(carol);
  const Event event = world.receive(world["carol"], removal.message);
  CHECK(std::holds_alternative<Removed>(event));
  CHECK(world.group_of("carol").removed());
  CHECK(world["carol"].rows.rows.empty());
  kit::refused(world.group_of("carol").send(view_of("still here?"), world.random),
               Rule::group_removed, "");
  world.add("dave", {"erin"}, with_path());
  CHECK(world.members().size() == 4);
}

TEST_CASE("handshakes framed as PrivateMessages go the same way") {
  World world;
  world.policy.handshakes = WireFormat::mls_private_message;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  world.propose("bob", world.add_of("dave"));
  world.commit("carol");
  CHECK(world.members().size() == 4);
  world.commit("dave");
  world.commit("dave");
}

TEST_CASE("bob's Update is committed by alice") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  kit::Member& bob = world["bob"];
  const Staged update = good(bob.group->propose_update(std::nullopt, world.random));
  const Outgoing outgoing = world.release(bob, update);
  world.deliver(outgoing.message, "");
  const Bytes before = to_bytes(good(bob.group->member(bob.group->own_leaf())).encryption_key());
  SUBCASE("while bob is running") {
    world.commit("alice");
  }
  SUBCASE("after bob was restarted") {
    world.restart("bob");
    world.commit("alice");
  }
  const auto after = good(bob.group->member(bob.group->own_leaf()));
  CHECK_FALSE(equal(before, after.encryption_key()));
  world.commit("bob");
  world.commit("carol");
}

TEST_CASE("bob's Update brings a new signature key and credential, and he goes on with them") {
  World world;
  const ManyNames names;
  world.authority = &names;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  kit::Member& bob = world["bob"];
  const LeafIndex place = bob.group->own_leaf();
  Identity next = kit::person(world.provider, "bob/second device key", world.random);
  next.capabilities.extensions.push_back(ExtensionType{0xF00D});
  const Staged update = good(bob.group->propose_update(next, world.random));
  const Outgoing outgoing = world.release(bob, update);
  SUBCASE("while he is running") {
    world.deliver(outgoing.message, "");
  }
  SUBCASE("restarted before he has seen his own Update") {
    world.restart("bob");
    world.deliver(outgoing.message, "");
  }
  SUBCASE("restarted before the commit") {
    world.deliver(outgoing.message, "");
    world.restart("bob");
  }
  // Until the commit he signs with the key that the group knows.
  world.policy.commit_first = false;
  world.receive(world["alice"], world.say("bob", "still me").message);
  const Outgoing before = world.say("bob", "late");
  world.commit("alice");
  for (const kit::Member* member : world.members()) {
    const LeafNode leaf = good(member->group->member(place)).leaf_node();
    CHECK(leaf.signature_key == next.signer.public_key);
    CHECK(leaf.credential == next.credential);
    CHECK(leaf.capabilities == next.capabilities);
  }
  const Event late = world.receive(world["carol"], before.message);
  CHECK(std::get<ApplicationMessage>(late).late);
  CHECK_FALSE(std::get<ApplicationMessage>(late).sender_since_removed);
  world.receive(world["alice"], world.say("bob", "with the new key").message);
  world.commit("bob", with_path());
  world.restart("bob");
  world.add("bob", {"dave"});
  world.receive(world["dave"], world.say("bob", "and after a restart").message);
  CHECK(good(bob.group->member(place)).leaf_node().signature_key == next.signer.public_key);
}

TEST_CASE("an Update that somebody else's commit leaves out rotates nothing") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  kit::Member& bob = world["bob"];
  const Bytes key = bob.identity.signer.public_key;
  const Identity next = kit::person(world.provider, "bob", world.random);
  const Staged update = good(bob.group->propose_update(next, world.random));
  world.deliver(world.release(bob, update).message, "");
  CommitPlan without = with_path();
  without.pending = PendingChoice::none;
  world.commit("alice", without);
  CHECK(good(bob.group->member(bob.group->own_leaf())).leaf_node().signature_key == key);
  world.commit("bob", with_path());
  world.receive(world["carol"], world.say("bob", "the old key").message);
}

// An application with a proposal type and an extension of its own.
TEST_CASE("a group requires what its application needs, holds a poll, and pins a message") {
  constexpr ProposalType poll{0xF00E};
  constexpr ExtensionType pin{0xF00D};
  World world;
  world.policy.extensions = {pin};
  for (const char* name : {"alice", "bob", "carol", "dave"}) {
    Capabilities& capabilities = world[name].identity.capabilities;
    capabilities.proposals.push_back(poll);
    capabilities.extensions.push_back(pin);
  }
  world.create("alice", {{ExtensionType::required_capabilities,
                          codec::encode(RequiredCapabilities{{pin}, {poll}, {}})}});
  world.add("alice", {"bob", "carol"});
  // Erin's client is another application's.
  CommitPlan plan;
  plan.proposals.push_back(world.add_of("erin"));
  CHECK(world.group_of("alice").commit(plan, world.now, world.random).error().rule ==
        Rule::leaf_required_capabilities);

  // Bob proposes a poll and a new context; carol commits both, and all are told.
  world.propose("bob", CustomProposal{poll, to_bytes("tea or coffee?")});
  GroupContextExtensions pinned{world.group_of("bob").context().extensions};
  pinned.extensions.push_back({pin, to_bytes("tea at five")});
  world.propose("bob", pinned);
  Staged staged = world.make_commit("carol", {});
  const Outgoing outgoing = world.release(world["carol"], staged);
  for (const char* name : {"alice", "bob"}) {
    const Event event = world.receive(world[name], outgoing.message);
    const auto& changed = std::get<EpochChanged>(event);
    REQUIRE(changed.custom.size() == 1);
    CHECK(changed.custom[0] == CustomProposal{poll, to_bytes("tea or coffee?")});
    CHECK(changed.extensions_changed);
  }
  world.accept(world["carol"], std::move(staged));
  world.agree();
  world.add("bob", {"dave"});
  CHECK(world.group_of("dave").context().extensions == pinned.extensions);
  world.restart("dave");
  world.commit("dave", with_path());
}

}  // namespace
}  // namespace thicket::group
