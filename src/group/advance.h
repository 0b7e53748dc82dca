// From one epoch to the next, once a commit's secrets are known: the same for its committer, for
// those who process it and for who joins by it.  RFC 9420 8, 12.4.1, 12.4.2.
#pragma once

#include "group/check_commit.h"
#include "group/view.h"

namespace thicket::group {

struct Advance {
  const schedule::InitSecret& init_secret;  // of the epoch before, or of an ExternalInit
  const CommitSecret& commit_secret;
  const schedule::PskSecret& psk_secret;
  ByteView interim_transcript_hash;  // of the epoch before
  schedule::TranscriptInput commit;
};
// What the next epoch's context, secrets and confirmation_tag are. `provisional` is the context
// with the old confirmed_transcript_hash.
struct Advanced {
  GroupContext context;
  schedule::EpochSecrets secrets;
  MAC confirmation_tag;
};
Advanced advance(const crypto::Crypto& crypto, GroupContext provisional, const Advance& from);

// What a commit does to the own private keys.
struct OwnPath {
  tree::PrivatePath path;
  crypto::SignaturePrivateKey signer;
};
// The keys that still stand in the tree after the proposals of `checked`; an own Update's leaf key
// where it was committed.
Result<OwnPath> own_path_after(const EpochState& epoch, const CheckedCommit& checked);

// The epoch that ends, as it is kept.
Result<PastEpoch> close_epoch(const View& view, const CheckedCommit& checked, Instant now);
// The whole step of a commit that does not remove us.
struct Arrival {
  const CheckedCommit& checked;
  Advanced advanced;
  OwnPath own;
  Instant now;
};
Result<NextEpoch> next_epoch(const View& view, Arrival&& arrival);

}  // namespace thicket::group
