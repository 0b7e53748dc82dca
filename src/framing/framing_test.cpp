// What a receiver refuses of a PublicMessage and a PrivateMessage, each by its rule; what differs
// between two sends; what a message costs.  RFC 9420 6.
#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "crypto/counting.h"
#include "crypto/seeded_random.h"
#include "framing/private_message.h"
#include "framing/public_message.h"
#include "messages/wire.h"

namespace thicket::framing {
namespace {

using crypto::Crypto;
using schedule::Candidate;
using schedule::RatchetKind;
using schedule::SecretTree;

constexpr LeafIndex ana{1};

// Four leaves; ana's is the only one that is occupied, and there is one external sender.
struct World final : SenderKeys {
  std::unique_ptr<crypto::Provider> provider = crypto::make_awslc();
  crypto::CountingProvider counting{*provider};
  Crypto crypto{counting, crypto::all_suites()[0]};
  crypto::SeededRandom random{7};
  crypto::SignaturePrivateKey signer = crypto.generate_signature_key(random);
  crypto::SignaturePrivateKey outsider = crypto.generate_signature_key(random);
  Bytes group_context = Bytes(200, 3);
  schedule::MembershipKey membership_key{Bytes(32, 4)};
  schedule::SenderDataSecret sender_data_secret{Bytes(32, 5)};
  SecretTree sending = tree();
  SecretTree receiving = tree();

  SecretTree tree() const {
    return SecretTree(crypto, schedule::EncryptionSecret(Bytes(32, 6)), LeafCount{4});
  }
  Result<ByteView> member_key(LeafIndex leaf) const override {
    if (leaf != ana) return broken(Rule::sender_leaf).of(leaf);
    return ByteView(signer.public_key);
  }
  Result<ByteView> external_key(std::uint32_t index) const override {
    if (index != 0) return broken(Rule::external_sender_index);
    return ByteView(outsider.public_key);
  }

  Authenticated made(WireFormat wire_format, Content content, Sender sender = MemberSender{ana}) {
    FramedContent framed{Bytes{9, 9}, Epoch{5}, sender, to_bytes("seen by all"),
                         std::move(content)};
    const bool commit = framed.content_type() == ContentType::commit;
    const auto& key = sender.tag() == SenderType::member ? signer : outsider;
    Authenticated out = authenticate(crypto, wire_format, std::move(framed), group_context, key);
    if (commit) out.value.auth.confirmation_tag = Bytes(32, 8);
    return out;
  }
  Bytes sent_private(const Authenticated& content, const Padding& padding = {}) {
    auto out = protect_private(crypto, content, {sender_data_secret, sending}, padding, random);
    REQUIRE(out);
    return std::move(out->mls_message);
  }
  Bytes sent_public(const Authenticated& content) {
    auto out = protect_public(crypto, content, &membership_key);
    REQUIRE(out);
    return *std::move(out);
  }
  Result<UnprotectedPrivate> open(ByteView mls_message) const {
    const PrivateMessageView view = THICKET_TRY(view_private(mls_message));
    return unprotect_private(crypto, view, {group_context, sender_data_secret, receiving, *this});
  }
  Result<Authenticated> read(ByteView mls_message, bool as_member = true) const {
    auto message = THICKET_TRY(codec::decode<MLSMessage>(mls_message));
    auto* body = message.wire_format.as<PublicMessage>();
    THICKET_ASSERT(body != nullptr);
    return unprotect_public(crypto, {std::move(*body), mls_message},
                            {group_context, as_member ? &membership_key : nullptr, *this});
  }
  // As a member who does not keep to the rules would: any plaintext under ana's next key.
  Bytes sealed(ByteView plaintext, ContentType type, SenderData sender_data) {
    PrivateMessage out{Bytes{9, 9}, Epoch{5}, type, to_bytes("seen by all"), {}, {}};
    const auto key = tree().peek(crypto, ana, schedule::ratchet_of(type), sender_data.generation);
    const Bytes aad = codec::encode(
        PrivateContentAAD{out.group_id, out.epoch, out.content_type, out.authenticated_data});
    out.ciphertext = crypto.seal(key->key(), aad, plaintext);  // guard 0
    out.encrypted_sender_data = seal_sender_data(
        crypto, sender_data_secret,
        {codec::encode(SenderDataAAD{out.group_id, out.epoch, out.content_type}), out.ciphertext},
        sender_data);
    return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(out)});
  }
};

const Content hello = ApplicationData{to_bytes("hello")};
const Content removal = Proposal(Remove{LeafIndex{2}});
const Content empty_commit = Commit{};

Bytes plaintext_of(const Authenticated& content, ByteView padding) {
  codec::Writer out;
  out.opaque(content.content().content.as<ApplicationData>()->application_data);
  write_auth(out, content.value.auth);
  out.raw(padding);
  return std::move(out).take();
}

}  // namespace

TEST_CASE("every octet of a PrivateMessage is authenticated, and a forgery consumes nothing") {
  World world;
  for (const Content& content : {hello, removal, empty_commit}) {
    const Authenticated made = world.made(WireFormat::mls_private_message, content);
    const Bytes message = world.sent_private(made, Padding::to_multiple_of(128));
    for (std::size_t i = 0; i < message.size(); ++i) {
      Bytes forged = message;
      forged[i] ^= 0x10;
      CAPTURE(i);
      CHECK_FALSE(world.open(forged));
    }
    CHECK(world.receiving.take_changes().size() <= 2);  // nothing but what it began with
    auto opened = world.open(message);
    REQUIRE(opened);
    CHECK(opened->authenticated.value == made.value);
    CHECK(equal(opened->authenticated.octets.tbs(), made.octets.tbs()));
    const bool handshake = content.tag() != ContentType::application;
    CHECK(opened->key.kind() == (handshake ? RatchetKind::handshake : RatchetKind::application));
  }
}

TEST_CASE("a changed frame breaks the rule of what it frames") {
  World world;
  const Bytes message = world.sent_private(world.made(WireFormat::mls_private_message, hello));
  const auto refused = [&](auto&& change) {
    auto decoded = codec::decode<MLSMessage>(message);
    REQUIRE(decoded);
    change(*decoded->wire_format.as<PrivateMessage>());
    const auto opened = world.open(codec::encode(*decoded));
    REQUIRE_FALSE(opened);
    return opened.error().rule;
  };
  CHECK(refused([](PrivateMessage& m) { m.group_id[0] ^= 1; }) == Rule::sender_data);
  CHECK(refused([](PrivateMessage& m) { m.epoch = Epoch{6}; }) == Rule::sender_data);
  CHECK(refused([](PrivateMessage& m) { m.content_type = ContentType::commit; }) ==
        Rule::sender_data);
  CHECK(refused([](PrivateMessage& m) { m.authenticated_data.push_back(1); }) ==
        Rule::private_message_open);
  CHECK(refused([](PrivateMessage& m) { m.ciphertext.back() ^= 1; }) == Rule::private_message_open);
  CHECK(refused([](PrivateMessage& m) { m.ciphertext.front() ^= 1; }) == Rule::sender_data);
  CHECK(refused([](PrivateMessage& m) { m.encrypted_sender_data.push_back(0); }) ==
        Rule::sender_data);
  CHECK(refused([](PrivateMessage& m) { m.encrypted_sender_data.clear(); }) == Rule::sender_data);
  CHECK(refused([](PrivateMessage& m) { m.ciphertext.clear(); }) == Rule::sender_data);
}

TEST_CASE("sender data that names a blank leaf or one beyond the tree is refused") {
  World world;
  const Bytes plaintext = plaintext_of(world.made(WireFormat::mls_private_message, hello), {});
  const auto opened = [&](std::uint32_t leaf) {
    return world.open(
        world.sealed(plaintext, ContentType::application, {LeafIndex{leaf}, Generation{0}, {}}));
  };
  CHECK(opened(1));
  for (const std::uint32_t leaf : {0u, 2u, 4u, 0xffffffffu}) {
    const auto refused = opened(leaf);
    CHECK(refused.error().rule == Rule::sender_data);
    CHECK(refused.error().leaf == LeafIndex{leaf});
  }
}

TEST_CASE("a replay is refused, a late message within the window opens") {
  World world;
  std::vector<Bytes> messages;
  for (int i = 0; i < 5; ++i) {
    messages.push_back(world.sent_private(world.made(WireFormat::mls_private_message, hello)));
  }
  for (const std::size_t i : {3u, 1u, 4u, 0u, 2u}) {
    auto opened = world.open(messages[i]);
    REQUIRE(opened);
    CHECK(opened->sender_data.generation == Generation{static_cast<std::uint32_t>(i)});
    REQUIRE(world.receiving.commit(world.crypto, std::move(opened->key)));
    const auto again = world.open(messages[i]);
    CHECK(again.error().rule == Rule::generation_used);
    CHECK(again.error().path == "encrypted_sender_data.generation");
  }
}

TEST_CASE("two sends of one content differ in key, reuse guard and every ciphertext") {
  World world;
  const Authenticated content = world.made(WireFormat::mls_private_message, hello);
  const auto first = world.open(world.sent_private(content));
  const auto second = world.open(world.sent_private(content));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->sender_data.generation == Generation{0});
  CHECK(second->sender_data.generation == Generation{1});
  CHECK(first->sender_data.reuse_guard != second->sender_data.reuse_guard);

  // A state that was lost and restored uses a generation again: the guard keeps the nonces apart.
  SecretTree one = world.tree();
  SecretTree other = world.tree();
  const auto send = [&](SecretTree& tree) {
    auto sent =
        protect_private(world.crypto, content, {world.sender_data_secret, tree}, {}, world.random);
    REQUIRE(sent);
    CHECK(sent->generation == Generation{0});
    return std::move(sent->mls_message);
  };
  const Bytes a = send(one);
  const Bytes b = send(other);
  CHECK(to_bytes(view_private(a)->ciphertext) != to_bytes(view_private(b)->ciphertext));
  CHECK(world.open(a));
  CHECK(world.open(b));
}

TEST_CASE("padding is all zero, of any size, and what stands behind the content is padding") {
  World world;
  const Authenticated content = world.made(WireFormat::mls_private_message, hello);
  const auto opened = [&](ByteView plaintext) {
    return world.open(world.sealed(plaintext, ContentType::application, {ana, Generation{0}, {}}));
  };
  CHECK(opened(plaintext_of(content, {})));
  CHECK(opened(plaintext_of(content, Bytes(1000))));
  for (const std::size_t place : {0u, 500u, 999u}) {
    Bytes padding(1000);
    padding[place] = 0x80;
    const auto refused = opened(plaintext_of(content, padding));
    CHECK(refused.error().rule == Rule::padding);
    CHECK(refused.error().path == "ciphertext.padding");
    CHECK(refused.error().leaf == ana);
  }
  const Bytes whole = plaintext_of(content, {});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(opened(ByteView(whole).first(size)).error().rule == Rule::truncated);
  }
}

TEST_CASE("policies of padding") {
  CHECK(padded_size(Padding::none(), 117) == 117);
  CHECK(padded_size(Padding::to_multiple_of(64), 0) == 0);
  CHECK(padded_size(Padding::to_multiple_of(64), 1) == 64);
  CHECK(padded_size(Padding::to_multiple_of(64), 128) == 128);
  CHECK(padded_size(Padding::padme(), 9) == 10);
  CHECK(padded_size(Padding::padme(), 100) == 104);
  CHECK(padded_size(Padding::padme(), 1000) == 1024);
  for (std::size_t size = 0; size < 100'000; ++size) {
    const std::size_t padded = padded_size(Padding::padme(), size);
    REQUIRE(padded >= size);
    REQUIRE(padded * 100 <= size * 112);
    REQUIRE(padded_size(Padding::padme(), padded) == padded);
  }
  World world;
  for (const std::size_t size : {0u, 1u, 60u, 300u}) {
    const Authenticated content =
        world.made(WireFormat::mls_private_message, ApplicationData{Bytes(size, 1)});
    const Bytes message = world.sent_private(content, Padding::to_multiple_of(256));
    CHECK((view_private(message)->ciphertext.size() - 16) % 256 == 0);
    CHECK(world.open(message)->authenticated.value == content.value);
  }
}

TEST_CASE("a signature holds for its wire format, group context and sender only") {
  World world;
  Authenticated wrapped = world.made(WireFormat::mls_public_message, removal);
  CHECK(world.read(world.sent_public(wrapped)));
  wrapped.value.wire_format = WireFormat::mls_private_message;
  const auto as_private = world.open(world.sent_private(wrapped));
  CHECK(as_private.error().rule == Rule::message_signature);
  CHECK(as_private.error().path == "auth.signature");

  Authenticated other = world.made(WireFormat::mls_private_message, removal);
  const Authenticated in_public{
      {WireFormat::mls_public_message, other.value.content, other.value.auth},
      ContentOctets(WireFormat::mls_public_message, other.value.content, world.group_context)};
  CHECK(world.read(world.sent_public(in_public)).error().rule == Rule::message_signature);

  const Bytes message = world.sent_private(world.made(WireFormat::mls_private_message, hello));
  world.group_context[0] ^= 1;
  CHECK(world.open(message).error().rule == Rule::message_signature);
  world.group_context[0] ^= 1;
  CHECK(world.open(message));
  std::swap(world.signer, world.outsider);
  CHECK(world.open(message).error().rule == Rule::message_signature);
}

TEST_CASE("a member's PublicMessage is bound to the epoch by its membership tag") {
  World world;
  for (const Content& content : {removal, empty_commit}) {
    const Authenticated made = world.made(WireFormat::mls_public_message, content);
    const Bytes message = world.sent_public(made);
    auto read = world.read(message);
    REQUIRE(read);
    CHECK(read->value == made.value);
    CHECK(equal(read->octets.tbs(), made.octets.tbs()));
    CHECK(proposal_ref(world.crypto, *read).reference ==
          world.crypto.ref_hash("MLS 1.0 Proposal Reference", codec::encode(made.value)));
    Bytes forged = message;
    forged.back() ^= 1;
    CHECK(world.read(forged).error().rule == Rule::membership_tag);
    CHECK(world.read(forged).error().path == "membership_tag");
    CHECK(world.read(forged, false));  // a service cannot see it
    // A commit's confirmation tag is under the membership tag too.
    forged = message;
    forged[forged.size() - 34] ^= 1;
    CHECK_FALSE(world.read(forged));
    schedule::MembershipKey other(Bytes(32, 44));
    std::swap(world.membership_key, other);
    CHECK(world.read(message).error().rule == Rule::membership_tag);
    std::swap(world.membership_key, other);
  }
}

TEST_CASE("application data in a PublicMessage is refused, sent or received") {
  World world;
  const Authenticated made = world.made(WireFormat::mls_public_message, hello);
  CHECK(protect_public(world.crypto, made, &world.membership_key).error().rule ==
        Rule::application_in_public_message);
  const MLSMessage message{
      ProtocolVersion::mls10,
      PublicMessage{made.value.content, made.value.auth,
                    schedule::membership_tag(world.crypto, world.membership_key, made.octets.tbs(),
                                             made.value.auth)}};
  CHECK(world.read(codec::encode(message)).error().rule == Rule::application_in_public_message);
}

TEST_CASE("a commit has a confirmation tag, and nothing else has") {
  World world;
  for (const WireFormat format :
       {WireFormat::mls_public_message, WireFormat::mls_private_message}) {
    Authenticated commit = world.made(format, empty_commit);
    commit.value.auth.confirmation_tag.reset();
    Authenticated proposal = world.made(format, removal);
    proposal.value.auth.confirmation_tag = Bytes(32, 1);
    for (const Authenticated* wrong : {&commit, &proposal}) {
      const Rule rule =
          format == WireFormat::mls_public_message
              ? protect_public(world.crypto, *wrong, &world.membership_key).error().rule
              : protect_private(world.crypto, *wrong, {world.sender_data_secret, world.sending}, {},
                                world.random)
                    .error()
                    .rule;
      CHECK(rule == Rule::confirmation_tag_presence);
    }
  }
  CHECK(world.sending.next_key(world.crypto, ana, RatchetKind::handshake, 1)->generation ==
        Generation{0});
}

TEST_CASE("senders from outside sign without group context, and send only what they may") {
  World world;
  const Sender external = ExternalSenderRef{0};
  const auto sent = [&](const Content& content, const Sender& sender) {
    return world.sent_public(world.made(WireFormat::mls_public_message, content, sender));
  };
  const Bytes proposal = sent(removal, external);
  CHECK(world.read(proposal));
  world.group_context[0] ^= 1;
  CHECK(world.read(proposal));
  CHECK(world.read(sent(empty_commit, external)).error().rule == Rule::sender_content_type);
  CHECK(world.read(sent(removal, ExternalSenderRef{1})).error().rule ==
        Rule::external_sender_index);
  CHECK(world.read(sent(removal, NewMemberProposal{})).error().rule == Rule::sender_content_type);
  CHECK(world.read(sent(removal, NewMemberCommit{})).error().rule == Rule::sender_content_type);
  CHECK(world.read(sent(empty_commit, NewMemberProposal{})).error().rule ==
        Rule::sender_content_type);
  CHECK(world.read(sent(empty_commit, NewMemberCommit{})).error().rule ==
        Rule::external_commit_path);

  KeyPackage key_package;
  key_package.leaf_node.signature_key = world.outsider.public_key;
  const Content add = Proposal(Add{Boxed<KeyPackage>(key_package)});
  CHECK(world.read(sent(add, NewMemberProposal{})));
  Commit join;
  join.path.emplace();
  join.path->leaf_node.signature_key = world.outsider.public_key;
  const Bytes commit = sent(Content(join), NewMemberCommit{});
  CHECK(world.read(commit));
  world.group_context[0] ^= 1;  // a commit from outside covers it
  CHECK(world.read(commit).error().rule == Rule::message_signature);
  CHECK(protect_private(world.crypto,
                        world.made(WireFormat::mls_private_message, removal, external),
                        {world.sender_data_secret, world.sending}, {}, world.random)
            .error()
            .rule == Rule::sender_content_type);
}

TEST_CASE("a message costs what the RFC makes it cost") {
  World world;
  const auto cost_of = [&](auto&& act) {
    const crypto::CallCounts before = world.counting.counts();
    act();
    return world.counting.counts() - before;
  };
  const auto send = [&] {
    return world.sent_private(
        world.made(WireFormat::mls_private_message, ApplicationData{Bytes(100, 1)}));
  };
  const auto receive = [&](ByteView message) {
    auto opened = world.open(message);
    REQUIRE(opened);
    REQUIRE(world.receiving.commit(world.crypto, std::move(opened->key)));
  };
  receive(send());
  Bytes message;
  const crypto::CallCounts sent = cost_of([&] { message = send(); });
  CHECK(sent.signatures == 1);
  CHECK(sent.hmacs == 5);
  CHECK(sent.seals == 2);
  CHECK(sent.hashes + sent.opens + sent.verifications == 0);
  const crypto::CallCounts received = cost_of([&] { receive(message); });
  CHECK(received.verifications == 1);
  CHECK(received.hmacs == 5);
  CHECK(received.opens == 2);
  CHECK(received.hashes + received.seals + received.signatures == 0);
}

}  // namespace thicket::framing
