// A new group, with one member.  RFC 9420 11.

#include "codec/codec.h"
#include "group/grease.h"
#include "group/group.h"
#include "group/state.h"
#include "messages/wire.h"
#include "schedule/transcript.h"

namespace thicket::group {
namespace {

LeafNode first_leaf(const crypto::Crypto& crypto, const NewGroup& plan,
                    const HPKEPublicKey& encryption_key, Random* grease) {
  LeafNode leaf{encryption_key,
                plan.identity.signer.public_key,
                plan.identity.credential,
                plan.identity.capabilities,
                plan.lifetime,
                plan.identity.extensions,
                {}};
  if (grease) {
    add_grease(leaf.capabilities, *grease);
    leaf.extensions.push_back(grease_extension(*grease));
    list_extension(leaf.capabilities, leaf.extensions.back().extension_type);
  }
  leaf.signature =
      crypto.sign_with_label(plan.identity.signer, "LeafNodeTBS", leaf_node_tbs(leaf, {}));
  return leaf;
}

// The suite that was asked for, else the policy's.
Result<const crypto::Suite*> suite_for(const Environment& environment,
                                       const std::optional<CipherSuite>& asked, Instant now) {
  const Policy& policy = environment.policy;
  if (!asked) return preferred_suite({policy.suites, *policy.profile, environment.provider}, now);
  const crypto::Suite* suite = THICKET_TRY(policy.profile->suite_of(*asked));
  THICKET_TRY(check_suite(policy.suites, *suite, now));
  return suite;
}

}  // namespace

Result<StagedGroup> Group::create(const Environment& environment, const NewGroup& plan, Instant now,
                                  Random& random) {
  const crypto::Suite* suite = THICKET_TRY(suite_for(environment, plan.cipher_suite, now));
  const crypto::Crypto crypto(environment.provider, *suite);
  THICKET_TRY_AT("identity.signer", crypto.check_signature_public(plan.identity.signer.public_key));
  GroupContext context{ProtocolVersion::mls10, suite->id, plan.group_id, Epoch{0}, {}, {},
                       plan.extensions};
  const GroupExtensions extensions =
      THICKET_TRY_AT("extensions", read_group_extensions(plan.extensions));
  THICKET_TRY_AT("extensions",
                 check_external_senders(environment.authenticator, {}, extensions, now));
  const auto leaf_key = crypto.generate_key_pair(random);
  const LeafNode leaf = first_leaf(crypto, plan, leaf_key->public_key(),
                                   environment.policy.grease ? &random : nullptr);
  const auto policy = leaf_policy(environment.policy, context, extensions, now);
  THICKET_TRY_AT("leaf_node", tree::check_leaf(leaf, LeafNodeSource::key_package, policy));
  Bytes client = THICKET_TRY_AT("leaf_node.credential", environment.authenticator.client_id(
                                                            leaf.credential, leaf.signature_key));
  tree::RatchetTree tree =
      tree::RatchetTree::of_one(crypto, {leaf, std::move(client)}, tree::IndexSeed::draw(random));
  context.tree_hash = to_bytes(tree.tree_hash());
  auto secrets = schedule::derive_first_epoch(crypto, codec::encode(context), random);
  secrets.forget_joining();
  // RFC 9420 11: the confirmation_tag over the zero-length confirmed_transcript_hash.
  MAC tag = schedule::confirmation_tag(crypto, secrets.confirmation_key, {});
  auto epoch = THICKET_TRY(make_epoch(crypto, environment.policy,
                                      NewEpoch{std::move(context), std::move(tag), std::move(tree),
                                               tree::PrivatePath(LeafIndex{0}, leaf_key),
                                               plan.identity.signer, std::move(secrets)}));
  return stage_group(environment, crypto, std::move(epoch));
}

}  // namespace thicket::group
