// Basic credentials, believed as they stand: the client is its identity.  RFC 9420 5.3, 5.3.1.
// For applications that authenticate signature keys elsewhere, or not at all.
#pragma once

#include "group/authenticator.h"

namespace thicket::group {

// A client is its identity: two leaves with one identity are refused as the same client, and a leaf
// may change its signature key but not its identity. Credentials of other types are refused.
class BasicAuthenticator final : public Authenticator {
 public:
  Result<void> check(const CredentialCheck& presented) const override;
  Result<void> check_successor(const Succession& succession) const override;
  Result<Bytes> client_id(const Credential& credential, ByteView signature_key) const override;
};

}  // namespace thicket::group
