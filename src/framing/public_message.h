// Content that is authenticated but not encrypted.  RFC 9420 6.2.
#pragma once

#include "framing/authenticate.h"

namespace thicket::framing {

// What the members of an epoch check a PublicMessage with.
struct PublicEpoch {
  ByteView group_context;                                   // encoded
  const schedule::MembershipKey* membership_key = nullptr;  // null: a service, which has none
  const SenderKeys& senders;
};

// The encoded MLSMessage. `authenticated` was made for mls_public_message; a member's needs the
// membership_key. Rule::application_in_public_message; Rule::confirmation_tag_presence.
Result<Bytes> protect_public(const crypto::Crypto& crypto, const Authenticated& authenticated,
                             const schedule::MembershipKey* membership_key);

// A decoded PublicMessage with the encoded MLSMessage it came in; both are read as they are.
struct ReceivedPublic {
  PublicMessage message;
  ByteView mls_message;
};

// Checks, in this order: application_in_public_message, sender_content_type,
// confirmation_tag_presence, membership_tag, the sender's key (SenderKeys), message_signature. What
// is left to the caller: group and epoch before, confirmation_tag after.
Result<Authenticated> unprotect_public(const crypto::Crypto& crypto, ReceivedPublic&& received,
                                       const PublicEpoch& epoch);

}  // namespace thicket::framing
