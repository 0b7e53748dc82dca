// The working group's message-protection vectors, both directions.  RFC 9420 6.
#include "kit/official.h"

#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "crypto/encodings.h"
#include "crypto/seeded_random.h"
#include "framing/private_message.h"
#include "framing/public_message.h"
#include "messages/wire.h"

namespace thicket::framing {
namespace {

using crypto::Crypto;
using kit::octets;
using kit::secret;
using nlohmann::json;

struct OneKey final : SenderKeys {
  Bytes key;
  Result<ByteView> member_key(LeafIndex leaf) const override {
    if (leaf != LeafIndex{1}) return broken(Rule::sender_leaf).of(leaf);
    return ByteView(key);
  }
  Result<ByteView> external_key(std::uint32_t) const override {
    return broken(Rule::external_sender_index);
  }
};

// One case: a group of two of which leaf 1 sends.
struct Case {
  const json& object;
  Crypto crypto;
  Bytes group_context;
  schedule::MembershipKey membership_key;
  schedule::SenderDataSecret sender_data_secret;
  crypto::SignaturePrivateKey signer;
  OneKey keys;

  schedule::SecretTree tree() const {
    return schedule::SecretTree(
        crypto, secret<schedule::EncryptionSecret>(object, "encryption_secret"), LeafCount{2});
  }

  Authenticated unprotected(ByteView mls_message) const {
    auto message = codec::decode<MLSMessage>(mls_message);
    REQUIRE(message);
    auto* body = message->wire_format.as<PublicMessage>();
    REQUIRE(body);
    auto out = unprotect_public(crypto, {std::move(*body), mls_message},
                                {group_context, &membership_key, keys});
    REQUIRE_MESSAGE(out.has_value(), describe(out.error()));
    return *std::move(out);
  }

  Authenticated opened(ByteView mls_message) const {
    const auto view = view_private(mls_message);
    REQUIRE(view);
    schedule::SecretTree secret_tree = tree();
    auto out =
        unprotect_private(crypto, *view, {group_context, sender_data_secret, secret_tree, keys});
    REQUIRE_MESSAGE(out.has_value(), describe(out.error()));
    CHECK(out->sender_data.leaf_index == LeafIndex{1});
    CHECK(secret_tree.commit(crypto, std::move(out->key)));
    return std::move(out->authenticated);
  }

  Authenticated authenticated(WireFormat wire_format, Content content) const {
    FramedContent framed{octets(object, "group_id"), Epoch{object.at("epoch")},
                         MemberSender{LeafIndex{1}}, Bytes{1, 2, 3}, std::move(content)};
    const bool commit = framed.content_type() == ContentType::commit;
    Authenticated out = authenticate(crypto, wire_format, std::move(framed), group_context, signer);
    if (commit) out.value.auth.confirmation_tag = Bytes(crypto.hash_size(), 5);
    return out;
  }

  void check_public(const Content& content, const char* message) const {
    const Authenticated received = unprotected(octets(object, message));
    CHECK(received.content().content == content);
    CHECK(received.encoded() == codec::encode(received.value));
    const Authenticated made = authenticated(WireFormat::mls_public_message, content);
    const auto sent = protect_public(crypto, made, &membership_key);
    REQUIRE(sent);
    CHECK(unprotected(*sent).value == made.value);
  }

  void check_private(const Content& content, const char* message) const {
    const Authenticated received = opened(octets(object, message));
    CHECK(received.content().content == content);
    CHECK(received.encoded() == codec::encode(received.value));
    const Authenticated made = authenticated(WireFormat::mls_private_message, content);
    schedule::SecretTree secret_tree = tree();
    crypto::SeededRandom random(1);
    const auto sent =
        protect_private(crypto, made, {sender_data_secret, secret_tree}, Padding::padme(), random);
    REQUIRE(sent);
    CHECK(sent->generation == Generation{0});
    REQUIRE(codec::decode<MLSMessage>(sent->mls_message));
    CHECK(codec::encode(*codec::decode<MLSMessage>(sent->mls_message)) == sent->mls_message);
    CHECK(opened(sent->mls_message).value == made.value);
  }
};

Case case_of(const crypto::Provider& provider, const json& object) {
  const Crypto crypto(provider, **crypto::suite_of(CipherSuite{object.at("cipher_suite")}));
  GroupContext context;
  context.cipher_suite = crypto.suite().id;
  context.group_id = octets(object, "group_id");
  context.epoch = Epoch{object.at("epoch")};
  context.tree_hash = octets(object, "tree_hash");
  context.confirmed_transcript_hash = octets(object, "confirmed_transcript_hash");
  // The generator drops leading zeros of a scalar: suite 5 has 65 octets of 66.
  Bytes seed = octets(object, "signature_priv");
  seed.insert(seed.begin(), crypto::private_key_size(crypto.suite().signature) - seed.size(), 0);
  auto signer = crypto.signature_key_from(seed);
  REQUIRE(signer);
  CHECK(signer->public_key == octets(object, "signature_pub"));
  OneKey keys;
  keys.key = octets(object, "signature_pub");
  return Case{object,
              crypto,
              codec::encode(context),
              secret<schedule::MembershipKey>(object, "membership_key"),
              secret<schedule::SenderDataSecret>(object, "sender_data_secret"),
              *std::move(signer),
              std::move(keys)};
}

}  // namespace

TEST_CASE("the official messages open, and ours open too, public and private") {
  const auto provider = crypto::make_awslc();
  kit::for_each_official("mls/message-protection.json", 7, [&](const json& object) {
    const Case one = case_of(*provider, object);
    const auto proposal = codec::decode<Proposal>(octets(object, "proposal"));
    const auto commit = codec::decode<Commit>(octets(object, "commit"));
    REQUIRE(proposal);
    REQUIRE(commit);
    const Content application = ApplicationData{octets(object, "application")};
    one.check_public(Content(*proposal), "proposal_pub");
    one.check_public(Content(*commit), "commit_pub");
    one.check_private(Content(*proposal), "proposal_priv");
    one.check_private(Content(*commit), "commit_priv");
    one.check_private(application, "application_priv");
    const auto refused =
        protect_public(one.crypto, one.authenticated(WireFormat::mls_public_message, application),
                       &one.membership_key);
    CHECK(refused.error().rule == Rule::application_in_public_message);
  });
}

TEST_CASE("the official sender data keys come out") {
  const auto provider = crypto::make_awslc();
  kit::for_each_official("mls/secret-tree.json", 21, [&](const json& object) {
    const Crypto crypto(*provider, **crypto::suite_of(CipherSuite{object.at("cipher_suite")}));
    const json& expected = object.at("sender_data");
    const auto key =
        sender_data_key(crypto, secret<schedule::SenderDataSecret>(expected, "sender_data_secret"),
                        octets(expected, "ciphertext"));
    CHECK(to_bytes(key.key.reveal()) == octets(expected, "key"));
    CHECK(to_bytes(key.nonce.reveal()) == octets(expected, "nonce"));
  });
}

}  // namespace thicket::framing
