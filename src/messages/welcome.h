// What lets a client in: GroupInfo and Welcome.  RFC 9420 12.4.3.
#pragma once

#include "base/secret.h"
#include "messages/framing.h"

namespace thicket {

struct GroupInfo {
  GroupContext group_context;
  std::vector<Extension> extensions;
  MAC confirmation_tag;
  LeafIndex signer;
  Bytes signature;  // SignWithLabel(., "GroupInfoTBS", GroupInfoTBS)
  bool operator==(const GroupInfo&) const = default;
};

// GroupInfoTBS: all fields but the signature.
Bytes group_info_tbs(const GroupInfo& group_info);

struct EncryptedGroupSecrets {
  Bytes new_member;  // KeyPackageRef
  HPKECiphertext encrypted_group_secrets;
  bool operator==(const EncryptedGroupSecrets&) const = default;
};

struct Welcome {
  CipherSuite cipher_suite{};
  std::vector<EncryptedGroupSecrets> secrets;
  Bytes encrypted_group_info;
  bool operator==(const Welcome&) const = default;
};

// Secret: the plaintext of EncryptedGroupSecrets. Move-only.
struct GroupSecrets {
  SecretBytes joiner_secret;
  std::optional<SecretBytes> path_secret;  // optional<PathSecret>
  std::vector<PreSharedKeyID> psks;
  void encode_to(codec::Writer& out) const;
  static Result<GroupSecrets> decode_from(codec::Reader& in);
};

}  // namespace thicket
