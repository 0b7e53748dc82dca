// Consumed secrets are gone: from memory as far as the group holds it, and from every row.
// RFC 9420 9.2, 7.5, 12.4.2.

#include <algorithm>

#include "group/state.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::World;

bool contains(ByteView where, ByteView what) {
  return std::search(where.begin(), where.end(), what.begin(), what.end()) != where.end();
}

bool in_rows(const Member& member, ByteView secret) {
  return std::any_of(member.rows.rows.begin(), member.rows.rows.end(),
                     [&](const auto& row) { return contains(row.second, secret); });
}

// What an epoch must not leave behind, and what it may for the past epochs.
struct EpochSecretsSeen {
  std::vector<Bytes> gone;
  Bytes resumption_psk;
  Bytes sender_data_secret;
};

EpochSecretsSeen secrets_of(const Member& member) {
  const EpochState& epoch = *member.group->state().current;
  const schedule::EpochSecrets& s = epoch.secrets;
  EpochSecretsSeen seen;
  for (const ByteView secret :
       {s.init_secret.reveal(), s.exporter_secret.reveal(), s.external_secret.reveal(),
        s.confirmation_key.reveal(), s.membership_key.reveal(), s.epoch_authenticator.reveal()}) {
    seen.gone.push_back(to_bytes(secret));
  }
  for (const auto& held : epoch.path.keys()) seen.gone.push_back(to_bytes(held.key->reveal()));
  seen.resumption_psk = to_bytes(s.resumption_psk.reveal());
  seen.sender_data_secret = to_bytes(s.sender_data_secret.reveal());
  return seen;
}

TEST_CASE("an epoch that ended leaves no init, epoch, or path secret in anybody's rows") {
  World world;
  world.create("alice");
  CommitPlan plan;
  plan.force_path = true;
  world.add("alice", {"bob", "carol", "dave"}, plan);
  world.commit("bob");
  const Member& alice = world["alice"];
  const EpochSecretsSeen seen = secrets_of(alice);
  for (const Bytes& secret : seen.gone) CHECK(in_rows(alice, secret));
  // Her own commit replaces her leaf key and every key above it.
  world.commit("alice");
  for (const Bytes& secret : seen.gone) CHECK_FALSE(in_rows(alice, secret));
  CHECK(in_rows(alice, seen.sender_data_secret));
  CHECK(in_rows(alice, seen.resumption_psk));
}

TEST_CASE("the joining secrets are gone when the Welcome is made") {
  World world;
  world.create("alice");
  world.add("alice", {"bob"});
  for (const Member* member : world.members()) {
    const schedule::EpochSecrets& secrets = member->group->state().current->secrets;
    CHECK(secrets.joiner_secret.empty());
    CHECK(secrets.welcome_secret.empty());
    CHECK(secrets.encryption_secret.empty());
  }
}

TEST_CASE("what a pending commit keeps is gone once another one wins") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  Member& alice = world["alice"];
  Bytes seed;
  {
    const Staged staged = world.make_commit("alice", {});
    world.release(alice, staged);
    seed = to_bytes(alice.group->state().current->pending.front().seed.reveal());
  }
  CHECK(in_rows(alice, seed));
  world.commit("bob");
  CHECK_FALSE(in_rows(alice, seed));
  for (const auto& [key, value] : alice.rows.rows) CHECK(key.front() != 'e');
}

TEST_CASE("a message's key is in no row once it was sent, or read") {
  World world;
  world.create("alice");
  world.add("alice", {"bob"});
  const Member& bob = world["bob"];
  const EpochState& epoch = *bob.group->state().current;
  const auto candidate =
      good(epoch.keys->secret_tree.peek(world.crypto(), world.group_of("alice").own_leaf(),
                                        schedule::RatchetKind::application, Generation{0}));
  const Bytes key = to_bytes(candidate.key().key.reveal());
  const auto second =
      good(epoch.keys->secret_tree.peek(world.crypto(), world.group_of("alice").own_leaf(),
                                        schedule::RatchetKind::application, Generation{1}));
  const Bytes second_key = to_bytes(second.key().key.reveal());
  const Outgoing first = world.say("alice", "one");
  const Outgoing later = world.say("alice", "two");
  world.receive(world["bob"], later.message);
  CHECK(in_rows(bob, key));  // skipped, and kept for the message that is on its way
  CHECK_FALSE(in_rows(bob, second_key));
  world.receive(world["bob"], first.message);
  CHECK_FALSE(in_rows(bob, key));
  CHECK_FALSE(in_rows(world["alice"], key));
}

TEST_CASE("public rows hold no secret") {
  World world;
  world.create("alice");
  world.add("alice", {"bob", "carol"});
  world.commit("bob");
  for (const Member* member : world.members()) {
    const EpochSecretsSeen seen = secrets_of(*member);
    for (const auto& [key, value] : member->rows.rows) {
      if (member->rows.secret_keys.contains(key)) continue;
      for (const Bytes& secret : seen.gone) CHECK_FALSE(contains(value, secret));
    }
  }
}

}  // namespace
}  // namespace thicket::group
