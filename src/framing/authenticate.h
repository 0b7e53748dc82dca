// Content with the octets that were signed: nothing is encoded twice.  RFC 9420 6.1, 5.2.
#pragma once

#include "crypto/crypto.h"
#include "messages/framing.h"
#include "schedule/transcript.h"

namespace thicket::framing {

// An encoded FramedContentTBS, which holds the octets of all that is derived from a content:
// version, wire_format, FramedContent (that is how an MLSMessage starts too), GroupContext.
class ContentOctets final {
 public:
  ContentOctets() = default;
  // Encodes. `group_context` is the encoded GroupContext, used for member and new_member_commit
  // only.
  ContentOctets(WireFormat wire_format, const FramedContent& content, ByteView group_context);
  // From a message_head() that arrived.
  ContentOctets(ByteView message_head, SenderType sender, ByteView group_context);
  // An encoded FramedContentTBS, whose FramedContent ends at `content_end`.
  ContentOctets(Bytes tbs, std::size_t content_end)
      : tbs_(std::move(tbs)), content_end_(content_end) {}

  ByteView tbs() const { return tbs_; }
  // version, wire_format, FramedContent.
  ByteView message_head() const { return ByteView(tbs_).first(content_end_); }
  ByteView wire_format_and_content() const { return message_head().subspan(2); }

 private:
  Bytes tbs_;
  std::size_t content_end_ = 0;
};

// A content with signature (and, for a commit, confirmation_tag), and its octets.
struct Authenticated {
  AuthenticatedContent value;
  ContentOctets octets;

  const FramedContent& content() const { return value.content; }
  // What confirmed_transcript_hash() takes of a commit.
  schedule::TranscriptInput transcript_input() const {
    return {octets.wire_format_and_content(), value.auth.signature};
  }
  // The encoded AuthenticatedContent.
  Bytes encoded() const;
};

// Signs. For a commit the caller then derives the new epoch from transcript_input() and sets
// value.auth.confirmation_tag.
Authenticated authenticate(const crypto::Crypto& crypto, WireFormat wire_format,
                           FramedContent content, ByteView group_context,
                           const crypto::SignaturePrivateKey& key);

// Rules message_signature, signature_encoding, public_key_encoding.
Result<void> check_signature(const crypto::Crypto& crypto, const Authenticated& authenticated,
                             ByteView signature_key);

// 6.1: which sender may send what, as far as the content alone tells: external senders propose,
// new_member_proposal proposes an Add, new_member_commit commits. Rule::sender_content_type.
Result<void> check_sender(const FramedContent& content);

// The signature keys of those that a group knows. A view holds until the call that asked returns.
class SenderKeys {
 public:
  virtual ~SenderKeys() = default;
  // Of an occupied leaf; Rule::sender_leaf. May answer Rule::internal_need.
  virtual Result<ByteView> member_key(LeafIndex leaf) const = 0;
  // Of an entry of external_senders; Rule::external_sender_index.
  virtual Result<ByteView> external_key(std::uint32_t sender_index) const = 0;
};
// 6.1: of the sender, whatever its type. New members' keys stand in the content.
Result<ByteView> sender_key(const SenderKeys& keys, const FramedContent& content);

// 5.2: the reference of a proposal hashes the whole AuthenticatedContent.
ProposalRef proposal_ref(const crypto::Crypto& crypto, const Authenticated& authenticated);

}  // namespace thicket::framing
