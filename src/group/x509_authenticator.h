// X.509 credentials, checked against given roots.  RFC 9420 5.3, 5.3.1.
#pragma once

#include "crypto/x509.h"
#include "group/authenticator.h"

namespace thicket::group {

// DER certificates.
struct X509Trust {
  std::vector<Bytes> roots;
  std::vector<Bytes> known_intermediates;  // that chains may leave out (5.3)
};

// A client is the first subject alternative name of its certificate, else the subject: DER, so that
// names of different kinds never meet. It may renew key and certificate as long as that name stays.
// Credentials of other types are refused. `verifier` outlives it.
class X509Authenticator final : public Authenticator {
 public:
  X509Authenticator(const crypto::CertificateVerifier& verifier, X509Trust trust);
  // Rules credential_rejected (no X.509 credential, or one without certificates),
  // credential_x509_key, credential_x509_chain.
  Result<void> check(const CredentialCheck& presented) const override;
  Result<void> check_successor(const Succession& succession) const override;
  Result<Bytes> client_id(const Credential& credential, ByteView signature_key) const override;

 private:
  const crypto::CertificateVerifier& verifier_;
  X509Trust trust_;
  std::vector<ByteView> roots_;
  std::vector<ByteView> intermediates_;
};

// Basic credentials by one, X.509 by the other, others by none; none succeeds one of another type.
// Both outlive it.
class AuthenticatorByType final : public Authenticator {
 public:
  AuthenticatorByType(const Authenticator& basic, const Authenticator& x509)
      : basic_(basic), x509_(x509) {}
  Result<void> check(const CredentialCheck& presented) const override;
  Result<void> check_successor(const Succession& succession) const override;
  Result<Bytes> client_id(const Credential& credential, ByteView signature_key) const override;

 private:
  // Rule::credential_rejected.
  Result<const Authenticator*> of(const Credential& credential) const;
  const Authenticator& basic_;
  const Authenticator& x509_;
};

}  // namespace thicket::group
