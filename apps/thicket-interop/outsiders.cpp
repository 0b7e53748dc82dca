// Proposals by clients that are not in the group.  RFC 9420 12.1.8.
#include <algorithm>

#include "group/external_proposal.h"
#include "group/public_group.h"
#include "messages/wire.h"
#include "thicket-interop/client.h"

namespace thicket::interop {
namespace {

Result<GroupInfo> read_group_info(ByteView message) {
  MLSMessage decoded = THICKET_TRY_AT("group_info", codec::decode<MLSMessage>(message));
  auto* info = decoded.wire_format.as<GroupInfo>();
  if (info != nullptr) return std::move(*info);
  return broken(Rule::input_format).at("group_info").because("a message of another kind");
}

Result<std::uint32_t> index_of(const GroupContext& context, const SignaturePublicKey& key) {
  const auto extension = std::ranges::find(context.extensions, ExtensionType::external_senders,
                                           &Extension::extension_type);
  if (extension == context.extensions.end()) return broken(Rule::external_senders_missing);
  const auto senders = THICKET_TRY_AT(
      "extensions", codec::decode<std::vector<ExternalSender>>(extension->extension_data));
  const auto own = std::ranges::find(senders, key, &ExternalSender::signature_key);
  if (own != senders.end()) return static_cast<std::uint32_t>(own - senders.begin());
  return broken(Rule::external_sender_index).at("signer_id").because("no external sender");
}

// The tree beside the GroupInfo, or in it.
Bytes tree_of(const GroupInfo& info, ByteView ratchet_tree) {
  if (!ratchet_tree.empty()) return to_bytes(ratchet_tree);
  const auto inside =
      std::ranges::find(info.extensions, ExtensionType::ratchet_tree, &Extension::extension_type);
  return inside == info.extensions.end() ? Bytes() : inside->extension_data;
}

}  // namespace

Result<KeyPackageResponse> Client::new_member_add_proposal(ByteView group_info, ByteView identity) {
  const GroupContext context = THICKET_TRY(read_group_info(group_info)).group_context;
  const auto named = THICKET_TRY(identity_of(identity, context.cipher_suite));
  auto own = THICKET_TRY(key_package_of(named, context.cipher_suite));
  Bytes message =
      THICKET_TRY(group::new_member_proposal(settings_.provider, {.group_id = context.group_id,
                                                                  .epoch = context.epoch,
                                                                  .key_package = own.key_package,
                                                                  .signer = own.signer,
                                                                  .profile = settings_.profile}));
  return begin(std::move(own), std::move(message));
}

Result<ExternalSignerResponse> Client::create_external_signer(CipherSuite cipher_suite,
                                                              ByteView identity) {
  const crypto::Crypto crypto(settings_.provider, *THICKET_TRY(suite_of(cipher_suite)));
  Signer signer{crypto.generate_signature_key(settings_.random())};
  ExternalSignerResponse response;
  response.signer_id = next_id();
  response.external_sender =
      codec::encode(ExternalSender{signer.key.public_key, BasicCredential{to_bytes(identity)}});
  signers_.emplace(response.signer_id, std::move(signer));
  return response;
}

Result<Bytes> Client::external_signer_proposal(const ExternalSignerProposalRequest& request) {
  const auto found = signers_.find(request.signer_id);
  if (found == signers_.end()) return broken(Rule::input_format).at("signer_id");
  const crypto::SignaturePrivateKey& key = found->second.key;
  const GroupInfo info = THICKET_TRY(read_group_info(request.group_info));
  // It sees the group as a service does: checked, and without secrets.
  State outside(settings_, false, Psks());
  const group::Environment environment = outside.environment();
  const auto group = THICKET_TRY(group::PublicGroup::create(
      {environment.provider, environment.authenticator, environment.policy},
      {info, tree_of(info, request.ratchet_tree), clock_now(), settings_.random().bytes(16)}));
  const GroupContext& context = group->context();
  const crypto::Crypto crypto(settings_.provider, *THICKET_TRY(suite_of(context.cipher_suite)));
  const Proposal proposal = THICKET_TRY_AT(
      "description",
      proposal_of(request.description, {crypto, context, group->tree()}, settings_.random()));
  const auto sender_index = THICKET_TRY(index_of(context, key.public_key));
  return group::external_proposal(settings_.provider, {.context = context,
                                                       .sender_index = sender_index,
                                                       .signer = key,
                                                       .proposal = proposal,
                                                       .profile = settings_.profile});
}

}  // namespace thicket::interop
