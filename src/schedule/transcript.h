// Transcript hashes, and the two MACs that members check one another by.  RFC 9420 8.2, 6.1, 6.2.
#pragma once

#include "messages/framing.h"
#include "schedule/secrets.h"

namespace thicket::schedule {

// A commit as far as the confirmed transcript hash covers it. `wire_format_and_content` are the
// octets that an AuthenticatedContent starts with, just as they were signed.
struct TranscriptInput {
  ByteView wire_format_and_content;
  ByteView signature;
};

// Hash(interim_transcript_hash_[n-1] || ConfirmedTranscriptHashInput).
// For epoch 0 it is the zero-length octet string; nothing is computed.
Bytes confirmed_transcript_hash(const crypto::Crypto& crypto, ByteView interim_transcript_hash,
                                const TranscriptInput& commit);
// interim_transcript_hash_[n] = Hash(confirmed_transcript_hash_[n] || confirmation_tag<V>). Epoch 0
// has one too, over the empty confirmed hash (11).
Bytes interim_transcript_hash(const crypto::Crypto& crypto, ByteView confirmed_transcript_hash,
                              ByteView confirmation_tag);

// 6.1: MAC(confirmation_key, GroupContext.confirmed_transcript_hash).
MAC confirmation_tag(const crypto::Crypto& crypto, const ConfirmationKey& key,
                     ByteView confirmed_transcript_hash);
// Rule::confirmation_tag.
Result<void> check_confirmation_tag(const crypto::Crypto& crypto, const ConfirmationKey& key,
                                    ByteView confirmed_transcript_hash, ByteView tag);

// 6.2: MAC(membership_key, AuthenticatedContentTBM), where `tbs` is the encoded FramedContentTBS.
MAC membership_tag(const crypto::Crypto& crypto, const MembershipKey& key, ByteView tbs,
                   const FramedContentAuthData& auth);

}  // namespace thicket::schedule
