// Key packages: made, stored, checked.  RFC 9420 10.
#pragma once

#include "group/environment.h"
#include "group/identity.h"
#include "messages/key_package.h"
#include "tree/validate_leaf.h"

namespace thicket::group {

// Everything of 10.1 about the key package itself, its signature and that of its leaf included;
// not what needs the group's other leaves, nor the Authenticator. Rules key_package_suite,
// key_package_signature, key_package_init_key, key_package_extension_listed, duplicate_extension,
// public_key_encoding, leaf_* (at "leaf_node.…").
Result<void> check_key_package(const crypto::Crypto& crypto, const KeyPackage& key_package,
                               const tree::LeafPolicy& policy);

// RefHash("MLS 1.0 KeyPackage Reference", KeyPackage).
Bytes key_package_ref(const crypto::Crypto& crypto, const KeyPackage& key_package);

// A key package with its private halves. Never used twice, unless it is a last resort (10).
struct OwnKeyPackage {
  KeyPackage key_package;
  crypto::KemPrivateKeyRef init_key;
  crypto::KemPrivateKeyRef leaf_key;
  crypto::SignaturePrivateKey signer;
};
struct KeyPackagePlan {
  CipherSuite cipher_suite{};
  Lifetime lifetime;
  std::vector<Extension> extensions;
  bool last_resort = false;
};
Result<OwnKeyPackage> make_key_package(const crypto::Provider& provider, const Identity& identity,
                                       const KeyPackagePlan& plan, Random& random);

}  // namespace thicket::group
