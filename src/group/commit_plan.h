// What a member asks a commit to hold.  RFC 9420 12.4.
#pragma once

#include <optional>

#include "group/identity.h"
#include "messages/framing.h"

namespace thicket::group {

// Which of the pending proposals a commit takes.
enum class PendingChoice : std::uint8_t {
  all_valid,  // 12.2: all that can stand together, of several the ones that 12.2 prefers
  none,
  named,  // exactly `by_reference`
};

// The PSK that binds a new group to the one it comes from, and what it is (11.2, 11.3).
struct ResumptionLink {
  PreSharedKeyID id;
  ByteView psk;
};

struct CommitPlan {
  std::vector<Proposal> proposals{};  // by value
  PendingChoice pending = PendingChoice::all_valid;
  std::vector<ProposalRef> by_reference{};  // with PendingChoice::named
  std::optional<Identity> new_identity{};   // rotates what the own leaf says; needs a path
  bool force_path = false;
  Bytes authenticated_data{};
  std::optional<WireFormat> wire_format{};  // else the policy's
  bool tree_in_welcome = true;              // else the joiner is handed the tree apart
  bool group_info = false;  // a GroupInfo for external joins, without tree, with external_pub
  std::vector<Extension> group_info_extensions{};  // of any GroupInfo that this commit makes
  // A PreSharedKey proposal of usage reinit or branch. Set by commit_reinit and commit_branch only,
  // which check what such a commit must be.
  std::optional<ResumptionLink> resumption{};
};

}  // namespace thicket::group
