// Proposals from outside, signed and framed.  RFC 9420 12.1.8.
#include "group/external_proposal.h"

#include "framing/public_message.h"
#include "group/proposal_list.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

Result<Bytes> frame(const crypto::Crypto& crypto, FramedContent content,
                    const crypto::SignaturePrivateKey& signer) {
  // RFC 9420 12.1.8: "An external proposal MUST be sent as a PublicMessage object".
  const auto authenticated =
      framing::authenticate(crypto, WireFormat::mls_public_message, std::move(content), {}, signer);
  return framing::protect_public(crypto, authenticated, nullptr);
}

Result<void> check_sender(const ExternalProposalPlan& plan) {
  const GroupExtensions extensions =
      THICKET_TRY_AT("group_context.extensions", read_group_extensions(plan.context.extensions));
  THICKET_TRY(
      check_external_proposal(extensions, ExternalSenderRef{plan.sender_index}, plan.proposal));
  const ExternalSender& sender = extensions.external_senders[plan.sender_index];
  if (sender.signature_key == plan.signer.public_key) return {};
  return broken(Rule::external_sender_index).at("sender_index").because("another's key");
}

}  // namespace

Result<Bytes> external_proposal(const crypto::Provider& provider,
                                const ExternalProposalPlan& plan) {
  const crypto::Crypto crypto(provider,
                              *THICKET_TRY(plan.profile.suite_of(plan.context.cipher_suite)));
  THICKET_TRY(check_sender(plan));
  return frame(crypto,
               {.group_id = plan.context.group_id,
                .epoch = plan.context.epoch,
                .sender = ExternalSenderRef{plan.sender_index},
                .authenticated_data = plan.authenticated_data,
                .content = plan.proposal},
               plan.signer);
}

Result<Bytes> new_member_proposal(const crypto::Provider& provider, const NewMemberPlan& plan) {
  const crypto::Crypto crypto(provider,
                              *THICKET_TRY(plan.profile.suite_of(plan.key_package.cipher_suite)));
  // RFC 9420 6.1: for new_member_proposal the key is that of the leaf in the KeyPackage.
  if (plan.signer.public_key != plan.key_package.leaf_node.signature_key) {
    return broken(Rule::public_key_encoding).at("signer").because("not the key package's");
  }
  return frame(crypto,
               {.group_id = plan.group_id,
                .epoch = plan.epoch,
                .sender = NewMemberProposal{},
                .authenticated_data = plan.authenticated_data,
                .content = Proposal(Add{plan.key_package})},
               plan.signer);
}

}  // namespace thicket::group
