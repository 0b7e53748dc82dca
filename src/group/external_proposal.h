// Proposals from outside the group.  RFC 9420 12.1.8, 6.1. Whoever sends one holds no secret of the
// group: it is a PublicMessage without membership_tag, for the epoch that the sender knows of.
#pragma once

#include "crypto/crypto.h"
#include "crypto/wire_profile.h"
#include "messages/message.h"

namespace thicket::group {

// By one of the group's external_senders.
struct ExternalProposalPlan {
  const GroupContext& context;  // as a GroupInfo or a PublicGroup has it
  std::uint32_t sender_index = 0;
  const crypto::SignaturePrivateKey& signer;
  const Proposal& proposal;
  Bytes authenticated_data{};
  const crypto::WireProfile& profile = crypto::default_profile();  // the group's
};
// The encoded MLSMessage. Rules external_senders_missing, external_sender_index (not there, or of
// another key), external_proposal_type, extension_payload, unknown_suite.
Result<Bytes> external_proposal(const crypto::Provider& provider, const ExternalProposalPlan& plan);

// By a client that asks to be added itself; members decide whether they take it.
struct NewMemberPlan {
  Bytes group_id;
  Epoch epoch;
  const KeyPackage& key_package;
  const crypto::SignaturePrivateKey& signer;  // of the key package's leaf
  Bytes authenticated_data{};
  const crypto::WireProfile& profile = crypto::default_profile();  // the key package's
};
// The encoded MLSMessage: an Add of the key package. Rules unknown_suite, public_key_encoding (the
// signer is not the leaf's).
Result<Bytes> new_member_proposal(const crypto::Provider& provider, const NewMemberPlan& plan);

}  // namespace thicket::group
