// Content that is authenticated and encrypted.  RFC 9420 6.3.
#pragma once

#include "framing/authenticate.h"
#include "framing/padding.h"
#include "framing/sender_data.h"
#include "schedule/secret_tree.h"

namespace thicket::framing {

// An encoded MLSMessage that holds a PrivateMessage, in place: no field is copied.
struct PrivateMessageView {
  ByteView group_id;
  Epoch epoch;
  ContentType content_type{};
  ByteView authenticated_data;
  ByteView encrypted_sender_data;
  ByteView ciphertext;

  ByteView head;             // the octets before content_type
  ByteView sender_data_aad;  // the octets of SenderDataAAD
  ByteView content_aad;      // the octets of PrivateContentAAD
};
// The codec's rules; Rule::unknown_selector if it is another wire format.
Result<PrivateMessageView> view_private(ByteView mls_message);

// What a sender needs of the epoch.
struct SendingEpoch {
  const schedule::SenderDataSecret& sender_data_secret;
  schedule::SecretTree& secret_tree;
};
struct ProtectedPrivate {
  Bytes mls_message;  // encoded
  LeafIndex leaf;
  schedule::RatchetKind kind{};
  Generation generation;
};
// `authenticated` was made for mls_private_message by a member. The secret tree has moved on when
// this returns, and its take_changes() are to be stored before the message leaves. Rules of
// next_key; vector_too_long; then nothing has changed.
Result<ProtectedPrivate> protect_private(const crypto::Crypto& crypto,
                                         const Authenticated& authenticated,
                                         const SendingEpoch& epoch, const Padding& padding,
                                         Random& random);

// What a receiver needs of the epoch that the message names.
struct ReceivingEpoch {
  ByteView group_context;  // encoded
  const schedule::SenderDataSecret& sender_data_secret;
  const schedule::SecretTree& secret_tree;
  const SenderKeys& senders;
};
struct UnprotectedPrivate {
  Authenticated authenticated;
  SenderData sender_data;
  schedule::Candidate key;  // to be committed to the secret tree once the message is accepted
};
// Checks, in this order: sender_data (opens; an occupied leaf), the rules of SecretTree::peek,
// private_message_open, the codec's rules, padding, message_signature. Changes nothing. What is
// left to the caller: group and epoch before, confirmation_tag and the key's commit after.
Result<UnprotectedPrivate> unprotect_private(const crypto::Crypto& crypto,
                                             const PrivateMessageView& message,
                                             const ReceivingEpoch& epoch);

}  // namespace thicket::framing
