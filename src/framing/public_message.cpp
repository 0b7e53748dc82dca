// PublicMessage to and from authenticated content.  RFC 9420 6.2.
#include "framing/public_message.h"

#include "crypto/labels.h"
#include "messages/wire.h"

namespace thicket::framing {
namespace {

std::size_t opaque_size(ByteView octets) {
  return crypto::VectorHeader(octets.size()).view().size() + octets.size();
}

// The octets up to the end of the FramedContent: what follows it has known sizes, because there is
// one encoding of it.
ByteView head_of(const ReceivedPublic& received) {
  const PublicMessage& message = received.message;
  std::size_t tail = opaque_size(message.auth.signature);
  if (message.auth.confirmation_tag) tail += opaque_size(*message.auth.confirmation_tag);
  if (message.membership_tag) tail += opaque_size(*message.membership_tag);
  THICKET_ASSERT(tail < received.mls_message.size());
  return received.mls_message.first(received.mls_message.size() - tail);
}

// RFC 9420 6: "Application messages MUST be sent as PrivateMessage"; 6.1: a commit has a
// confirmation_tag, nothing else has.
Result<void> check_shape(const FramedContent& content, const FramedContentAuthData& auth) {
  if (content.content_type() == ContentType::application) {
    return broken(Rule::application_in_public_message).at("content.content_type");
  }
  if (auth.confirmation_tag.has_value() != (content.content_type() == ContentType::commit)) {
    return broken(Rule::confirmation_tag_presence).at("auth.confirmation_tag");
  }
  return {};
}

// RFC 9420 6.2: "the application MUST check membership_tag".
Result<void> check_membership(const crypto::Crypto& crypto, const PublicMessage& message,
                              const schedule::MembershipKey* key, ByteView tbs) {
  const bool member = message.content.sender.tag() == SenderType::member;
  const Error wrong = broken(Rule::membership_tag).at("membership_tag");
  if (message.membership_tag.has_value() != member) return wrong;
  if (!member || key == nullptr) return {};
  const MAC expected = schedule::membership_tag(crypto, *key, tbs, message.auth);
  if (!equal_ct(expected, *message.membership_tag)) return wrong;
  return {};
}

}  // namespace

Result<Bytes> protect_public(const crypto::Crypto& crypto, const Authenticated& authenticated,
                             const schedule::MembershipKey* membership_key) {
  THICKET_ASSERT(authenticated.value.wire_format == WireFormat::mls_public_message);
  const FramedContentAuthData& auth = authenticated.value.auth;
  THICKET_TRY(check_shape(authenticated.content(), auth));
  const ByteView head = authenticated.octets.message_head();
  codec::Writer out(head.size() + auth.signature.size() + 160);
  out.raw(head);
  write_auth(out, auth);
  if (authenticated.content().sender.tag() == SenderType::member) {
    THICKET_ASSERT(membership_key != nullptr);
    out.opaque(schedule::membership_tag(crypto, *membership_key, authenticated.octets.tbs(), auth));
  }
  return std::move(out).take();
}

Result<Authenticated> unprotect_public(const crypto::Crypto& crypto, ReceivedPublic&& received,
                                       const PublicEpoch& epoch) {
  PublicMessage& message = received.message;
  THICKET_TRY(check_shape(message.content, message.auth));
  THICKET_TRY(check_sender(message.content));
  const SenderType sender = message.content.sender.tag();
  Authenticated out;
  out.octets = ContentOctets(head_of(received), sender, epoch.group_context);
  THICKET_TRY(check_membership(crypto, message, epoch.membership_key, out.octets.tbs()));
  out.value = {WireFormat::mls_public_message, std::move(message.content), std::move(message.auth)};
  const ByteView key = THICKET_TRY(sender_key(epoch.senders, out.content()));
  THICKET_TRY(check_signature(crypto, out, key));
  return out;
}

}  // namespace thicket::framing
