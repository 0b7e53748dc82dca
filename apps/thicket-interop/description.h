// From a proposal in words, as scripts have it, to a proposal.
#pragma once

#include "crypto/crypto.h"
#include "thicket-interop/calls.h"
#include "tree/ratchet_tree.h"

namespace thicket::interop {

// The group that the proposal is for.
struct Described {
  const crypto::Crypto& crypto;
  const GroupContext& context;
  const tree::RatchetTree& tree;
};

// Rule::input_format at the field that is wrong, and internal_need of the tree.
Result<Proposal> proposal_of(const ProposalDescription& description, const Described& group,
                             Random& random);

// "key_package", an encoded MLSMessage.
Result<KeyPackage> read_key_package(ByteView message);

// The extensions of the context with this one among the external senders.
Result<std::vector<Extension>> with_sender(const GroupContext& context, ByteView external_sender);

}  // namespace thicket::interop
