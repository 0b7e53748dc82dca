// The checks of a GroupInfo and its tree.  RFC 9420 12.4.3.1.
#include "group/group_info.h"

#include <algorithm>

#include "group/grease.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

Result<void> check_context(const GroupContext& context, const crypto::Crypto& crypto) {
  if (context.version != ProtocolVersion::mls10) return broken(Rule::unknown_version).at("version");
  if (context.cipher_suite != crypto.suite().id)
    return broken(Rule::unknown_suite).at("cipher_suite");
  return {};
}

Result<ByteView> tree_octets(const GroupInfoCheck& check) {
  if (check.ratchet_tree) return *check.ratchet_tree;
  const Bytes* inside =
      tree::find_extension(check.group_info.extensions, ExtensionType::ratchet_tree);
  if (inside == nullptr) return broken(Rule::tree_missing).at("extensions");
  return ByteView(*inside);
}

// Reads the tree and asks the AS about every leaf on the way, while it is decoded.
Result<tree::RatchetTree> read_tree(const crypto::Crypto& crypto,
                                    const Authenticator& authenticator,
                                    const GroupInfoCheck& check) {
  const auto client_id = [&](const LeafNode& leaf) -> Result<Bytes> {
    // RFC 9420 5.3.1: "When a member receives a GroupInfo object that it will use to join a group,
    // either via a Welcome or via an external Commit".
    THICKET_TRY(authenticator.check(
        {leaf.credential, leaf.signature_key, CredentialUse::joined, check.now}));
    return authenticator.client_id(leaf.credential, leaf.signature_key);
  };
  return tree::import_tree(crypto, THICKET_TRY(tree_octets(check)), client_id, check.seed);
}

// RFC 9420 12.4.3.1: "If the node is blank or if signature verification fails, return an error."
Result<void> check_signature(const crypto::Crypto& crypto, const GroupInfo& info,
                             const tree::RatchetTree& tree) {
  const auto signer = tree.leaf(info.signer);
  if (!signer) {
    return broken(Rule::group_info_signature).at("signer").of(info.signer).because("no member");
  }
  const auto verified =
      crypto.verify_with_label(signer->signature_key(), "GroupInfoTBS", group_info_tbs(info),
                               info.signature, Rule::group_info_signature);
  if (!verified) return Error(verified.error()).under("signature").of(info.signer);
  return {};
}

}  // namespace

Result<CheckedGroupInfo> check_group_info(const crypto::Crypto& crypto,
                                          const PublicEnvironment& environment,
                                          const GroupInfoCheck& check) {
  const GroupInfo& info = check.group_info;
  const GroupContext& context = info.group_context;
  THICKET_TRY_AT("group_context", check_context(context, crypto));
  GroupExtensions extensions =
      THICKET_TRY_AT("group_context.extensions", read_group_extensions(context.extensions));
  THICKET_TRY_AT("extensions", tree::check_no_duplicates(info.extensions));

  tree::RatchetTree tree = THICKET_TRY(read_tree(crypto, environment.authenticator, check));
  // RFC 9420 12.4.3.1: "Verify that the tree hash of the ratchet tree matches the tree_hash field
  // in GroupInfo."
  if (!equal(tree.tree_hash(), context.tree_hash)) {
    return broken(Rule::tree_hash).at("group_context.tree_hash");
  }
  THICKET_TRY(check_signature(crypto, info, tree));
  THICKET_TRY(tree::validate_structure(tree));
  const tree::LeafPolicy policy = leaf_policy(environment.policy, context, extensions, check.now);
  const tree::LeafChecks leaves{.policy = &policy, .group_id = context.group_id};
  THICKET_TRY(tree::validate_leaves(tree, leaves));
  THICKET_TRY_AT("group_context.extensions",
                 check_external_senders(environment.authenticator, {}, extensions, check.now));
  return CheckedGroupInfo{std::move(extensions), std::move(tree)};
}

Result<void> check_context_supported(const GroupContext& context, const Capabilities& own,
                                     const Policy& policy) {
  const Capabilities supported = without_grease(own);
  for (std::size_t i = 0; i < context.extensions.size(); ++i) {
    const ExtensionType type = context.extensions[i].extension_type;
    const auto& known = policy.extensions;
    if (tree::supports(supported, type)) continue;
    if (std::find(known.begin(), known.end(), type) != known.end()) continue;
    return broken(Rule::group_context_extension_unsupported)
        .at("group_context.extensions[" + std::to_string(i) + "].extension_type");
  }
  return {};
}

}  // namespace thicket::group
