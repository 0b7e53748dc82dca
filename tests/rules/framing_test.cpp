// What surrounds a content: senders, signatures, tags, encryption, generations.  RFC 9420 6, 9, 15.
#include "rules/doors.h"

namespace thicket::rules {
namespace {

const Proposal remove_dave = Remove{LeafIndex{3}};
constexpr LeafIndex carols{2};

void frame_refused(const kit::FrameSpoil& spoil, const Refusal& refusal) {
  Stage stage;
  const Forger carol = stage.forger("carol");
  stage.refuses("bob", {carol.proposal(remove_dave, spoil), carol.proposal(remove_dave)}, refusal);
}

void private_refused(const kit::PrivateSpoil& spoil, const Refusal& refusal) {
  Stage stage;
  const Forger carol = stage.forger("carol");
  const Bytes broken = carol.application("hello", spoil);
  stage.refuses("bob", {broken, carol.application("hello", {.padding = spoil.padding})}, refusal);
}

}  // namespace

TEST_CASE("rule application_in_public_message: application data is encrypted") {
  Stage stage;
  const Forger carol = stage.forger("carol");
  stage.refuses(
      "bob",
      {carol.message(carol.content(ApplicationData{to_bytes("hello")}), carol.epoch().signer),
       carol.proposal(remove_dave)},
      {Rule::application_in_public_message, "content.content_type"});
}

TEST_CASE("rule sender_leaf: a sender that is no member") {
  for (const LeafIndex leaf : {nobody, LeafIndex{8}}) {
    frame_refused({.content = [&](FramedContent& c) { c.sender = MemberSender{leaf}; }},
                  {Rule::sender_leaf, "content.sender.leaf_index", leaf});
  }
}

TEST_CASE("rule message_signature: a signature that was changed") {
  frame_refused({.auth = [](FramedContentAuthData& auth) { flip(auth.signature); }},
                {Rule::message_signature, "auth.signature"});
}

TEST_CASE("rule message_signature: made for a PrivateMessage, sent as a PublicMessage") {
  Stage stage;
  const Forger carol = stage.forger("carol");
  const auto resigned = [&](WireFormat format, ByteView context) {
    return carol.proposal(remove_dave, {.auth = [&](FramedContentAuthData& auth) {
                            auth = framing::authenticate(carol.crypto(), format,
                                                         carol.content(remove_dave), context,
                                                         carol.epoch().signer)
                                       .value.auth;
                          }});
  };
  const ByteView context = carol.epoch().encoded_context();
  stage.refuses("bob",
                {resigned(WireFormat::mls_private_message, context),
                 resigned(WireFormat::mls_public_message, context)},
                {Rule::message_signature, "auth.signature"});
}

TEST_CASE("rule message_signature: covers the GroupContext") {
  Stage stage;
  const Forger carol = stage.forger("carol");
  GroupContext other = carol.epoch().context;
  flip(other.tree_hash);
  const auto signed_for = [&](const GroupContext& context) {
    return carol.proposal(remove_dave, {.auth = [&](FramedContentAuthData& auth) {
                            auth = framing::authenticate(
                                       carol.crypto(), WireFormat::mls_public_message,
                                       carol.content(remove_dave), codec::encode(context),
                                       carol.epoch().signer)
                                       .value.auth;
                          }});
  };
  stage.refuses("bob", {signed_for(other), signed_for(carol.epoch().context)},
                {Rule::message_signature, "auth.signature"});
}

TEST_CASE("rule membership_tag: of a member's PublicMessage") {
  frame_refused({.message = [](PublicMessage& message) { flip(*message.membership_tag); }},
                {Rule::membership_tag, "membership_tag"});
}

TEST_CASE("rule wrong_group: a message for another group") {
  frame_refused({.content = [](FramedContent& c) { c.group_id = to_bytes("another"); }},
                {Rule::wrong_group, "group_id"});
}

TEST_CASE("rule wrong_epoch: a handshake for an epoch to come, and for one that was") {
  for (const Epoch epoch : {Epoch{99}, Epoch{1}}) {
    frame_refused({.content = [&](FramedContent& c) { c.epoch = epoch; }},
                  {Rule::wrong_epoch, "epoch"});
  }
}

TEST_CASE("rule padding: is all zero") {
  private_refused({.plaintext = [](Bytes& octets) { octets.back() = 1; }, .padding = 16},
                  {Rule::padding, "ciphertext.padding", carols});
}

TEST_CASE("rule private_message_open: additional data and ciphertext are authenticated") {
  private_refused(
      {.message = [](PrivateMessage& message) { message.authenticated_data = to_bytes("x"); }},
      {Rule::private_message_open, "ciphertext", carols});
}

TEST_CASE("rule sender_data: names a member") {
  private_refused({.sender_data = [](SenderData& sender) { sender.leaf_index = nobody; }},
                  {Rule::sender_data, "encrypted_sender_data.leaf_index", nobody});
}

TEST_CASE("rule sender_data: opens with the key that the ciphertext gives") {
  private_refused({.message = [](PrivateMessage& m) { flip(m.encrypted_sender_data); }},
                  {Rule::sender_data, "encrypted_sender_data"});
}

TEST_CASE("rule generation_used: a message that comes again") {
  Stage stage;
  const Forger carol = stage.forger("carol");
  const Bytes first = carol.application("hello");
  stage.world.receive(stage.world["bob"], first);
  stage.refuses("bob", {first, carol.application("again")},
                {Rule::generation_used, "encrypted_sender_data.generation"});
}

TEST_CASE("rule generation_too_far: beyond the forward limit, also by all of 2^32") {
  for (const std::uint32_t generation : {1001u, 0xffffffffu}) {
    private_refused(
        {.sender_data = [&](SenderData& sender) { sender.generation = Generation{generation}; }},
        {Rule::generation_too_far, "encrypted_sender_data.generation"});
  }
}

TEST_CASE("rule generation_forgotten: of skipped keys only the newest are kept") {
  Stage stage({}, [](World& world) { world.policy.ratchets.kept_per_sender = 1; });
  const Forger carol = stage.forger("carol");
  const Bytes oldest = carol.application("0");
  const Bytes older = carol.application("1");
  stage.world.receive(stage.world["bob"], carol.application("2"));
  stage.refuses("bob", {oldest, older},
                {Rule::generation_forgotten, "encrypted_sender_data.generation"});
}

TEST_CASE("rule aead_limit: an epoch encrypts no more than the policy says") {
  Stage stage({}, [](World& world) { world.policy.ratchets.sealed_blocks_max = 400; });
  group::Group& bob = stage.world.group_of("bob");
  const auto refused = bob.send(Bytes(8000), stage.world.random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().rule == Rule::aead_limit);
  CHECK(bob.pending_messages().empty());
  CHECK(bob.send(Bytes(100), stage.world.random).has_value());
}

}  // namespace thicket::rules
