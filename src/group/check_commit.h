// What of a commit can be checked without secrets: by members and services alike.  RFC 9420 12.4.2.
#pragma once

#include "group/proposal_list.h"
#include "messages/framing.h"

namespace thicket::group {

// A proposal that references may name, with who sent it.
struct KnownProposal {
  const Proposal& proposal;
  const Sender& sender;
};

struct CommitInput {
  const crypto::Crypto& crypto;
  const Authenticator& authenticator;
  const Policy& policy;
  const GroupContext& context;
  const GroupExtensions& extensions;
  const tree::RatchetTree& tree;
  std::function<std::optional<KnownProposal>(const ProposalRef&)> find;
  const FramedContent& content;  // a Commit
  std::optional<Instant> now;
  // 11.2, 11.3: of an own commit that comes back, what it was made for.
  ResumptionPSKUsage psk_usage = ResumptionPSKUsage::application;
};

struct CheckedCommit {
  const Commit* commit = nullptr;
  LeafIndex committer;
  bool external = false;  // the committer joins by it
  Bytes committer_client_id;
  Applied applied;
  tree::RatchetTree tree;  // after it
};

// References, list, application, path (its public half), and the tree that results. Paths start at
// "commit". O(log n) and what the commit touches.
Result<CheckedCommit> check_commit(const CommitInput& input);

// The GroupContext after it, still with the confirmed_transcript_hash before it (12.4.2: the
// provisional one, which the path is encrypted under).
GroupContext provisional_context(const GroupContext& before, const Applied& applied,
                                 const tree::RatchetTree& tree);

// What the application is told.
EpochChanged epoch_changed(const CheckedCommit& checked, const FramedContent& content);

}  // namespace thicket::group
