// Certificates are parsed and chains built by AWS-LC; which algorithms are weak, and the form of a
// key, are decided here. RFC 9420 5.3; RFC 5280 6.1; RFC 5480 2.1 and RFC 8410 3 on the identifiers
// of keys.
#include "crypto/awslc/certificates.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "base/machine_failure.h"
#include "crypto/encodings.h"

namespace thicket::crypto {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t certificates_max = 10;
// The end of 9999, after which X.509 has no time.
constexpr std::uint64_t last_second = 253402300799;
constexpr int rsa_bits_min = 2048;

using Certificate = bssl::UniquePtr<X509>;
using Stack = bssl::UniquePtr<STACK_OF(X509)>;

Error no_chain(std::string reason) {
  return broken(Rule::credential_x509_chain).because(std::move(reason));
}
Error no_key(std::string reason) {
  return broken(Rule::credential_x509_key).because(std::move(reason));
}

template <class T>
T* or_failure(T* made) {
  if (made == nullptr) throw MachineFailure("AWS-LC: out of memory");
  return made;
}

// Null unless `der` is one certificate and nothing more.
Certificate read_certificate(ByteView der) {
  const std::uint8_t* at = der.data();
  Certificate out(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (out && at != der.data() + der.size()) out.reset();
  return out;
}

// The contents of the OBJECT IDENTIFIERs that a key of a scheme has in its AlgorithmIdentifier; no
// parameters for EdDSA.
struct KeyIdentifier {
  SignatureScheme scheme;
  std::string_view algorithm;
  std::string_view curve;
};
constexpr std::array<KeyIdentifier, 5> identifiers{{
    {SignatureScheme::ecdsa_secp256r1_sha256, "\x2a\x86\x48\xce\x3d\x02\x01"sv,
     "\x2a\x86\x48\xce\x3d\x03\x01\x07"sv},
    {SignatureScheme::ecdsa_secp384r1_sha384, "\x2a\x86\x48\xce\x3d\x02\x01"sv,
     "\x2b\x81\x04\x00\x22"sv},
    {SignatureScheme::ecdsa_secp521r1_sha512, "\x2a\x86\x48\xce\x3d\x02\x01"sv,
     "\x2b\x81\x04\x00\x23"sv},
    {SignatureScheme::ed25519, "\x2b\x65\x70"sv, ""},
    {SignatureScheme::ed448, "\x2b\x65\x71"sv, ""},
}};

bool is(const ASN1_OBJECT* object, std::string_view content) {
  return equal(ByteView(OBJ_get0_data(object), OBJ_length(object)), view_of(content));
}

// The AlgorithmIdentifier of a certificate's key.
struct KeyAlgorithm {
  const ASN1_OBJECT* algorithm = nullptr;
  int parameter_type = V_ASN1_UNDEF;
  const void* parameter = nullptr;
};

KeyAlgorithm algorithm_of(const X509& certificate) {
  KeyAlgorithm out;
  X509_ALGOR* identifier = nullptr;
  if (X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &identifier,
                             X509_get_X509_PUBKEY(&certificate)) == 1) {
    X509_ALGOR_get0(&out.algorithm, &out.parameter_type, &out.parameter, identifier);
  }
  return out;
}

bool has_key_of(const X509& certificate, const KeyIdentifier& wanted) {
  const KeyAlgorithm found = algorithm_of(certificate);
  if (!is(found.algorithm, wanted.algorithm)) return false;
  if (wanted.curve.empty()) return found.parameter_type == V_ASN1_UNDEF;
  return found.parameter_type == V_ASN1_OBJECT &&
         is(static_cast<const ASN1_OBJECT*>(found.parameter), wanted.curve);
}

Result<Bytes> key_of(const X509& certificate, SignatureScheme scheme) {
  const auto wanted = std::find_if(identifiers.begin(), identifiers.end(),
                                   [&](const KeyIdentifier& k) { return k.scheme == scheme; });
  if (wanted == identifiers.end() || !has_key_of(certificate, *wanted)) {
    return no_key("the certificate's key is of another kind");
  }
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(&certificate);
  std::size_t size = 0;
  if (ASN1_BIT_STRING_num_bytes(bits, &size) == 0) return no_key("a key that ends in a bit");
  const ByteView key(ASN1_STRING_get0_data(bits), size);
  if (const auto form = check_public_key(scheme, key); !form) return no_key(form.error().detail);
  return to_bytes(key);
}

Bytes subject_of(const X509& certificate) {
  const std::uint8_t* der = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(X509_get_subject_name(&certificate), &der, &size) != 1) {
    throw MachineFailure("AWS-LC: X509_NAME_get0_der");
  }
  return Bytes(der, der + size);
}

Result<std::optional<Bytes>> first_alternative_name(const X509& certificate) {
  int found = 0;
  const bssl::UniquePtr<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, &found, nullptr)));
  ERR_clear_error();
  if (!names && found == -1) return std::optional<Bytes>();
  if (!names || sk_GENERAL_NAME_num(names.get()) == 0) {
    return no_key("a subjectAltName that cannot be read");
  }
  std::uint8_t* der = nullptr;
  const int size = i2d_GENERAL_NAME(sk_GENERAL_NAME_value(names.get(), 0), &der);
  if (size < 0) throw MachineFailure("AWS-LC: i2d_GENERAL_NAME");
  const bssl::UniquePtr<std::uint8_t> owned(der);
  return std::optional<Bytes>(Bytes(der, der + size));
}

Result<void> add_to(STACK_OF(X509) * stack, ByteView der) {
  Certificate certificate = read_certificate(der);
  if (!certificate) return no_chain("an entry of the chain is no certificate");
  if (sk_X509_push(stack, certificate.get()) == 0) throw MachineFailure("AWS-LC: out of memory");
  (void)certificate.release();  // the stack's from here on
  return {};
}

// RFC 5280 6.1 asks for no strength: what nobody should believe today is refused here. A root's own
// signature says nothing, so it is not asked.
Result<void> check_strength(const STACK_OF(X509) * chain) {
  for (std::size_t i = 0; i < sk_X509_num(chain); ++i) {
    const X509* certificate = sk_X509_value(chain, i);
    if (i + 1 < sk_X509_num(chain)) {
      int digest = NID_undef;
      OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digest, nullptr);
      if (digest == NID_sha1 || digest == NID_md5) return no_chain("signed with SHA-1 or MD5");
    }
    const EVP_PKEY* key = X509_get0_pubkey(certificate);
    ERR_clear_error();
    if (key != nullptr && EVP_PKEY_id(key) == EVP_PKEY_RSA && EVP_PKEY_bits(key) < rsa_bits_min) {
      return no_chain("an RSA key below 2048 bits");
    }
  }
  return {};
}

class AwsLcCertificates final : public CertificateVerifier {
 public:
  Result<CertificateFacts> parse(ByteView der, SignatureScheme scheme) const override {
    const Certificate certificate = read_certificate(der);
    if (!certificate) return no_key("not a certificate");
    CertificateFacts facts;
    facts.signature_key = THICKET_TRY(key_of(*certificate, scheme));
    facts.subject = subject_of(*certificate);
    facts.first_alternative_name = THICKET_TRY(first_alternative_name(*certificate));
    return facts;
  }

  Result<void> verify_chain(const ChainCheck& check) const override {
    if (check.chain.empty()) return no_chain("no certificate");
    if (check.chain.size() > certificates_max) return no_chain("more than ten certificates");
    const Certificate end_entity = read_certificate(check.chain[0]);
    if (!end_entity) return no_chain("an entry of the chain is no certificate");
    if (has_key_of(*end_entity, identifiers[4])) {
      return no_chain("AWS-LC verifies no certificate of an Ed448 key");
    }
    const Stack between(or_failure(sk_X509_new_null()));
    const Stack roots(or_failure(sk_X509_new_null()));
    for (const ByteView der : check.chain.subspan(1)) THICKET_TRY(add_to(between.get(), der));
    for (const ByteView der : check.known_intermediates) THICKET_TRY(add_to(between.get(), der));
    for (const ByteView der : check.roots) THICKET_TRY(add_to(roots.get(), der));

    const bssl::UniquePtr<X509_STORE> store(or_failure(X509_STORE_new()));
    const bssl::UniquePtr<X509_STORE_CTX> context(or_failure(X509_STORE_CTX_new()));
    if (X509_STORE_CTX_init(context.get(), store.get(), end_entity.get(), between.get()) != 1) {
      throw MachineFailure("AWS-LC: X509_STORE_CTX_init");
    }
    X509_STORE_CTX_set0_trusted_stack(context.get(), roots.get());
    X509_STORE_CTX_set_depth(context.get(), static_cast<int>(certificates_max));
    if (check.now) {
      X509_STORE_CTX_set_time_posix(
          context.get(), 0, static_cast<std::int64_t>(std::min(check.now->seconds, last_second)));
    } else {
      X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
    }
    const bool verified = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (!verified) {
      const int reason = X509_STORE_CTX_get_error(context.get());
      return no_chain(X509_verify_cert_error_string(reason));
    }
    // RFC 5280 4.2.1.3: "The digitalSignature bit is asserted when the subject public key is used
    // for verifying digital signatures"; a certificate without the extension does not restrict its
    // key.
    if ((X509_get_key_usage(end_entity.get()) & X509v3_KU_DIGITAL_SIGNATURE) == 0) {
      return no_chain("the key usage does not allow digital signatures");
    }
    return check_strength(X509_STORE_CTX_get0_chain(context.get()));
  }
};

}  // namespace

std::unique_ptr<CertificateVerifier> make_awslc_certificate_verifier() {
  return std::make_unique<AwsLcCertificates>();
}

}  // namespace thicket::crypto
