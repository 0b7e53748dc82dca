// Extensions of a GroupContext, read.  RFC 9420 11.1, 12.1.7, 12.1.8.1, 13.4.
#pragma once

#include "group/environment.h"
#include "messages/group_context.h"
#include "tree/validate_leaf.h"

namespace thicket::group {

struct GroupExtensions {
  RequiredCapabilities required;
  std::vector<ExternalSender> external_senders;
  bool has_external_senders = false;
  std::vector<ExtensionType> types;
};

// Rules duplicate_extension, extension_payload (at "[i].extension_data").
Result<GroupExtensions> read_group_extensions(const std::vector<Extension>& extensions);

// RFC 9420 5.3.1: the AS is asked about every external sender that `before` did not have.
// Rule::external_sender_rejected.
Result<void> check_external_senders(const Authenticator& authenticator,
                                    const GroupExtensions& before, const GroupExtensions& after,
                                    std::optional<Instant> now);

// What leaves of a group with this context are checked against.
tree::LeafPolicy leaf_policy(const Policy& policy, const GroupContext& context,
                             const GroupExtensions& extensions, std::optional<Instant> now);

}  // namespace thicket::group
