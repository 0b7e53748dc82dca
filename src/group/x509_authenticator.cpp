// X.509 credentials.  RFC 9420 5.3.
#include "group/x509_authenticator.h"

namespace thicket::group {
namespace {

Error unaccepted(const Credential& credential) {
  return broken(Rule::credential_rejected)
      .because("credential type " + std::to_string(static_cast<unsigned>(credential.tag())));
}

Result<const X509Credential*> x509(const Credential& credential) {
  const auto* found = credential.as<X509Credential>();
  if (found == nullptr) return unaccepted(credential);
  if (found->certificates.empty()) {
    return broken(Rule::credential_rejected).at("certificates").because("no certificate");
  }
  return found;
}

// The schemes of MLS suites have public keys of different sizes.
Result<SignatureScheme> scheme_of(ByteView signature_key) {
  switch (signature_key.size()) {
    case 32:
      return SignatureScheme::ed25519;
    case 57:
      return SignatureScheme::ed448;
    case 65:
      return SignatureScheme::ecdsa_secp256r1_sha256;
    case 97:
      return SignatureScheme::ecdsa_secp384r1_sha384;
    case 133:
      return SignatureScheme::ecdsa_secp521r1_sha512;
    default:
      return broken(Rule::public_key_encoding).because("a signature_key of no suite");
  }
}

// The facts of the first certificate, whose key is the leaf's.
Result<crypto::CertificateFacts> facts_of(const crypto::CertificateVerifier& verifier,
                                          const Credential& credential, ByteView signature_key) {
  const X509Credential* chain = THICKET_TRY(x509(credential));
  const SignatureScheme scheme = THICKET_TRY(scheme_of(signature_key));
  auto facts =
      THICKET_TRY_AT("certificates[0]", verifier.parse(chain->certificates[0].cert_data, scheme));
  // RFC 9420 5.3: "The public key encoded in the subjectPublicKeyInfo of the end-entity certificate
  // MUST be identical to the signature_key in the LeafNode containing this credential."
  if (equal(facts.signature_key, signature_key)) return facts;
  return broken(Rule::credential_x509_key).at("certificates[0]");
}

Bytes name_of(crypto::CertificateFacts&& facts) {
  return facts.first_alternative_name ? *std::move(facts.first_alternative_name)
                                      : std::move(facts.subject);
}

std::vector<ByteView> views_of(const std::vector<Bytes>& certificates) {
  return {certificates.begin(), certificates.end()};
}

}  // namespace

X509Authenticator::X509Authenticator(const crypto::CertificateVerifier& verifier, X509Trust trust)
    : verifier_(verifier),
      trust_(std::move(trust)),
      roots_(views_of(trust_.roots)),
      intermediates_(views_of(trust_.known_intermediates)) {}

Result<void> X509Authenticator::check(const CredentialCheck& presented) const {
  THICKET_TRY(facts_of(verifier_, presented.credential, presented.signature_key));
  std::vector<ByteView> chain;
  for (const Certificate& certificate : presented.credential.as<X509Credential>()->certificates) {
    chain.push_back(certificate.cert_data);
  }
  THICKET_TRY_AT("certificates", verifier_.verify_chain({.chain = chain,
                                                         .roots = roots_,
                                                         .known_intermediates = intermediates_,
                                                         .now = presented.now}));
  return {};
}

Result<void> X509Authenticator::check_successor(const Succession& succession) const {
  const auto old = client_id(succession.old_credential, succession.old_signature_key);
  const auto next = client_id(succession.next_credential, succession.next_signature_key);
  if (old && next && *old == *next) return {};
  return broken(Rule::credential_successor).because("another name");
}

Result<Bytes> X509Authenticator::client_id(const Credential& credential,
                                           ByteView signature_key) const {
  return name_of(THICKET_TRY(facts_of(verifier_, credential, signature_key)));
}

Result<const Authenticator*> AuthenticatorByType::of(const Credential& credential) const {
  if (credential.tag() == CredentialType::basic) return &basic_;
  if (credential.tag() == CredentialType::x509) return &x509_;
  return unaccepted(credential);
}

Result<void> AuthenticatorByType::check(const CredentialCheck& presented) const {
  const Authenticator* authenticator = THICKET_TRY(of(presented.credential));
  return authenticator->check(presented);
}

Result<void> AuthenticatorByType::check_successor(const Succession& succession) const {
  const Authenticator* old = THICKET_TRY(of(succession.old_credential));
  const Authenticator* next = THICKET_TRY(of(succession.next_credential));
  if (old != next) {
    return broken(Rule::credential_successor).because("another type");
  }
  return next->check_successor(succession);
}

Result<Bytes> AuthenticatorByType::client_id(const Credential& credential,
                                             ByteView signature_key) const {
  const Authenticator* authenticator = THICKET_TRY(of(credential));
  return authenticator->client_id(credential, signature_key);
}

}  // namespace thicket::group
