// Proposals.  RFC 9420 12.1.
#pragma once

#include "messages/group_context.h"
#include "messages/key_package.h"
#include "messages/psk.h"

namespace thicket {

struct Add {
  Boxed<KeyPackage> key_package;
  bool operator==(const Add&) const = default;
};

struct Update {
  Boxed<LeafNode> leaf_node;
  bool operator==(const Update&) const = default;
};

struct Remove {
  LeafIndex removed;
  bool operator==(const Remove&) const = default;
};

struct PreSharedKey {
  PreSharedKeyID psk;
  bool operator==(const PreSharedKey&) const = default;
};

struct ReInit {
  Bytes group_id;
  ProtocolVersion version = ProtocolVersion::mls10;
  CipherSuite cipher_suite{};
  std::vector<Extension> extensions;
  bool operator==(const ReInit&) const = default;
};

struct ExternalInit {
  Bytes kem_output;
  bool operator==(const ExternalInit&) const = default;
};

struct GroupContextExtensions {
  std::vector<Extension> extensions;
  bool operator==(const GroupContextExtensions&) const = default;
};

// proposal_type, then what it selects; the body of an unknown (custom) type is read as opaque<V>.
using Proposal =
    OpenSelect<ProposalType, Case<ProposalType::add, Add>, Case<ProposalType::update, Update>,
               Case<ProposalType::remove, Remove>, Case<ProposalType::psk, PreSharedKey>,
               Case<ProposalType::reinit, ReInit>, Case<ProposalType::external_init, ExternalInit>,
               Case<ProposalType::group_context_extensions, GroupContextExtensions>>;

template <>
struct codec::SelectShape<Proposal> {
  static constexpr std::string_view tag = "proposal_type";
  static constexpr bool inlined = false;
  static std::string_view field(ProposalType type) { return codec::enumerator_name(type); }
};
using CustomProposal = Unknown<ProposalType>;

}  // namespace thicket
