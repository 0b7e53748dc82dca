// Key packages: what a client publishes so that others may add it.  RFC 9420 10.
#pragma once

#include "messages/leaf_node.h"

namespace thicket {

struct KeyPackage {
  ProtocolVersion version = ProtocolVersion::mls10;
  CipherSuite cipher_suite{};
  HPKEPublicKey init_key;
  LeafNode leaf_node;
  std::vector<Extension> extensions;
  Bytes signature;  // SignWithLabel(., "KeyPackageTBS", KeyPackageTBS)
  bool operator==(const KeyPackage&) const = default;
};

// KeyPackageTBS: all fields but the signature.
Bytes key_package_tbs(const KeyPackage& key_package);

}  // namespace thicket
