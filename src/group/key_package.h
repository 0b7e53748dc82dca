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
  // In the wire profile that it was made under.
  const crypto::Suite* suite = nullptr;
};
struct KeyPackagePlan {
  CipherSuite cipher_suite{};  // in `profile`
  Lifetime lifetime;
  std::vector<Extension> extensions{};
  bool last_resort = false;
  bool grease = true;  // 13.5: in the capabilities and in both lists of extensions
  const crypto::WireProfile* profile = &crypto::default_profile();
};
// Rules unknown_suite, public_key_encoding (the signer is of another suite),
// leaf_own_credential_listed, leaf_suite_listed, leaf_extension_listed, duplicate_extension. Types
// of plan.extensions are added to what the leaf lists.
Result<OwnKeyPackage> make_key_package(const crypto::Provider& provider, const Identity& identity,
                                       const KeyPackagePlan& plan, Random& random);

// Marked by the extension last_resort: joining with it does not use it up.
bool is_last_resort(const KeyPackage& key_package);

// An own key package as the value of a secret row, and back. The row's key is its KeyPackageRef.
// Joining erases it: PublicDelta::consumed_key_packages. Rules store_row, unknown_profile (the row
// was written under a profile that is neither ready-made nor `profile`), profile_clash.
SecretBytes encode_own(const OwnKeyPackage& own);
Result<OwnKeyPackage> decode_own(const crypto::Provider& provider, ByteView row,
                                 const crypto::WireProfile& profile = crypto::default_profile());

// Where own key packages are found again when a Welcome names them.
class KeyPackageSource {
 public:
  virtual ~KeyPackageSource() = default;
  // Nothing if there is none of that reference. Rule::store_row.
  virtual Result<std::optional<OwnKeyPackage>> find(ByteView key_package_ref) = 0;
};

}  // namespace thicket::group
