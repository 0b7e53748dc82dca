// Leaf nodes by themselves and against their group.  RFC 9420 7.2, 7.3, 13.4.
#include "tree/validate_leaf.h"

#include <algorithm>

#include "messages/wire.h"

namespace thicket::tree {
namespace {

template <class T>
bool listed(const std::vector<T>& list, T value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

template <class T>
std::string number(T type) {
  return std::to_string(static_cast<std::uint64_t>(type));
}

Result<void> check_own_lists(const LeafNode& leaf) {
  const Capabilities& capabilities = leaf.capabilities;
  // RFC 9420 7.2: "the credential type used in the LeafNode MUST be included in the credentials
  // field of the capabilities field".
  if (!supports(capabilities, leaf.credential.tag())) {
    return broken(Rule::leaf_own_credential_listed)
        .at("capabilities.credentials")
        .because("credential type " + number(leaf.credential.tag()));
  }
  THICKET_TRY_AT("extensions", check_no_duplicates(leaf.extensions));
  // RFC 9420 7.3: "Verify that the extensions in the LeafNode are supported by checking that the ID
  // for each extension in the extensions field is listed in the capabilities.extensions field".
  for (const Extension& extension : leaf.extensions) {
    if (!supports(capabilities, extension.extension_type)) {
      return broken(Rule::leaf_extension_listed)
          .at("capabilities.extensions")
          .because("extension type " + number(extension.extension_type));
    }
  }
  return {};
}

Result<void> check_against_group(const Capabilities& capabilities, const LeafPolicy& policy) {
  const auto lacks = [](Rule rule, const char* field, auto type) {
    return broken(rule).at(field).because("type " + number(type));
  };
  // RFC 9420 7.2: versions and cipher suites have no default values.
  if (policy.check_suite_listed) {
    if (!listed(capabilities.versions, policy.version))
      return lacks(Rule::leaf_suite_listed, "capabilities.versions", policy.version);
    if (!listed(capabilities.cipher_suites, policy.cipher_suite))
      return lacks(Rule::leaf_suite_listed, "capabilities.cipher_suites", policy.cipher_suite);
  }
  // RFC 9420 7.3: "the required extensions, proposals, and credential types MUST be listed in the
  // LeafNode's capabilities field."
  for (const ExtensionType type : policy.required.extension_types) {
    if (!supports(capabilities, type))
      return lacks(Rule::leaf_required_capabilities, "capabilities.extensions", type);
  }
  for (const ProposalType type : policy.required.proposal_types) {
    if (!supports(capabilities, type))
      return lacks(Rule::leaf_required_capabilities, "capabilities.proposals", type);
  }
  for (const CredentialType type : policy.required.credential_types) {
    if (!supports(capabilities, type))
      return lacks(Rule::leaf_required_capabilities, "capabilities.credentials", type);
  }
  // RFC 9420 13.4: extensions in the GroupContext "MUST be supported by all members of the group".
  for (const ExtensionType type : policy.group_extensions) {
    if (!supports(capabilities, type))
      return lacks(Rule::leaf_group_extensions, "capabilities.extensions", type);
  }
  return {};
}

Result<void> check_lifetime(const Lifetime& lifetime, const LeafPolicy& policy) {
  const char* const field = "lifetime";
  // RFC 9420 7.2: "reject any LeafNode where the total lifetime is longer than this duration."
  if (policy.lifetime_seconds_max) {
    const bool backwards = lifetime.not_after < lifetime.not_before;
    if (backwards || lifetime.not_after - lifetime.not_before > *policy.lifetime_seconds_max)
      return broken(Rule::leaf_lifetime_span).at(field);
  }
  if (!policy.now) return {};
  const std::uint64_t now = policy.now->seconds;
  if (now < lifetime.not_before || now > lifetime.not_after)
    return broken(Rule::leaf_lifetime).at(field).because("now is " + std::to_string(now));
  return {};
}

}  // namespace

Result<void> check_leaf(const LeafNode& leaf, LeafNodeSource expected, const LeafPolicy& policy) {
  if (leaf.leaf_node_source.tag() != expected) {
    return broken(Rule::leaf_source)
        .at("leaf_node_source")
        .because(number(leaf.leaf_node_source.tag()) + " instead of " + number(expected));
  }
  THICKET_TRY(check_own_lists(leaf));
  THICKET_TRY(check_against_group(leaf.capabilities, policy));
  if (const Lifetime* lifetime = leaf.leaf_node_source.as<Lifetime>())
    THICKET_TRY(check_lifetime(*lifetime, policy));
  return {};
}

Result<void> verify_leaf_signature(const crypto::Crypto& crypto, const LeafNode& leaf,
                                   const LeafPlace& place) {
  return crypto.verify_with_label(leaf.signature_key, "LeafNodeTBS", leaf_node_tbs(leaf, place),
                                  leaf.signature, Rule::leaf_signature);
}

bool is_default(ExtensionType type) {
  const auto value = static_cast<std::uint16_t>(type);
  return value >= 1 && value <= 5;
}

bool is_default(ProposalType type) {
  const auto value = static_cast<std::uint16_t>(type);
  return value >= 1 && value <= 7;
}

bool supports(const Capabilities& capabilities, ExtensionType type) {
  return is_default(type) || listed(capabilities.extensions, type);
}

bool supports(const Capabilities& capabilities, ProposalType type) {
  return is_default(type) || listed(capabilities.proposals, type);
}

bool supports(const Capabilities& capabilities, CredentialType type) {
  return listed(capabilities.credentials, type);
}

Result<void> check_no_duplicates(const std::vector<Extension>& extensions) {
  std::vector<ExtensionType> types;
  types.reserve(extensions.size());
  for (const Extension& extension : extensions) types.push_back(extension.extension_type);
  std::sort(types.begin(), types.end());
  const auto twice = std::adjacent_find(types.begin(), types.end());
  if (twice == types.end()) return {};
  return broken(Rule::duplicate_extension).because("extension type " + number(*twice));
}

const Bytes* find_extension(const std::vector<Extension>& extensions, ExtensionType type) {
  for (const Extension& extension : extensions) {
    if (extension.extension_type == type) return &extension.extension_data;
  }
  return nullptr;
}

}  // namespace thicket::tree
