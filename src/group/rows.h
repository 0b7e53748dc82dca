// The rows of a group in a store: their keys, and their values as structs.
// Epoch-bound rows stand under a prefix with their epoch, so that the end of an epoch erases them
// without knowing them.
#pragma once

#include "group/state.h"
#include "tree/rows.h"

namespace thicket::group::rows {

// Keys. The first octet names the kind.
Bytes header();                                 // context, place and tree root
Bytes made_under();                             // public, written once: made_under.h
Bytes secrets();                                // epoch secrets and signer
Bytes tree_node(NodeIndex node);                // public
Bytes tree_entry(const tree::IndexRow& entry);  // public; the key says all, the value is empty
Result<tree::IndexRow> tree_entry_of(ByteView key);
Bytes path_key(NodeIndex node);  // private key of a node that we know
Bytes ratchets(Epoch epoch);     // prefix: the secret tree's rows
Bytes ratchet(Epoch epoch, ByteView key);
Bytes epoch_bound(Epoch epoch);  // prefix: what ends with the epoch
Bytes proposals(Epoch epoch);    // prefix
Bytes proposal(Epoch epoch, ByteView reference);
Bytes pending_commit(Epoch epoch, ByteView message_hash);
Bytes own_update(Epoch epoch, ByteView encryption_key_hash);
Bytes sent_content(Epoch epoch, ByteView message_hash);
Bytes outgoing(Epoch epoch);  // prefix: what was sent, as it was sent
Bytes outgoing(Epoch epoch, ByteView message_hash);
Bytes past_epoch(Epoch epoch);
Bytes resumption_psk(Epoch epoch);

// The last key that starts with `prefix`, for range().
Bytes last_under(const Bytes& prefix);

// Values.
struct Header {
  std::uint8_t format = 1;
  GroupContext context;
  MAC confirmation_tag;
  Bytes interim_transcript_hash;
  Bytes tree_root;
  LeafIndex own;
  std::optional<ReInit> reinit;
  bool operator==(const Header&) const = default;
};

struct ProposalRow {
  std::uint64_t place = 0;  // in the order of acceptance
  ProposalRef reference;
  Sender sender;
  Proposal proposal;
};

struct OutgoingRow {
  ContentType content_type{};
  Bytes message;
  Bytes message_hash;
  std::optional<Bytes> welcome;
  std::optional<Bytes> group_info;
};
// The same as of a row, without copies of what is in it.
Bytes encode_outgoing(ContentType content_type, const Outgoing& outgoing);

// The suite of a stored group, by what it remembers. Rules store_row, unknown_profile,
// profile_clash.
Result<const crypto::Suite*> stored_suite(RowSource& rows, CipherSuite id,
                                          const crypto::WireProfile& configured);

// What a Need names.
Result<tree::Supply> load(const Need& need, RowSource& rows);

SecretBytes encode_secrets(const EpochState& epoch);
struct Secrets {
  schedule::EpochSecrets epoch;
  crypto::SignaturePrivateKey signer;
};
Result<Secrets> decode_secrets(const crypto::Crypto& crypto, ByteView row);

SecretBytes encode_pending(const PendingCommit& pending);
Result<PendingCommit> decode_pending(const crypto::Crypto& crypto, ByteView row);

SecretBytes encode_update(const OwnUpdate& update);
Result<OwnUpdate> decode_update(const crypto::Crypto& crypto, ByteView row);

struct PastLeafRow {
  LeafIndex leaf;
  bool occupied = false;
  Bytes signature_key;
  Bytes client_id;
};
SecretBytes encode_past(const PastEpoch& past);
// Without its secret tree.
struct PastRow {
  Epoch epoch;
  Bytes group_context;
  SecretBytes sender_data_secret;
  std::uint64_t ended_at = 0;
  std::vector<PastLeafRow> changed;
  std::vector<Bytes> lost;
};
Result<PastRow> decode_past(ByteView row);

}  // namespace thicket::group::rows
