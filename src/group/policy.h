// The application's choices, as values. The defaults are meant to be right.
#pragma once

#include <optional>

#include "codec/writer.h"
#include "crypto/wire_profile.h"
#include "framing/padding.h"
#include "group/suite_policy.h"
#include "messages/framing.h"
#include "schedule/secret_tree.h"

namespace thicket::group {

// When a commit carries a path although RFC 9420 12.4 does not ask for one.
enum class PathPolicy : std::uint8_t {
  when_required,
  // Also when an ancestor's unmerged leaves have passed `unmerged_max`: they are hash input of
  // every commit.
  when_unmerged,
  always,
};

// Who may enter by an external commit (RFC 9420 12.4.3.2). All members, and the service's public
// half, are to have the same: who refuses what others accept is left behind.
enum class ExternalCommits : std::uint8_t {
  anyone,     // whom the authentication service accepts
  returning,  // who removes an old leaf of its own by the same commit
  nobody,
};

struct Policy {
  // What code points of groups that are new here mean. A group or key package keeps the profile it
  // was made under, whatever stands here later.
  const crypto::WireProfile* profile = &crypto::default_profile();
  SuitePolicy suites = default_suites();

  schedule::RatchetLimits ratchets;
  framing::Padding padding;

  // Past epochs are kept for late messages until either ends.
  std::uint32_t past_epochs = 3;
  std::uint64_t past_seconds = 24 * 3600;
  // Resumption PSKs of this many epochs are kept, the current one included (8.6).
  std::uint32_t resumption_psks = 8;

  // Proposals of one epoch that are kept; further ones are refused (Rule::proposal_cache_full).
  std::size_t proposals_max = 4096;

  // The longest tree that this client hands out, in octets of its encoding, in a Welcome or apart
  // (Rule::tree_too_large, before any work). A hybrid tree comes to RFC 9420's 2^30 near a million
  // members; one who must load it over a phone may want less.
  std::uint64_t tree_octets_max = codec::vector_size_max;

  bool check_lifetimes = true;  // off for official vectors, whose key packages have expired
  std::optional<std::uint64_t> lifetime_seconds_max = 366 * 24 * 3600;
  bool check_suite_listed = true;

  WireFormat handshakes = WireFormat::mls_public_message;
  PathPolicy path = PathPolicy::when_unmerged;
  std::size_t unmerged_max = 256;

  ExternalCommits external_commits = ExternalCommits::anyone;

  // Custom extension types that the application understands: a group whose context has one that is
  // not here is not joined. Custom proposals are told of whatever the policy: 12.2 asks the leaves
  // whether all understand them.
  std::vector<ExtensionType> extensions;

  // 13.5: random reserved values in the leaf of a new group and in the GroupInfos of commits. Key
  // packages and external joins have a choice of their own.
  bool grease = true;

  // 12.4: valid pending proposals are committed before application data is sent: `send` answers
  // CommitFirst. Off for interoperation with applications that do not.
  bool commit_first = true;
};

}  // namespace thicket::group
