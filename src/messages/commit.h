// Commits and their paths.  RFC 9420 7.6, 12.4.
#pragma once

#include "messages/proposal.h"

namespace thicket {

struct UpdatePathNode {
  HPKEPublicKey encryption_key;
  std::vector<HPKECiphertext> encrypted_path_secret;
  bool operator==(const UpdatePathNode&) const = default;
};

struct UpdatePath {
  LeafNode leaf_node;
  std::vector<UpdatePathNode> nodes;
  bool operator==(const UpdatePath&) const = default;
};

enum class ProposalOrRefType : std::uint8_t { proposal = 1, reference = 2 };

struct ProposalRef {
  Bytes reference;
  auto operator<=>(const ProposalRef&) const = default;
};

using ProposalOrRef = Select<ProposalOrRefType, Case<ProposalOrRefType::proposal, Proposal>,
                             Case<ProposalOrRefType::reference, ProposalRef>>;

template <>
struct codec::SelectShape<ProposalOrRef> {
  static constexpr std::string_view tag = "type";
  static constexpr bool inlined = false;
  static std::string_view field(ProposalOrRefType type) {
    return type == ProposalOrRefType::proposal ? "proposal" : "";
  }
};

struct Commit {
  std::vector<ProposalOrRef> proposals;
  std::optional<UpdatePath> path;
  bool operator==(const Commit&) const = default;
};

}  // namespace thicket
