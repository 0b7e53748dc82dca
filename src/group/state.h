// What a member's group holds, for the verbs of this folder. One EpochState an epoch; its successor
// is made beside it and takes its place when a commit is accepted. RFC 9420 8, 12.4.
#pragma once

#include <deque>
#include <map>

#include "framing/authenticate.h"
#include "group/environment.h"
#include "group/extensions.h"
#include "group/ledger.h"
#include "group/staged.h"
#include "schedule/epoch_secrets.h"
#include "schedule/secret_tree.h"
#include "tree/private_path.h"
#include "tree/ratchet_tree.h"

namespace thicket::group {

// What messages of one epoch are read with; it lives on in the past epoch.
struct EpochKeys {
  Epoch epoch;
  Bytes group_context;  // encoded
  schedule::SenderDataSecret sender_data_secret;
  schedule::SecretTree secret_tree;
  Ledger ledger;
};

// A proposal that may be committed in this epoch.
struct CachedProposal {
  std::uint64_t place = 0;  // in the order of acceptance
  ProposalRef reference;
  Sender sender;
  Proposal proposal;
};

// The private half of an own Update that somebody may commit.
struct OwnUpdate {
  crypto::KemPrivateKeyRef leaf_key;
  std::optional<crypto::SignaturePrivateKey> signer;  // where the Update rotates it
};

struct Step;

// An own commit that waits for its verdict: what cannot be derived again from its message.
struct PendingCommit {
  std::shared_ptr<const Outgoing> outgoing;           // at least its message_hash
  crypto::KemPrivateKeyRef leaf_key;                  // null: no path
  std::optional<crypto::SignaturePrivateKey> signer;  // where the commit rotates it
  // The path secret of the lowest node of the path, or the commit secret where the path has none.
  PathSecret seed;
  Bytes content;  // encoded AuthenticatedContent of a PrivateMessage, which we cannot decrypt
  std::weak_ptr<Step> step;  // while its Staged lives
};

// An own proposal or application message that was sent and has not come back.
struct SentMessage {
  Bytes message_hash;
  ContentType content_type{};
  std::optional<CachedProposal> proposal;
};

// What `send` has found of that many pending proposals, which only become more in an epoch.
struct FoundValid {
  std::size_t of = 0;
  std::vector<ProposalRef> valid;
};

struct EpochState {
  GroupContext context;
  GroupExtensions extensions;
  MAC confirmation_tag;
  Bytes interim_transcript_hash;
  tree::RatchetTree tree;
  tree::PrivatePath path;
  crypto::SignaturePrivateKey signer;
  schedule::EpochSecrets secrets;
  std::shared_ptr<EpochKeys> keys;
  std::optional<ReInit> reinit;  // committed: nothing is sent or accepted any more

  std::vector<CachedProposal> proposals;            // in the order of acceptance
  std::map<ProposalRef, std::size_t> by_reference;  // where in `proposals`
  std::map<Bytes, OwnUpdate> updates;               // by encryption_key
  std::vector<PendingCommit> pending;
  std::vector<SentMessage> sent;
  std::shared_ptr<Fate> fate = std::make_shared<Fate>();
  std::optional<FoundValid> found_valid = std::nullopt;

  LeafIndex own() const { return path.own(); }
  ByteView encoded_context() const { return keys->group_context; }
};

// A leaf as it stood at the end of a past epoch, where it was changed after it; none: blank.
struct PastLeaf {
  Bytes signature_key;
  Bytes client_id;
  bool operator==(const PastLeaf&) const = default;
};

// Enough to read late messages: no init, epoch, commit or path secret.
struct PastEpoch {
  std::shared_ptr<EpochKeys> keys;
  Instant ended_at;
  std::map<LeafIndex, std::optional<PastLeaf>> changed;  // by the commit that ended it
  std::vector<Bytes> lost;                               // own commits that did not win
};

struct GroupState {
  Environment environment;
  crypto::Crypto crypto;
  std::shared_ptr<EpochState> current;
  std::deque<PastEpoch> past;  // the newest first
  std::map<Epoch, schedule::ResumptionPskSecret> resumption;
  bool removed = false;
  std::vector<PendingMessage> unsettled;  // as open() found them
};

class StagedGroup;

// The parts of an epoch that is new here: what create and join have worked out.
struct NewEpoch {
  GroupContext context;
  MAC confirmation_tag;
  tree::RatchetTree tree;
  tree::PrivatePath path;
  crypto::SignaturePrivateKey signer;
  schedule::EpochSecrets secrets;  // with encryption_secret
};
// Computes what follows from them: extensions, interim transcript hash, secret tree.
Result<std::shared_ptr<EpochState>> make_epoch(const crypto::Crypto& crypto, const Policy& policy,
                                               NewEpoch&& parts);
// A group in that epoch, with all its rows. O(n).
Result<StagedGroup> stage_group(const Environment& environment, const crypto::Crypto& crypto,
                                std::shared_ptr<EpochState> epoch);

}  // namespace thicket::group
