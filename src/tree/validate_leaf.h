// Validity of a leaf node by itself and against its group.  RFC 9420 7.2, 7.3, 13.4.
#pragma once

#include "crypto/crypto.h"
#include "messages/group_context.h"
#include "tree/support.h"  // is_grease

namespace thicket::tree {

// What of a group a leaf is checked against, and the application's choices.
struct LeafPolicy {
  CipherSuite cipher_suite{};
  ProtocolVersion version = ProtocolVersion::mls10;
  RequiredCapabilities required;
  std::vector<ExtensionType> group_extensions;  // types in the GroupContext
  std::optional<Instant> now;  // none: lifetimes are not checked (official vectors have expired)
  std::optional<std::uint64_t> lifetime_seconds_max;  // none: any span
  bool check_suite_listed = true;  // 7.2; off for TreeKEM vectors whose leaves do not list it
};

// Everything but the signature and what needs other leaves: source, own credential listed,
// extensions listed, no duplicates, required capabilities, group extensions, lifetime. Rules
// leaf_source, leaf_own_credential_listed, ...
Result<void> check_leaf(const LeafNode& leaf, LeafNodeSource expected, const LeafPolicy& policy);
// The signature over LeafNodeTBS. Rule::leaf_signature.
Result<void> verify_leaf_signature(const crypto::Crypto& crypto, const LeafNode& leaf,
                                   const LeafPlace& place);

// True for what every member supports without listing it (7.2): extensions 1 to 5, proposals 1
// to 7.
bool is_default(ExtensionType type);
bool is_default(ProposalType type);
// Does `capabilities` support it, defaults included?
bool supports(const Capabilities& capabilities, ExtensionType type);
bool supports(const Capabilities& capabilities, ProposalType type);
bool supports(const Capabilities& capabilities, CredentialType type);
// Rule::duplicate_extension.
Result<void> check_no_duplicates(const std::vector<Extension>& extensions);
// The data of an extension, if there is one of that type.
const Bytes* find_extension(const std::vector<Extension>& extensions, ExtensionType type);

}  // namespace thicket::tree
