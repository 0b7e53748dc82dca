// PrivateMessage to and from authenticated content.  RFC 9420 6.3.
#include "framing/private_message.h"

#include <algorithm>

#include "messages/wire.h"

namespace thicket::framing {
namespace {

using schedule::Candidate;

// version and wire_format, before group_id.
constexpr std::size_t message_prefix = 4;
// What a PrivateMessage adds to group_id, authenticated_data and ciphertext, at most.
constexpr std::size_t frame_size_max = 96;

// RFC 9420 6.3.1: "XOR it with the first four bytes of the nonce".
crypto::AeadKey guarded(const crypto::AeadKey& key, const std::array<std::uint8_t, 4>& guard) {
  using Nonce = decltype(crypto::AeadKey::nonce);
  const ByteView nonce = key.nonce.reveal();
  return {key.key.clone(), Nonce::filled(nonce.size(), [&](ByteSpan out) {
            std::copy(nonce.begin(), nonce.end(), out.begin());
            for (std::size_t i = 0; i < guard.size(); ++i) {
              out[i] = static_cast<std::uint8_t>(out[i] ^ guard[i]);
            }
          })};
}

// The content's own octets in its FramedContent: what its content_type selects. They are ours or
// were checked before.
Result<ByteView> body_of(ByteView message_head) {
  codec::Reader in(message_head);
  THICKET_TRY(in.take(message_prefix));
  THICKET_TRY(in.opaque());                     // group_id
  THICKET_TRY(in.take(sizeof(Epoch) + 1 + 4));  // epoch; sender: a member's leaf_index
  THICKET_TRY(in.opaque());                     // authenticated_data
  THICKET_TRY(in.take(1));                      // content_type
  return message_head.subspan(in.offset());
}

// RFC 9420 6.3.1: PrivateMessageContent.
SecretBytes private_message_content(ByteView body, const FramedContentAuthData& auth,
                                    const Padding& padding) {
  codec::Writer tail(auth.signature.size() + 80);
  write_auth(tail, auth);
  const std::size_t size = body.size() + tail.size();
  SecretBytes out{Bytes(padded_size(padding, size))};
  std::copy(body.begin(), body.end(), out.reveal().begin());
  std::copy(tail.view().begin(), tail.view().end(),
            out.reveal().begin() + static_cast<std::ptrdiff_t>(body.size()));
  return out;
}

Result<Content> read_body(codec::Reader& in, ContentType content_type) {
  if (content_type == ContentType::application) {
    return Content(ApplicationData{to_bytes(THICKET_TRY_AT("application_data", in.opaque()))});
  }
  if (content_type == ContentType::proposal) {
    Proposal proposal;
    THICKET_TRY_AT("proposal", codec::read(in, proposal));
    return Content(std::move(proposal));
  }
  Commit commit;
  THICKET_TRY_AT("commit", codec::read(in, commit));
  return Content(std::move(commit));
}

// FramedContentTBS of a received content: its parts stand in the message and in the plaintext.
ContentOctets received_octets(const PrivateMessageView& message, LeafIndex leaf, ByteView body,
                              ByteView group_context) {
  codec::Writer out(message.head.size() + message.authenticated_data.size() + body.size() +
                    group_context.size() + 16);
  out.raw(message.head);
  codec::write(out, SenderType::member);
  codec::write(out, leaf);
  out.opaque(message.authenticated_data);
  codec::write(out, message.content_type);
  out.raw(body);
  const std::size_t content_end = out.size();
  out.raw(group_context);
  return ContentOctets(std::move(out).take(), content_end);
}

Result<Authenticated> read_content(const PrivateMessageView& message, LeafIndex leaf,
                                   ByteView plaintext, ByteView group_context) {
  codec::Reader in(plaintext);
  Authenticated out;
  out.value.wire_format = WireFormat::mls_private_message;
  FramedContent& content = out.value.content;
  content.content = THICKET_TRY_AT("ciphertext", read_body(in, message.content_type));
  const ByteView body = in.between(0, in.offset());
  out.value.auth = THICKET_TRY_AT("ciphertext.auth", read_auth(in, message.content_type));
  const ByteView padding = THICKET_TRY(in.take(in.remaining()));
  THICKET_TRY_AT("ciphertext", check_padding(padding));
  content.group_id = to_bytes(message.group_id);
  content.epoch = message.epoch;
  content.sender = MemberSender{leaf};
  content.authenticated_data = to_bytes(message.authenticated_data);
  out.octets = received_octets(message, leaf, body, group_context);
  return out;
}

// RFC 9420 6.3.2: "the recipient MUST verify that the leaf index indicated in the leaf_index field
// identifies a non-blank node".
Result<ByteView> key_of_sender(const ReceivingEpoch& epoch, LeafIndex leaf) {
  const auto blank = [&] {
    return broken(Rule::sender_data).at("encrypted_sender_data.leaf_index").of(leaf);
  };
  if (leaf >= LeafIndex{epoch.secret_tree.leaves().value}) return blank();
  Result<ByteView> key = epoch.senders.member_key(leaf);
  if (!key && key.error().rule == Rule::sender_leaf) return blank();
  return key;
}

}  // namespace

Result<PrivateMessageView> view_private(ByteView mls_message) {
  codec::Reader in(mls_message);
  ProtocolVersion version{};
  WireFormat wire_format{};
  THICKET_TRY_AT("version", codec::read(in, version));
  if (version != ProtocolVersion::mls10) return broken(Rule::unknown_version).at("version");
  THICKET_TRY_AT("wire_format", codec::read(in, wire_format));
  if (wire_format != WireFormat::mls_private_message) {
    return broken(Rule::unknown_selector).at("wire_format");
  }
  PrivateMessageView out;
  out.group_id = THICKET_TRY_AT("group_id", in.opaque());
  THICKET_TRY_AT("epoch", codec::read(in, out.epoch));
  out.head = in.between(0, in.offset());
  THICKET_TRY_AT("content_type", codec::read(in, out.content_type));
  out.sender_data_aad = in.between(message_prefix, in.offset());
  out.authenticated_data = THICKET_TRY_AT("authenticated_data", in.opaque());
  out.content_aad = in.between(message_prefix, in.offset());
  out.encrypted_sender_data = THICKET_TRY_AT("encrypted_sender_data", in.opaque());
  out.ciphertext = THICKET_TRY_AT("ciphertext", in.opaque());
  THICKET_TRY(in.end());
  return out;
}

Result<ProtectedPrivate> protect_private(const crypto::Crypto& crypto,
                                         const Authenticated& authenticated,
                                         const SendingEpoch& epoch, const Padding& padding,
                                         Random& random) {
  THICKET_ASSERT(authenticated.value.wire_format == WireFormat::mls_private_message);
  const FramedContent& content = authenticated.content();
  const auto* sender = content.sender.as<MemberSender>();
  // RFC 9420 6.3.2: "the sender MUST verify Sender.sender_type is member".
  if (sender == nullptr) return broken(Rule::sender_content_type).at("content.sender");
  const ContentType type = content.content_type();
  if (authenticated.value.auth.confirmation_tag.has_value() != (type == ContentType::commit)) {
    return broken(Rule::confirmation_tag_presence).at("auth.confirmation_tag");
  }
  const ByteView body = THICKET_TRY(body_of(authenticated.octets.message_head()));
  const SecretBytes plaintext = private_message_content(body, authenticated.value.auth, padding);
  const std::size_t sealed = plaintext.size() + crypto::tag_size(crypto.suite().aead);
  if (sealed > codec::vector_size_max) return broken(Rule::vector_too_long).at("ciphertext");

  codec::Writer out(content.group_id.size() + content.authenticated_data.size() + sealed +
                    frame_size_max);
  codec::write(out, ProtocolVersion::mls10);
  codec::write(out, WireFormat::mls_private_message);
  codec::write(out, content.group_id);
  codec::write(out, content.epoch);
  codec::write(out, type);
  const std::size_t sender_data_aad_end = out.size();
  codec::write(out, content.authenticated_data);
  const ByteView content_aad = out.view().subspan(message_prefix);

  ProtectedPrivate made{{}, sender->leaf_index, schedule::ratchet_of(type), {}};
  const auto key = THICKET_TRY(epoch.secret_tree.next_key(crypto, made.leaf, made.kind,
                                                          plaintext.size() + content_aad.size()));
  made.generation = key.generation;
  SenderData sender_data{made.leaf, made.generation, {}};
  random.fill(sender_data.reuse_guard);
  const Bytes ciphertext =
      crypto.seal(guarded(key.key, sender_data.reuse_guard), content_aad, plaintext.reveal());
  const ByteView sender_data_aad = out.view().first(sender_data_aad_end).subspan(message_prefix);
  out.opaque(seal_sender_data(crypto, epoch.sender_data_secret, {sender_data_aad, ciphertext},
                              sender_data));
  out.opaque(ciphertext);
  made.mls_message = std::move(out).take();
  return made;
}

Result<UnprotectedPrivate> unprotect_private(const crypto::Crypto& crypto,
                                             const PrivateMessageView& message,
                                             const ReceivingEpoch& epoch) {
  const SenderData sender_data = THICKET_TRY(open_sender_data(
      crypto, epoch.sender_data_secret, {message.sender_data_aad, message.ciphertext},
      message.encrypted_sender_data));
  const LeafIndex leaf = sender_data.leaf_index;
  const ByteView signature_key = THICKET_TRY(key_of_sender(epoch, leaf));
  Candidate key = THICKET_TRY_AT(
      "encrypted_sender_data.generation",
      epoch.secret_tree.peek(crypto, leaf, schedule::ratchet_of(message.content_type),
                             sender_data.generation));
  auto opened = crypto.open(guarded(key.key(), sender_data.reuse_guard), message.content_aad,
                            message.ciphertext, Rule::private_message_open);
  if (!opened) return std::move(opened).error().under("ciphertext").of(leaf);
  auto content = read_content(message, leaf, opened->reveal(), epoch.group_context);
  if (!content) return std::move(content).error().of(leaf);
  auto verified = check_signature(crypto, *content, signature_key);
  if (!verified) return std::move(verified).error().of(leaf);
  return UnprotectedPrivate{*std::move(content), sender_data, std::move(key)};
}

}  // namespace thicket::framing
