// Proposals from outside the group.  RFC 9420 12.1.8, 6.1.
#include "group/external_proposal.h"

#include <doctest/doctest.h>

#include "framing/public_message.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::refused;
using kit::World;

// A group that lets an office (sender 0) and a porter (sender 1) propose.
class Hall {
 public:
  Hall() {
    const std::vector<ExternalSender> senders{{office.signer.public_key, office.credential},
                                              {porter.signer.public_key, porter.credential}};
    world.create("alice", {{ExtensionType::external_senders, codec::encode(senders)}});
    world.add("alice", {"bob"});
  }
  const GroupContext& context() { return world.group_of("alice").context(); }
  Result<Bytes> propose(const Proposal& proposal, std::uint32_t index = 0) {
    return external_proposal(world.provider, {.context = context(),
                                              .sender_index = index,
                                              .signer = index == 0 ? office.signer : porter.signer,
                                              .proposal = proposal});
  }
  Result<Bytes> ask(const std::string& name) {
    const KeyPackage key_package = world.key_package(name);
    return new_member_proposal(world.provider, {.group_id = context().group_id,
                                                .epoch = context().epoch,
                                                .key_package = key_package,
                                                .signer = world[name].identity.signer});
  }
  // Straight to the wire, without the checks of the maker.
  Bytes forged(const Sender& sender, const Proposal& proposal,
               const crypto::SignaturePrivateKey& signer) {
    const auto made = framing::authenticate(
        world.crypto(), WireFormat::mls_public_message,
        {context().group_id, context().epoch, sender, {}, proposal}, {}, signer);
    return good(framing::protect_public(world.crypto(), made, nullptr));
  }
  Result<Staged> at_alice(ByteView message) { return world.process(world["alice"], message); }

  World world;
  Identity office = kit::person(world.provider, "the office", world.random);
  Identity porter = kit::person(world.provider, "the porter", world.random);
};

}  // namespace

TEST_CASE("an office outside proposes to remove bob and to add carol, and alice commits both") {
  Hall hall;
  World& world = hall.world;
  const Bytes removal = good(hall.propose(Remove{world.group_of("bob").own_leaf()}));
  const Bytes addition = good(hall.propose(world.add_of("carol"), 1));
  world.deliver(removal, "");
  world.deliver(addition, "");
  CHECK(world.group_of("alice").pending_proposals().size() == 2);
  world.commit("alice");
  CHECK(world.group_of("bob").removed());
  CHECK(world.group_of("carol").member_count() == 2);
}

TEST_CASE("carol asks to be added herself, and bob takes her in") {
  Hall hall;
  const Bytes request = good(hall.ask("carol"));
  hall.world.deliver(request, "");
  hall.world.commit("bob");
  CHECK(hall.world.group_of("carol").member_count() == 3);
}

TEST_CASE("an outsider that is no external sender is told so before it sends") {
  Hall hall;
  refused(external_proposal(hall.world.provider, {.context = hall.context(),
                                                  .sender_index = 2,
                                                  .signer = hall.office.signer,
                                                  .proposal = Remove{}}),
          Rule::external_sender_index, "");
  refused(external_proposal(hall.world.provider, {.context = hall.context(),
                                                  .sender_index = 1,
                                                  .signer = hall.office.signer,
                                                  .proposal = Remove{}}),
          Rule::external_sender_index, "sender_index");
  refused(hall.propose(ExternalInit{}), Rule::external_proposal_type, "");
  World plain;
  plain.create("alice");
  refused(external_proposal(plain.provider, {.context = plain.group_of("alice").context(),
                                             .sender_index = 0,
                                             .signer = hall.office.signer,
                                             .proposal = Remove{}}),
          Rule::external_senders_missing, "");
}

TEST_CASE("members refuse what an external sender may not send, and who is not one") {
  Hall hall;
  const ExternalSenderRef office{0};
  good(hall.at_alice(hall.forged(office, Remove{LeafIndex{1}}, hall.office.signer)));
  const auto rule_of = [&](const Bytes& message) {
    const auto outcome = hall.at_alice(message);
    REQUIRE_FALSE(outcome);
    return outcome.error().rule;
  };
  CHECK(rule_of(hall.forged(office, ExternalInit{}, hall.office.signer)) ==
        Rule::external_proposal_type);
  CHECK(rule_of(hall.forged(ExternalSenderRef{7}, Remove{}, hall.office.signer)) ==
        Rule::external_sender_index);
  CHECK(rule_of(hall.forged(office, Remove{LeafIndex{1}}, hall.porter.signer)) ==
        Rule::message_signature);
  CHECK(rule_of(hall.forged(office, Remove{LeafIndex{9}}, hall.office.signer)) ==
        Rule::remove_leaf);
  CHECK(rule_of(hall.forged(NewMemberProposal{}, Remove{LeafIndex{1}}, hall.office.signer)) ==
        Rule::sender_content_type);
  CHECK(hall.world.group_of("alice").pending_proposals().empty());
}

TEST_CASE("in a group without external_senders an external proposal is refused by that name") {
  Hall hall;
  World plain;
  plain.create("alice");
  const auto made = framing::authenticate(
      plain.crypto(), WireFormat::mls_public_message,
      {to_bytes("the group"), Epoch{0}, ExternalSenderRef{0}, {}, Proposal(Remove{})}, {},
      hall.office.signer);
  const Bytes message = good(framing::protect_public(plain.crypto(), made, nullptr));
  const auto outcome = plain.process(plain["alice"], message);
  REQUIRE_FALSE(outcome);
  CHECK((outcome.error().rule == Rule::external_senders_missing ||
         outcome.error().rule == Rule::external_sender_index));
}

TEST_CASE("a request to be added is signed by the leaf that asks") {
  Hall hall;
  const KeyPackage carols = hall.world.key_package("carol");
  refused(new_member_proposal(hall.world.provider, {.group_id = hall.context().group_id,
                                                    .epoch = hall.context().epoch,
                                                    .key_package = carols,
                                                    .signer = hall.office.signer}),
          Rule::public_key_encoding, "signer");
  const auto outcome =
      hall.at_alice(hall.forged(NewMemberProposal{}, Add{carols}, hall.office.signer));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().rule == Rule::message_signature);
}

}  // namespace thicket::group
