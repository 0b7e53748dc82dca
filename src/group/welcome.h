// GroupInfo and Welcome made from the results of a commit.  RFC 9420 12.4.3, 12.4.3.1.
#pragma once

#include "codec/writer.h"
#include "group/delta.h"
#include "messages/welcome.h"
#include "schedule/epoch_secrets.h"
#include "tree/import.h"
#include "tree/update_path.h"

namespace thicket::group {

// What a GroupInfo says; the signature is made over it.
struct GroupInfoParts {
  const GroupContext& context;
  ByteView confirmation_tag;
  LeafIndex signer;
  const crypto::SignaturePrivateKey& key;
  const tree::TreeExport* tree = nullptr;    // null: the joiner is handed the tree apart
  ByteView external_pub;                     // empty: nobody joins from outside by it
  const std::vector<Extension>& extensions;  // further ones
};

// A GroupInfo, encoded. What was signed and the signature after it are the encoding, so that a tree
// in it is written once.
class SignedGroupInfo final {
 public:
  // `content` is SignContent (5.1.2), of which the TBS is the last `tbs_size` octets.
  SignedGroupInfo(codec::Writer content, std::size_t tbs_size, ByteView signature);
  ByteView encoded() const { return octets_.view().subspan(start_); }
  GroupInfo decoded() const;

 private:
  codec::Writer octets_;
  std::size_t start_;
};
Result<SignedGroupInfo> sign_group_info(const crypto::Crypto& crypto, const GroupInfoParts& parts);

struct Joiner {
  const KeyPackage& key_package;
  const PathSecret* path_secret = nullptr;  // null: the commit had no path
};

struct WelcomeParts {
  const schedule::EpochSecrets& secrets;    // joiner_secret and welcome_secret still in it
  const std::vector<PreSharedKeyID>& psks;  // in the order of the commit
  ByteView group_info;                      // encoded
  const std::vector<Joiner>& joiners;
};
// One encrypted GroupInfo, one entry a joiner. The info of the seals is hashed once. O(joiners).
// Rules public_key_encoding, zero_shared_secret: the joiner's init_key is not one of the suite.
Result<Welcome> build_welcome(const crypto::Crypto& crypto, const WelcomeParts& parts,
                              Random& random);

// A Welcome handed out by entry: a service keeps what all joiners share once and gives each a
// Welcome with its own entry only. What comes back together is a Welcome of RFC 9420.
struct WelcomeCommon {
  CipherSuite cipher_suite{};
  Bytes encrypted_group_info;
  bool operator==(const WelcomeCommon&) const = default;
};
struct SplitWelcome {
  WelcomeCommon common;
  std::vector<EncryptedGroupSecrets> entries;  // in the order of the Welcome
  bool operator==(const SplitWelcome&) const = default;
};
SplitWelcome split_welcome(Welcome welcome);
Welcome welcome_for(const WelcomeCommon& common, EncryptedGroupSecrets entry);

}  // namespace thicket::group
