// Wycheproof's files for ML-KEM and ML-DSA.  FIPS 203, FIPS 204.
#include "crypto/encodings.h"
#include "vectors/outside.h"
#include "vectors/wycheproof_case.h"

namespace thicket::vectors {
namespace {

using namespace crypto;

MlKem set_of(const Test& t) {
  const auto name = t.group.at("parameterSet").get<std::string>();
  if (name == "ML-KEM-512") return MlKem::ml_kem_512;
  if (name == "ML-KEM-768") return MlKem::ml_kem_768;
  if (name == "ML-KEM-1024") return MlKem::ml_kem_1024;
  unknown("parameter set", name);
}

CaseResult run_ml_kem(const Test& t) {
  const MlKem set = set_of(t);
  const auto key = t.provider.ml_kem_private(set, t.octets("seed"));
  const Bytes ciphertext = t.octets("c");
  if (!key || ciphertext.size() != ciphertext_size(set)) return expect(t, false);
  if (t.test.contains("ek") && t.provider.ml_kem_public_of(set, **key) != t.octets("ek")) {
    return fail(t, "another public key");
  }
  const MlKemSecret secret = t.provider.ml_kem_decapsulate(set, **key, ciphertext);
  return expect(t, equal_ct(secret.reveal(), t.octets("K")));
}

CaseResult run_ml_kem_encaps(const Test& t) {
  const MlKem set = set_of(t);
  const auto key = t.provider.ml_kem_public(set, t.octets("ek"));
  if (!key) return expect(t, false);
  const MlKemEncapsulated made = t.provider.ml_kem_encapsulate(set, **key, t.octets("m"));
  return expect(
      t, made.ciphertext == t.octets("c") && equal_ct(made.shared_secret.reveal(), t.octets("K")));
}

// The expanded private key is nothing that a provider gives out; what it holds beside the secret
// vector is: ek, H(ek) and z (FIPS 203 6.1).
CaseResult run_ml_kem_keygen(const Test& t) {
  const MlKem set = set_of(t);
  const Bytes seed = t.octets("seed");
  const auto key = t.provider.ml_kem_private(set, seed);
  if (!key) return expect(t, false);
  const Bytes ek = t.provider.ml_kem_public_of(set, **key);
  Bytes hash(size_of(HashId::sha3_256));
  const ByteView part(ek);
  t.provider.hash(HashId::sha3_256, {&part, 1}, hash);
  const Bytes tail = concat({ek, hash, ByteView(seed).subspan(32)});
  const Bytes dk = t.octets("dk");
  const bool ends = dk.size() > tail.size() && equal(ByteView(dk).last(tail.size()), tail);
  return expect(t, ek == t.octets("ek") && ends);
}

SignatureScheme scheme_of(const Test& t) {
  const std::string name = t.algorithm();
  if (name == "ML-DSA-44") return SignatureScheme::mldsa44;
  if (name == "ML-DSA-65") return SignatureScheme::mldsa65;
  if (name == "ML-DSA-87") return SignatureScheme::mldsa87;
  unknown("algorithm", name);
}

bool has_context(const Test& t) {
  return t.test.contains("ctx") && !t.octets("ctx").empty();
}

bool verifies(const Test& t, const Bytes& public_key, const Bytes& signature) {
  const Bytes message = t.octets("msg");
  const VerifyJob job{scheme_of(t), public_key, message, signature};
  return t.provider.verify_many({&job, 1})[0];
}

CaseResult run_ml_dsa_verify(const Test& t) {
  if (has_context(t)) return outside_case(t.name, Outside::mldsa_context);
  return expect(t, verifies(t, octets_at(t.group, "publicKey"), t.octets("sig")));
}

CaseResult run_ml_dsa_sign(const Test& t) {
  if (has_context(t)) return outside_case(t.name, Outside::mldsa_context);
  if (!t.test.contains("msg")) return outside_case(t.name, Outside::mldsa_external_mu);
  const SignatureScheme scheme = scheme_of(t);
  const auto key = t.provider.signing_key(scheme, octets_at(t.group, "privateSeed"));
  if (!key) return expect(t, false);
  const Bytes public_key = t.provider.public_of(scheme, **key);
  if (t.group.contains("publicKey") && t.group["publicKey"].is_string() &&
      octets_at(t.group, "publicKey") != public_key) {
    return fail(t, "another public key");
  }
  const Bytes message = t.octets("msg");
  const Bytes made = t.provider.sign(scheme, **key, message);
  const bool same = made == t.octets("sig");
  const bool hedged = t.provider.sign(scheme, **key, message) != made;
  if (!same && !hedged && !t.test.contains("rnd")) return fail(t, "another signature");
  if (!verifies(t, public_key, t.octets("sig"))) return expect(t, false);
  if (!verifies(t, public_key, made)) return fail(t, "our own signature does not verify");
  CaseResult result = expect(t, true);
  if (!same && result.verdict == CaseResult::passed) result.detail = hedged_signing();
  return result;
}

}  // namespace

std::optional<CaseResult> run_lattice(const Test& t, const std::string& type) {
  if (type == "MLKEMTest") return run_ml_kem(t);
  if (type == "MLKEMEncapsTest") return run_ml_kem_encaps(t);
  if (type == "MLKEMKeyGen") return run_ml_kem_keygen(t);
  if (type == "MlDsaVerify") return run_ml_dsa_verify(t);
  if (type == "MlDsaSign") return run_ml_dsa_sign(t);
  return std::nullopt;
}

}  // namespace thicket::vectors
