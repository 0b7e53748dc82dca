// Chains made here and verified: what holds, and each thing that breaks it.  RFC 9420 5.3; RFC
// 5280 6.1.
#include "crypto/awslc/certificates.h"

#include <doctest/doctest.h>
#include <openssl/asn1.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <map>
#include <string>

#include "crypto/awslc/awslc.h"
#include "crypto/encodings.h"

namespace thicket::crypto {
namespace {

using Key = bssl::UniquePtr<EVP_PKEY>;
using Certificate = bssl::UniquePtr<X509>;

constexpr std::int64_t day = 86400;
constexpr std::int64_t start = 1'750'000'000;
constexpr Instant today{start + 10 * day};

Key new_ec_key(int curve = NID_X9_62_prime256v1) {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(curve));
  REQUIRE(EC_KEY_generate_key(ec.get()) == 1);
  Key key(EVP_PKEY_new());
  REQUIRE(EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) == 1);
  return key;
}

Key new_ed25519_key() {
  const bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr));
  EVP_PKEY* key = nullptr;
  REQUIRE(EVP_PKEY_keygen_init(context.get()) == 1);
  REQUIRE(EVP_PKEY_keygen(context.get(), &key) == 1);
  return Key(key);
}

Key new_rsa_key(int bits) {
  const bssl::UniquePtr<BIGNUM> exponent(BN_new());
  BN_set_word(exponent.get(), RSA_F4);
  bssl::UniquePtr<RSA> rsa(RSA_new());
  REQUIRE(RSA_generate_key_ex(rsa.get(), bits, exponent.get(), nullptr) == 1);
  Key key(EVP_PKEY_new());
  EVP_PKEY_set1_RSA(key.get(), rsa.get());
  return key;
}

// What a certificate is made of; the test changes what it wants to break.
struct Plan {
  std::string subject;
  std::string issuer;
  EVP_PKEY* key = nullptr;
  EVP_PKEY* signer = nullptr;
  std::map<int, std::string> extensions = {};
  std::int64_t from = start;
  std::int64_t to = start + 365 * day;
  const EVP_MD* digest = EVP_sha256();
  bool ed448_key = false;      // replaces `key`, which AWS-LC could not hold
  bool unnamed_curve = false;  // the parameters of `key` become NULL
};

const std::map<int, std::string> ca_extensions{{NID_basic_constraints, "critical,CA:TRUE"},
                                               {NID_key_usage, "critical,keyCertSign"}};
const std::map<int, std::string> leaf_extensions{
    {NID_basic_constraints, "critical,CA:FALSE"},
    {NID_key_usage, "critical,digitalSignature"},
    {NID_subject_alt_name, "URI:im:ana@example.org,DNS:example.org"}};

void set_name(X509_NAME* name, const std::string& text) {
  if (text.empty()) return;
  REQUIRE(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const std::uint8_t*>(text.data()), -1, -1,
                                     0) == 1);
}

Bytes public_octets(EVP_PKEY* key) {
  if (EVP_PKEY_id(key) == EVP_PKEY_ED25519) {
    Bytes out(32);
    std::size_t size = out.size();
    REQUIRE(EVP_PKEY_get_raw_public_key(key, out.data(), &size) == 1);
    return out;
  }
  const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key);
  Bytes out(200);
  out.resize(EC_POINT_point2oct(EC_KEY_get0_group(ec), EC_KEY_get0_public_key(ec),
                                POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(), nullptr));
  return out;
}

Bytes make(const Plan& plan) {
  static int serial = 1;
  const Certificate certificate(X509_new());
  X509* x = certificate.get();
  X509_set_version(x, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
  set_name(X509_get_subject_name(x), plan.subject);
  set_name(X509_get_issuer_name(x), plan.issuer);
  ASN1_TIME_set_posix(X509_getm_notBefore(x), plan.from);
  ASN1_TIME_set_posix(X509_getm_notAfter(x), plan.to);
  REQUIRE(X509_set_pubkey(x, plan.key) == 1);
  if (plan.ed448_key) {
    auto* octets = static_cast<std::uint8_t*>(OPENSSL_malloc(57));
    std::fill_n(octets, 57, std::uint8_t{0});
    octets[0] = 1;
    REQUIRE(X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(x), OBJ_txt2obj("1.3.101.113", 1),
                                   V_ASN1_UNDEF, nullptr, octets, 57) == 1);
  }
  if (plan.unnamed_curve) {
    const Bytes point = public_octets(plan.key);
    auto* octets = static_cast<std::uint8_t*>(OPENSSL_memdup(point.data(), point.size()));
    REQUIRE(X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(x), OBJ_nid2obj(NID_X9_62_id_ecPublicKey),
                                   V_ASN1_NULL, nullptr, octets,
                                   static_cast<int>(point.size())) == 1);
  }
  for (const auto& [nid, value] : plan.extensions) {
    const bssl::UniquePtr<X509_EXTENSION> extension(
        X509V3_EXT_nconf_nid(nullptr, nullptr, nid, value.c_str()));
    REQUIRE(extension);
    X509_add_ext(x, extension.get(), -1);
  }
  const bool ed25519 = EVP_PKEY_id(plan.signer) == EVP_PKEY_ED25519;
  REQUIRE(X509_sign(x, plan.signer, ed25519 ? nullptr : plan.digest) > 0);
  std::uint8_t* der = nullptr;
  const int size = i2d_X509(x, &der);
  REQUIRE(size > 0);
  const bssl::UniquePtr<std::uint8_t> owned(der);
  return Bytes(der, der + size);
}

// root -> intermediate -> end entity, every key of its own.
struct World {
  Key root_key = new_ec_key();
  Key intermediate_key = new_ec_key();
  Key leaf_key;
  Plan root{"root", "root", root_key.get(), root_key.get(), ca_extensions};
  Plan intermediate{"between", "root", intermediate_key.get(), root_key.get(), ca_extensions};
  Plan leaf;

  explicit World(Key key) : leaf_key(std::move(key)) {
    leaf = Plan{"ana", "between", leaf_key.get(), intermediate_key.get(), leaf_extensions};
  }

  // The reason of the refusal; empty if the chain is accepted.
  std::string verify(std::optional<Instant> now = today) const {
    return verify_as({make(leaf), make(intermediate)}, {make(root)}, now);
  }
  static std::string verify_as(const std::vector<Bytes>& chain, const std::vector<Bytes>& roots,
                               std::optional<Instant> now = today,
                               const std::vector<Bytes>& known = {}) {
    const std::vector<ByteView> chain_views(chain.begin(), chain.end());
    const std::vector<ByteView> root_views(roots.begin(), roots.end());
    const std::vector<ByteView> known_views(known.begin(), known.end());
    const auto verifier = make_awslc_certificate_verifier();
    const Result<void> result = verifier->verify_chain({chain_views, root_views, known_views, now});
    if (result) return "";
    CHECK(result.error().rule == Rule::credential_x509_chain);
    CHECK_FALSE(result.error().detail.empty());
    return result.error().detail;
  }
};

}  // namespace

TEST_CASE("a chain from an end entity over an intermediate to a root is accepted") {
  CHECK(World(new_ec_key()).verify() == "");
  CHECK(World(new_ed25519_key()).verify() == "");
}

TEST_CASE("a chain of Ed25519 keys only is accepted") {
  World world(new_ed25519_key());
  const Key root = new_ed25519_key();
  const Key between = new_ed25519_key();
  world.root.key = world.root.signer = world.intermediate.signer = root.get();
  world.intermediate.key = world.leaf.signer = between.get();
  CHECK(world.verify() == "");
}

TEST_CASE(
    "the intermediate may be known beforehand instead of sent, and the root may be sent too") {
  const World world(new_ec_key());
  const Bytes leaf = make(world.leaf);
  const Bytes between = make(world.intermediate);
  const Bytes root = make(world.root);
  CHECK(World::verify_as({leaf}, {root}, today, {between}) == "");
  CHECK(World::verify_as({leaf, between, root}, {root}) == "");
  CHECK(World::verify_as({leaf}, {root}) == "unable to get local issuer certificate");
}

TEST_CASE("a chain to another root is refused, and so is one to none") {
  const World world(new_ec_key());
  const World other(new_ec_key());
  const std::vector<Bytes> chain{make(world.leaf), make(world.intermediate)};
  CHECK(World::verify_as(chain, {make(other.root)}) != "");
  CHECK(World::verify_as(chain, {}) != "");
  CHECK(World::verify_as({make(world.leaf), make(world.intermediate), make(world.root)}, {}) != "");
  CHECK(World::verify_as({}, {make(world.root)}) == "no certificate");
}

TEST_CASE("validity periods are those at the given time, and are not asked without one") {
  World world(new_ec_key());
  CHECK(world.verify(Instant{start - 1}) == "certificate is not yet valid");
  CHECK(world.verify(Instant{start}) == "");
  CHECK(world.verify(Instant{start + 366 * day}) == "certificate has expired");
  CHECK(world.verify(Instant{~std::uint64_t{0}}) == "certificate has expired");
  CHECK(world.verify(std::nullopt) == "");
  world.leaf.to = start + day;
  CHECK(world.verify() == "certificate has expired");
  world.leaf.to = start + 100 * day;
  world.intermediate.to = start + day;
  CHECK(world.verify() == "certificate has expired");
  CHECK(world.verify(std::nullopt) == "");
}

TEST_CASE("an intermediate that is no CA is refused, and one that may not sign certificates") {
  World world(new_ec_key());
  world.intermediate.extensions[NID_basic_constraints] = "critical,CA:FALSE";
  CHECK(world.verify() == "invalid CA certificate");
  world.intermediate.extensions = ca_extensions;
  world.intermediate.extensions[NID_key_usage] = "critical,digitalSignature";
  CHECK(world.verify() != "");
  world.intermediate.extensions.erase(NID_key_usage);
  world.intermediate.extensions.erase(NID_basic_constraints);
  CHECK(world.verify() != "");
}

TEST_CASE("an end entity whose key may not sign is refused, without key usage it may") {
  World world(new_ec_key());
  world.leaf.extensions[NID_key_usage] = "critical,keyAgreement";
  CHECK(world.verify() == "the key usage does not allow digital signatures");
  world.leaf.extensions.erase(NID_key_usage);
  CHECK(world.verify() == "");
}

TEST_CASE("a certificate signed by another key than its issuer's is refused") {
  World world(new_ec_key());
  world.leaf.signer = world.root_key.get();
  CHECK(world.verify() == "certificate signature failure");
}

TEST_CASE("a path longer than an issuer allows is refused") {
  World world(new_ec_key());
  const Key second_key = new_ec_key();
  const Plan second{"second", "between", second_key.get(), world.intermediate_key.get(),
                    ca_extensions};
  world.leaf.issuer = "second";
  world.leaf.signer = second_key.get();
  const auto verify = [&] {
    return World::verify_as({make(world.leaf), make(second), make(world.intermediate)},
                            {make(world.root)});
  };
  world.intermediate.extensions[NID_basic_constraints] = "critical,CA:TRUE,pathlen:1";
  CHECK(verify() == "");
  world.intermediate.extensions[NID_basic_constraints] = "critical,CA:TRUE,pathlen:0";
  CHECK(verify() == "path length constraint exceeded");
}

TEST_CASE("a critical extension that nobody knows is refused") {
  World world(new_ec_key());
  world.leaf.extensions[NID_netscape_comment] = "critical,something";
  CHECK(world.verify() == "unhandled critical extension");
  world.leaf.extensions[NID_netscape_comment] = "something";
  CHECK(world.verify() == "");
}

TEST_CASE("weak algorithms are refused: SHA-1, and RSA below 2048 bits") {
  World world(new_ec_key());
  world.leaf.digest = EVP_sha1();
  CHECK(world.verify() == "signed with SHA-1 or MD5");
  world.leaf.digest = EVP_sha384();
  CHECK(world.verify() == "");
  world.root.digest = EVP_sha1();  // a root's own signature says nothing
  CHECK(world.verify() == "");
  const Key weak = new_rsa_key(1024);
  world.intermediate.key = world.leaf.signer = weak.get();
  CHECK(world.verify() == "an RSA key below 2048 bits");
  const Key strong = new_rsa_key(2048);
  world.intermediate.key = world.leaf.signer = strong.get();
  CHECK(world.verify() == "");
}

TEST_CASE("a chain with an entry that is no certificate is refused, and one of more than ten") {
  const World world(new_ec_key());
  Bytes leaf = make(world.leaf);
  const Bytes between = make(world.intermediate);
  const Bytes root = make(world.root);
  CHECK(World::verify_as({leaf, Bytes{1, 2}}, {root}) == "an entry of the chain is no certificate");
  CHECK(World::verify_as(std::vector<Bytes>(11, leaf), {root}) == "more than ten certificates");
  leaf.push_back(0);
  CHECK(World::verify_as({leaf, between}, {root}) == "an entry of the chain is no certificate");
}

TEST_CASE("the key is read as the leaf of the tree has it, for each scheme, and for no other") {
  const auto verifier = make_awslc_certificate_verifier();
  struct Kind {
    SignatureScheme scheme;
    Key key;
  };
  std::vector<Kind> kinds;
  kinds.push_back({SignatureScheme::ecdsa_secp256r1_sha256, new_ec_key(NID_X9_62_prime256v1)});
  kinds.push_back({SignatureScheme::ecdsa_secp384r1_sha384, new_ec_key(NID_secp384r1)});
  kinds.push_back({SignatureScheme::ecdsa_secp521r1_sha512, new_ec_key(NID_secp521r1)});
  kinds.push_back({SignatureScheme::ed25519, new_ed25519_key()});
  for (const Kind& made : kinds) {
    World world(new_ec_key());
    world.leaf.key = made.key.get();
    const Bytes der = make(world.leaf);
    for (const Kind& asked : kinds) {
      const auto facts = verifier->parse(der, asked.scheme);
      CHECK(facts.has_value() == (asked.scheme == made.scheme));
      if (!facts) {
        CHECK(facts.error().rule == Rule::credential_x509_key);
      } else {
        CHECK(facts->signature_key == public_octets(made.key.get()));
        CHECK(check_public_key(made.scheme, facts->signature_key));
      }
    }
  }
}

TEST_CASE("an Ed448 key is read, but its certificate refused: the library cannot verify it") {
  World world(new_ec_key());
  world.leaf.ed448_key = true;
  const auto facts =
      make_awslc_certificate_verifier()->parse(make(world.leaf), SignatureScheme::ed448);
  REQUIRE(facts);
  CHECK(facts->signature_key.size() == 57);
  CHECK(world.verify() == "AWS-LC verifies no certificate of an Ed448 key");
}

TEST_CASE("an EC key whose curve is not named is refused") {
  World world(new_ec_key());
  world.leaf.unnamed_curve = true;
  CHECK(world.verify() != "");
  CHECK_FALSE(make_awslc_certificate_verifier()->parse(make(world.leaf),
                                                       SignatureScheme::ecdsa_secp256r1_sha256));
}

TEST_CASE("subject and first alternative name are DER, the latter with its kind") {
  const auto verifier = make_awslc_certificate_verifier();
  const SignatureScheme scheme = SignatureScheme::ecdsa_secp256r1_sha256;
  World world(new_ec_key());
  auto facts = *verifier->parse(make(world.leaf), scheme);
  CHECK(to_hex(facts.subject) == "300e310c300a06035504030c03616e61");
  REQUIRE(facts.first_alternative_name);
  CHECK(*facts.first_alternative_name == concat({Bytes{0x86, 18}, to_bytes("im:ana@example.org")}));
  world.leaf.extensions[NID_subject_alt_name] = "DNS:example.org";
  facts = *verifier->parse(make(world.leaf), scheme);
  CHECK(*facts.first_alternative_name == concat({Bytes{0x82, 11}, to_bytes("example.org")}));
  world.leaf.extensions.erase(NID_subject_alt_name);
  world.leaf.subject = "";
  facts = *verifier->parse(make(world.leaf), scheme);
  CHECK_FALSE(facts.first_alternative_name);
  CHECK(to_hex(facts.subject) == "3000");
}

TEST_CASE("what is not one whole certificate is refused by parse") {
  const auto verifier = make_awslc_certificate_verifier();
  const World world(new_ec_key());
  const Bytes der = make(world.leaf);
  for (std::size_t size = 0; size < der.size(); size += 7) {
    const auto facts =
        verifier->parse(ByteView(der).first(size), SignatureScheme::ecdsa_secp256r1_sha256);
    CHECK(facts.error().rule == Rule::credential_x509_key);
  }
  CHECK_FALSE(verifier->parse(concat({der, Bytes{0}}), SignatureScheme::ecdsa_secp256r1_sha256));
}

}  // namespace thicket::crypto
