// A GroupInfo and its tree, checked by who is about to enter the group or to watch it.  RFC
// 9420 12.4.3, 12.4.3.1.
#pragma once

#include "group/environment.h"
#include "group/extensions.h"
#include "messages/welcome.h"
#include "tree/import.h"

namespace thicket::group {

struct GroupInfoCheck {
  const GroupInfo& group_info;
  std::optional<ByteView> ratchet_tree;  // the data of the extension, where it came apart
  std::optional<Instant> now;            // none: no times are checked
  tree::IndexSeed seed;
};

struct CheckedGroupInfo {
  GroupExtensions extensions;  // of the GroupContext
  tree::RatchetTree tree;
};

// Everything that 12.4.3.1 asks of GroupInfo and tree, and 5.3.1 of every leaf's credential; not
// what only the joiner can tell. O(L log n) hashing for a tree of L octets, one signature and one
// credential a leaf. Rules unknown_version, unknown_suite, duplicate_extension, extension_payload,
// tree_missing, tree_hash, group_info_signature, and those of import_tree, validate_structure,
// validate_leaves, the Authenticator; at "group_context.…", "ratchet_tree.…", "signature".
Result<CheckedGroupInfo> check_group_info(const crypto::Crypto& crypto,
                                          const PublicEnvironment& environment,
                                          const GroupInfoCheck& check);

// RFC 9420 12.4.3: "Extensions in GroupInfo.group_context.extensions, however, MUST be supported by
// the new joiner": listed in `own`, or known to the application by the policy; GREASE that we sent
// does not count. Rule::group_context_extension_unsupported.
Result<void> check_context_supported(const GroupContext& context, const Capabilities& own,
                                     const Policy& policy);

}  // namespace thicket::group
