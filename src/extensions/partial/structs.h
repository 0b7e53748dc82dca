// The structs of draft-ietf-mls-partial: what lets a client that holds only its own path of the
// tree check a sender, join, and follow commits.
#pragma once

#include "messages/message.h"
#include "messages/tree_node.h"

namespace thicket::extensions::partial {

struct CopathHash {
  Bytes hash_value;
  bool operator==(const CopathHash&) const = default;
};

// That a leaf stands at its index of a tree of `n_leaves`: with these the root's tree hash is
// computed (RFC 9420 7.8). From the leaf to the root, both included.
struct MembershipProof {
  LeafIndex leaf_index;
  std::uint32_t n_leaves = 0;
  std::vector<std::optional<Node>> direct_path_nodes;
  std::vector<CopathHash> copath_hashes;
  bool operator==(const MembershipProof&) const = default;
};

template <class T>
struct SenderAuthenticatedMessage {
  T message;
  MembershipProof sender_membership_proof;
  bool operator==(const SenderAuthenticatedMessage&) const = default;
};

struct AnnotatedWelcome {
  SenderAuthenticatedMessage<Welcome> welcome;
  MembershipProof joiner_membership_proof;
  bool operator==(const AnnotatedWelcome&) const = default;
};

struct AnnotatedCommit {
  MLSMessage commit;
  std::optional<MembershipProof> sender_membership_proof;  // exactly if the sender is a member
  Bytes tree_hash_after;
  std::optional<std::uint32_t> resolution_index;  // exactly if the commit has a path
  MembershipProof sender_membership_proof_after;
  MembershipProof receiver_membership_proof_after;
  bool operator==(const AnnotatedCommit&) const = default;
};

}  // namespace thicket::extensions::partial
