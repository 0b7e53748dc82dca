// Who a credential says that its owner is, and what is believed of it.  RFC 9420 5.3, 5.3.1.
#include <doctest/doctest.h>

#include "crypto/awslc/certificates.h"
#include "group/basic_authenticator.h"
#include "group/x509_authenticator.h"
#include "kit/certificates.h"
#include "kit/person.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::refused;

Credential named(std::string_view name) {
  return BasicCredential{to_bytes(name)};
}

// Someone with a certificate: the credential and the key in it.
struct Holder {
  Credential credential;
  Bytes signature_key;
};

class Office {
 public:
  Holder holder(const kit::TestCertificate& certificate) const {
    return {X509Credential{{{certificate.der()}}},
            good(crypto.signature_key_from(certificate.key())).public_key};
  }
  Result<void> check(const Holder& holder,
                     std::optional<Instant> now = kit::certificates_in_force) const {
    return x509.check({holder.credential, holder.signature_key, CredentialUse::added, now});
  }
  Result<void> succeeds(const Holder& old, const Holder& next) const {
    return x509.check_successor(
        {old.credential, old.signature_key, next.credential, next.signature_key});
  }

  std::unique_ptr<crypto::Provider> provider = kit::usual_provider();
  crypto::Crypto crypto{*provider, **crypto::suite_of(CipherSuite{2})};
  std::unique_ptr<crypto::CertificateVerifier> verifier = crypto::make_awslc_certificate_verifier();
  X509Authenticator x509{*verifier, {{kit::trusted_certificate.der()}, {}}};
  Holder alice = holder(kit::alice_certificate);
  Holder renewed = holder(kit::alice_renewed_certificate);
  Holder bob = holder(kit::bob_certificate);
};

}  // namespace

TEST_CASE("a basic credential is believed, and names its client") {
  const BasicAuthenticator basic;
  const Bytes key = to_bytes("key");
  good(basic.check({named("alice"), key, CredentialUse::added, std::nullopt}));
  CHECK(good(basic.client_id(named("alice"), key)) == to_bytes("alice"));
  good(basic.check_successor({named("alice"), key, named("alice"), to_bytes("another key")}));
  refused(basic.check_successor({named("alice"), key, named("bob"), key}),
          Rule::credential_successor, "");
}

TEST_CASE("where only basic credentials are accepted, others are refused by name") {
  const BasicAuthenticator basic;
  const Credential x509 = X509Credential{};
  const Credential unknown = Unknown<CredentialType>{CredentialType{0xF123}, to_bytes("x")};
  for (const Credential& credential : {x509, unknown}) {
    refused(basic.check({credential, {}, CredentialUse::joined, std::nullopt}),
            Rule::credential_rejected, "");
    refused(basic.check({credential, {}, CredentialUse::external_sender, std::nullopt}),
            Rule::external_sender_rejected, "");
    refused(basic.client_id(credential, {}), Rule::credential_rejected, "");
    refused(basic.check_successor({named("alice"), {}, credential, {}}), Rule::credential_successor,
            "");
  }
}

TEST_CASE("a certificate under a trusted root is believed while it is in force") {
  Office office;
  good(office.check(office.alice));
  good(office.check(office.bob));
  good(office.check(office.alice, std::nullopt));
  refused(office.check(office.alice, kit::noon), Rule::credential_x509_chain, "certificates");
}

TEST_CASE("a certificate under another root is refused, whatever its names") {
  Office office;
  refused(office.check(office.holder(kit::mallory_certificate)), Rule::credential_x509_chain,
          "certificates");
}

TEST_CASE("the key of the first certificate must be the leaf's") {
  Office office;
  refused(office.check({office.alice.credential, office.bob.signature_key}),
          Rule::credential_x509_key, "certificates[0]");
  refused(office.check({office.alice.credential, to_bytes("a key of no suite")}),
          Rule::public_key_encoding, "");
}

TEST_CASE("a chain with what is no certificate, or with nothing, is refused") {
  Office office;
  refused(office.check({X509Credential{{{to_bytes("no DER")}}}, office.alice.signature_key}),
          Rule::credential_x509_key, "certificates[0]");
  refused(office.check({X509Credential{}, office.alice.signature_key}), Rule::credential_rejected,
          "certificates");
  refused(office.check({named("alice"), office.alice.signature_key}), Rule::credential_rejected,
          "");
}

TEST_CASE("a client is its first alternative name, else its subject") {
  Office office;
  const auto id = [&](const Holder& one) {
    return good(office.x509.client_id(one.credential, one.signature_key));
  };
  CHECK(id(office.alice) == id(office.renewed));
  CHECK(id(office.alice) != id(office.bob));
  CHECK(to_text(id(office.alice)).find("alice.example") != std::string::npos);
  CHECK(to_text(id(office.bob)).find("bob") != std::string::npos);
}

TEST_CASE("a renewed certificate succeeds the one of the same name, and no other") {
  Office office;
  good(office.succeeds(office.alice, office.renewed));
  refused(office.succeeds(office.alice, office.bob), Rule::credential_successor, "");
}

TEST_CASE("by type: each credential is asked of its own, and none succeeds another type") {
  Office office;
  const BasicAuthenticator basic;
  const AuthenticatorByType both(basic, office.x509);
  good(both.check({named("carol"), {}, CredentialUse::added, std::nullopt}));
  good(both.check({office.alice.credential, office.alice.signature_key, CredentialUse::added,
                   kit::certificates_in_force}));
  CHECK(good(both.client_id(named("carol"), {})) == to_bytes("carol"));
  refused(both.check_successor(
              {named("alice.example"), {}, office.alice.credential, office.alice.signature_key}),
          Rule::credential_successor, "");
  const Credential unknown = Unknown<CredentialType>{CredentialType{0xF123}, {}};
  refused(both.check({unknown, {}, CredentialUse::added, std::nullopt}), Rule::credential_rejected,
          "");
}

}  // namespace thicket::group
