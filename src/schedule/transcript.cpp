// Transcript hashes, confirmation and membership tags, over octets that are there already.  RFC
// 9420 8.2, 6.1, 6.2.
#include "schedule/transcript.h"

#include "crypto/labels.h"

namespace thicket::schedule {

using crypto::VectorHeader;

Bytes confirmed_transcript_hash(const crypto::Crypto& crypto, ByteView interim_transcript_hash,
                                const TranscriptInput& commit) {
  const VectorHeader signature_size(commit.signature.size());
  return crypto
      .hash({interim_transcript_hash, commit.wire_format_and_content, signature_size.view(),
             commit.signature})
      .bytes();
}

Bytes interim_transcript_hash(const crypto::Crypto& crypto, ByteView confirmed_transcript_hash,
                              ByteView confirmation_tag) {
  const VectorHeader tag_size(confirmation_tag.size());
  return crypto.hash({confirmed_transcript_hash, tag_size.view(), confirmation_tag}).bytes();
}

MAC confirmation_tag(const crypto::Crypto& crypto, const ConfirmationKey& key,
                     ByteView confirmed_transcript_hash) {
  return crypto.mac(key.reveal(), {confirmed_transcript_hash}).bytes();
}

Result<void> check_confirmation_tag(const crypto::Crypto& crypto, const ConfirmationKey& key,
                                    ByteView confirmed_transcript_hash, ByteView tag) {
  if (crypto.verify_mac(key.reveal(), confirmed_transcript_hash, tag)) return {};
  return broken(Rule::confirmation_tag).at("confirmation_tag");
}

MAC membership_tag(const crypto::Crypto& crypto, const MembershipKey& key, ByteView tbs,
                   const FramedContentAuthData& auth) {
  const VectorHeader signature_size(auth.signature.size());
  if (!auth.confirmation_tag) {
    return crypto.mac(key.reveal(), {tbs, signature_size.view(), auth.signature}).bytes();
  }
  const VectorHeader tag_size(auth.confirmation_tag->size());
  return crypto
      .mac(key.reveal(),
           {tbs, signature_size.view(), auth.signature, tag_size.view(), *auth.confirmation_tag})
      .bytes();
}

}  // namespace thicket::schedule
