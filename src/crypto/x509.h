// X.509 certificates of credentials: what a certificate says, and whether a chain leads to a root.
// RFC 9420 5.3; RFC 5280 4.1, 6.1. Certificates are DER, the end entity's first.
#pragma once

#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "base/strong.h"
#include "crypto/algorithms.h"

namespace thicket::crypto {

struct CertificateFacts {
  // The key of the subjectPublicKeyInfo, encoded as the signature_key of a leaf is (RFC
  // 9420 5.1.1).
  Bytes signature_key;
  // The DER of the subject's Name; of one without any attribute too.
  Bytes subject;
  // The DER of the first GeneralName of subjectAltName, its tag with it: names of different kinds
  // never meet.
  std::optional<Bytes> first_alternative_name;
  bool operator==(const CertificateFacts&) const = default;
};

struct ChainCheck {
  std::span<const ByteView> chain;  // as the credential has it
  std::span<const ByteView> roots;  // trusted, self-signed
  // RFC 9420 5.3: "A chain MAY omit any non-leaf certificates that supported peers are known to
  // already possess."
  std::span<const ByteView> known_intermediates;
  std::optional<Instant> now;  // none: times are not checked
};

// Safe from any thread at once.
class CertificateVerifier {
 public:
  virtual ~CertificateVerifier() = default;

  // Rule::credential_x509_key if it is no certificate, or its key none of `scheme`. Nothing is
  // verified.
  virtual Result<CertificateFacts> parse(ByteView certificate, SignatureScheme scheme) const = 0;

  // Rule::credential_x509_chain, with the reason as detail, unless signatures, validity periods,
  // basic constraints, key usage and name constraints hold from the end entity to one of the roots,
  // within ten certificates, without SHA-1, MD5 or RSA below 2048 bits; and the end entity may sign
  // (RFC 5280 4.2.1.3). No revocation is checked. A library without Ed448 refuses the certificate
  // of such a key.
  virtual Result<void> verify_chain(const ChainCheck& check) const = 0;
};

}  // namespace thicket::crypto
