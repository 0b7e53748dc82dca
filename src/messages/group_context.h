// The context that all members of an epoch agree on, and extensions of it.  RFC
// 9420 8.1, 11.1, 12.1.8.1.
#pragma once

#include "messages/leaf_node.h"

namespace thicket {

struct GroupContext {
  ProtocolVersion version = ProtocolVersion::mls10;
  CipherSuite cipher_suite{};
  Bytes group_id;
  Epoch epoch;
  Bytes tree_hash;
  Bytes confirmed_transcript_hash;
  std::vector<Extension> extensions;
  bool operator==(const GroupContext&) const = default;
};

// Data of ExtensionType::required_capabilities (11.1).
struct RequiredCapabilities {
  std::vector<ExtensionType> extension_types;
  std::vector<ProposalType> proposal_types;
  std::vector<CredentialType> credential_types;
  bool operator==(const RequiredCapabilities&) const = default;
};

// An entry of ExtensionType::external_senders, whose data is ExternalSender<V> (12.1.8.1).
struct ExternalSender {
  SignaturePublicKey signature_key;
  Credential credential;
  bool operator==(const ExternalSender&) const = default;
};

// Data of ExtensionType::external_pub (12.4.3.2).
struct ExternalPub {
  HPKEPublicKey external_pub;
  bool operator==(const ExternalPub&) const = default;
};

}  // namespace thicket
