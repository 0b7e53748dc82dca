// Joining by Welcome.  RFC 9420 12.4.3.1.
#pragma once

#include "group/key_package.h"
#include "group/own_groups.h"

namespace thicket::group {

struct JoinPlan {
  ByteView welcome;  // an encoded MLSMessage
  KeyPackageSource& key_packages;
  const OwnGroups& groups;
  std::optional<ByteView> ratchet_tree{};  // where the GroupInfo has none: the extension's data
};

// Every check of 12.4.3.1, in its order. Nothing is changed; the delta holds all rows of the group,
// and uses up the key package unless it is a last resort. A Need (Rule::internal_need, at "former")
// is of the group that a reinit or branch PSK names. A group that was reinitialised under its own
// id gives it to the one that continues it.
//
// Rules of the codec, welcome_entry, welcome_suite, welcome_open, secret_length, psk_nonce_length,
// psk_only_one, psk_unknown, group_info_open, group_id_in_use, group_context_extension_unsupported,
// those of check_group_info, own_leaf, welcome_path_secret, confirmation_tag, resumed_epoch,
// resumed_parameters, resumed_members; at "welcome.…", "group_secrets.…", "group_info.…".
Result<StagedGroup> join(const Environment& environment, const JoinPlan& plan, Instant now,
                         Random& random);

}  // namespace thicket::group
