// What every client of ours says it supports.  RFC 9420 7.2.
#include "group/identity.h"

namespace thicket::group {

Capabilities default_capabilities(std::span<const CipherSuite> suites) {
  Capabilities capabilities;
  capabilities.versions = {ProtocolVersion::mls10};
  capabilities.cipher_suites.assign(suites.begin(), suites.end());
  // RFC 9420 7.2: "The following proposal and extension types are considered "default" and MUST NOT
  // be listed"
  capabilities.credentials = {CredentialType::basic, CredentialType::x509};
  return capabilities;
}

}  // namespace thicket::group
