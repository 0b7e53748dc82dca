// Proposals, commits and application data in PublicMessage and PrivateMessage: the given ones
// opened, and own ones made and opened.  RFC 9420 6.
#include "framing/private_message.h"
#include "framing/public_message.h"
#include "messages/wire.h"
#include "vectors/kinds.h"
#include "vectors/secrets.h"

namespace thicket::vectors {

namespace {

constexpr LeafIndex sender_leaf{1};
constexpr LeafCount two{2};

class OneSender final : public framing::SenderKeys {
 public:
  explicit OneSender(Bytes key) : key_(std::move(key)) {}
  Result<ByteView> member_key(LeafIndex leaf) const override {
    if (leaf != sender_leaf) return broken(Rule::sender_leaf).of(leaf);
    return ByteView(key_);
  }
  Result<ByteView> external_key(std::uint32_t) const override {
    return broken(Rule::external_sender_index);
  }

 private:
  Bytes key_;
};

// The epoch that a case describes.
struct Frame {
  crypto::Crypto crypto;
  GroupContext context;
  Bytes group_context;
  OneSender senders;
  crypto::SignaturePrivateKey signer;
  schedule::MembershipKey membership_key;
  schedule::SenderDataSecret sender_data_secret;
  schedule::EncryptionSecret encryption_secret;

  schedule::SecretTree secret_tree() const {
    return schedule::SecretTree(crypto, encryption_secret.clone(), two);
  }
};

Frame frame_of(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  GroupContext context;
  context.cipher_suite = crypto.suite().id;
  context.group_id = test["group_id"].octets();
  context.epoch = Epoch{test["epoch"].number()};
  context.tree_hash = test["tree_hash"].octets();
  context.confirmed_transcript_hash = test["confirmed_transcript_hash"].octets();
  Bytes pub = test["signature_pub"].octets();
  auto signer = signer_of(crypto, test["signature_priv"], pub);
  const Bytes encoded = codec::encode(context);
  return Frame{crypto,
               std::move(context),
               encoded,
               OneSender(std::move(pub)),
               std::move(signer),
               secret_of<schedule::MembershipKey>(test["membership_key"]),
               secret_of<schedule::SenderDataSecret>(test["sender_data_secret"]),
               secret_of<schedule::EncryptionSecret>(test["encryption_secret"])};
}

// The octets that the raw field of a case holds.
Bytes raw_content(const Content& content) {
  if (const auto* data = content.as<ApplicationData>()) return data->application_data;
  if (const auto* proposal = content.as<Proposal>()) return codec::encode(*proposal);
  return codec::encode(*content.as<Commit>());
}

Content content_of(const Field& raw, ContentType type) {
  switch (type) {
    case ContentType::application:
      return ApplicationData{raw.octets()};
    case ContentType::proposal:
      return raw.decoded<Proposal>();
    case ContentType::commit:
      return raw.decoded<Commit>();
  }
  raw.differs("no content type");
}

// What came out of a message is what the case says went in.
void check_opened(const Frame& frame, const framing::Authenticated& opened, const Field& raw) {
  const FramedContent& content = opened.content();
  raw.equals(raw_content(content.content));
  raw.holds(content.group_id == frame.context.group_id, "of another group");
  raw.holds(content.epoch == frame.context.epoch, "of another epoch");
}

void open_public(const Frame& frame, ByteView message, const Field& field, const Field& raw) {
  const auto decoded = field.accepted(codec::decode<MLSMessage>(message));
  const auto* inner = decoded.wire_format.as<PublicMessage>();
  field.holds(inner != nullptr, "not a PublicMessage");
  const framing::PublicEpoch epoch{frame.group_context, &frame.membership_key, frame.senders};
  check_opened(frame,
               field.accepted(framing::unprotect_public(frame.crypto, {*inner, message}, epoch)),
               raw);
}

void open_private(const Frame& frame, ByteView message, const Field& field, const Field& raw) {
  const auto view = field.accepted(framing::view_private(message));
  const auto tree = frame.secret_tree();
  const framing::ReceivingEpoch epoch{frame.group_context, frame.sender_data_secret, tree,
                                      frame.senders};
  auto opened = field.accepted(framing::unprotect_private(frame.crypto, view, epoch));
  field.holds(opened.sender_data.leaf_index == sender_leaf, "of another sender");
  check_opened(frame, opened.authenticated, raw);
}

framing::Authenticated authenticated(const Frame& frame, WireFormat format, Content content) {
  FramedContent framed;
  framed.group_id = frame.context.group_id;
  framed.epoch = frame.context.epoch;
  framed.sender = MemberSender{sender_leaf};
  framed.content = std::move(content);
  auto out = framing::authenticate(frame.crypto, format, std::move(framed), frame.group_context,
                                   frame.signer);
  if (out.content().content_type() == ContentType::commit) {
    out.value.auth.confirmation_tag = Bytes(frame.crypto.hash_size(), 0x5a);
  }
  return out;
}

Result<Bytes> make_public(const Frame& frame, Content content) {
  return framing::protect_public(
      frame.crypto, authenticated(frame, WireFormat::mls_public_message, std::move(content)),
      &frame.membership_key);
}

Bytes make_private(const Frame& frame, Content content, Random& random) {
  auto tree = frame.secret_tree();
  const auto made = framing::protect_private(
      frame.crypto, authenticated(frame, WireFormat::mls_private_message, std::move(content)),
      {frame.sender_data_secret, tree}, framing::Padding::to_multiple_of(64), random);
  THICKET_ASSERT(made.has_value());
  return made->mls_message;
}

struct FramedField {
  std::string_view raw;
  std::string_view pub;
  std::string_view priv;
  ContentType type;
};
constexpr FramedField framed_fields[] = {
    {"proposal", "proposal_pub", "proposal_priv", ContentType::proposal},
    {"commit", "commit_pub", "commit_priv", ContentType::commit},
    {"application", {}, "application_priv", ContentType::application},
};

}  // namespace

void check_message_protection(const Setting& setting, const Field& test) {
  const Frame frame = frame_of(setting, test);
  for (const FramedField& part : framed_fields) {
    const Field raw = test[part.raw];
    const Content content = content_of(raw, part.type);
    open_private(frame, test[part.priv].octets(), test[part.priv], raw);
    open_private(frame, make_private(frame, content, setting.provider.random()), raw, raw);
    if (part.pub.empty()) {
      raw.refused(make_public(frame, content), "application data in a PublicMessage");
    } else {
      open_public(frame, test[part.pub].octets(), test[part.pub], raw);
      open_public(frame, raw.accepted(make_public(frame, content)), raw, raw);
    }
  }
}

Json generate_message_protection(const Source& source) {
  const crypto::Crypto crypto = source.crypto();
  crypto::SeededRandom& random = source.random;
  const std::size_t size = crypto.hash_size();
  const auto signer = crypto.generate_signature_key(random);
  Json test;
  test["cipher_suite"] = static_cast<unsigned>(crypto.suite().id);
  test["group_id"] = hex(random.bytes(size));
  test["epoch"] = random.below(1 << 24);
  test["tree_hash"] = hex(random.bytes(size));
  test["confirmed_transcript_hash"] = hex(random.bytes(size));
  test["signature_priv"] = hex(signer.seed->reveal());
  test["signature_pub"] = hex(signer.public_key);
  test["encryption_secret"] = hex(random.bytes(size));
  test["sender_data_secret"] = hex(random.bytes(size));
  test["membership_key"] = hex(random.bytes(size));
  const nlohmann::json header(test);
  const Frame frame = frame_of({source.provider, source.profile}, Field(header));
  const Content contents[] = {Proposal(Remove{LeafIndex{2}}), Commit{},
                              ApplicationData{random.bytes(40)}};
  for (std::size_t i = 0; i < std::size(framed_fields); ++i) {
    test[framed_fields[i].raw] = hex(raw_content(contents[i]));
    if (!framed_fields[i].pub.empty()) {
      test[framed_fields[i].pub] = hex(make_public(frame, contents[i]).value());
    }
    test[framed_fields[i].priv] = hex(make_private(frame, contents[i], random));
  }
  return Json::array({test});
}

}  // namespace thicket::vectors
