// What a client puts in its leaf, and the key it signs with.  RFC 9420 7.2.
#pragma once

#include "crypto/crypto.h"
#include "messages/leaf_node.h"

namespace thicket::group {

struct Identity {
  Credential credential;
  crypto::SignaturePrivateKey signer;
  Capabilities capabilities;
  std::vector<Extension> extensions;
};

// Version and `suites`, basic and X.509 credentials; nothing else, because what every client
// supports is not listed (7.2).
Capabilities default_capabilities(std::span<const CipherSuite> suites);

}  // namespace thicket::group
