// Each type of test group has its runner; it goes through the layer that decides encodings, as the
// protocol does.
#include "vectors/wycheproof.h"

#include <algorithm>
#include <stdexcept>

#include "crypto/encodings.h"
#include "crypto/kdf.h"
#include "vectors/json_case.h"
#include "vectors/outside.h"
#include "vectors/wycheproof_case.h"

namespace thicket::vectors {
namespace {

using nlohmann::json;
using namespace crypto;

HashId hash_named(const std::string& name) {
  if (name.ends_with("256")) return HashId::sha256;
  if (name.ends_with("384")) return HashId::sha384;
  if (name.ends_with("512")) return HashId::sha512;
  unknown("hash", name);
}

CaseResult run_aead(const Test& t) {
  const bool gcm = t.algorithm() == "AES-GCM";
  if (!gcm && t.algorithm() != "CHACHA20-POLY1305") unknown("AEAD", t.algorithm());
  const Bytes key = t.octets("key");
  const Bytes nonce = t.octets("iv");
  if (gcm && key.size() == 24) return outside_case(t.name, Outside::aes192);
  const AeadId aead = !gcm               ? AeadId::chacha20poly1305
                      : key.size() == 16 ? AeadId::aes128gcm
                                         : AeadId::aes256gcm;
  if (key.size() != key_size(aead)) return fail(t, "a key of no AEAD");
  if (nonce.size() != nonce_size(aead)) return outside_case(t.name, Outside::nonce_size);

  const Bytes aad = t.octets("aad");
  const Bytes text = t.octets("msg");
  const Bytes sealed = concat({t.octets("ct"), t.octets("tag")});
  Bytes opened(sealed.size() - std::min(sealed.size(), tag_size(aead)));
  const bool opens =
      sealed.size() >= tag_size(aead) && t.provider.open(aead, key, nonce, aad, sealed, opened);
  if (opens && opened != text) return fail(t, "opens to another text");
  if (!opens && !all_zero(opened)) return fail(t, "refused, but text came out");
  if (t.is("valid")) {
    Bytes made(text.size() + tag_size(aead));
    t.provider.seal(aead, key, nonce, aad, text, made);
    if (made != sealed) return fail(t, "seals to " + to_hex(made));
  }
  return expect(t, opens);
}

CaseResult run_mac(const Test& t) {
  if (!t.algorithm().starts_with("HMACSHA")) unknown("MAC", t.algorithm());
  const HashId hash = hash_named(t.algorithm());
  const Bytes tag = t.octets("tag");
  if (t.group.at("tagSize").get<std::size_t>() != 8 * size_of(hash)) {
    return outside_case(t.name, Outside::mac_tag_size);
  }
  const Bytes message = t.octets("msg");
  const ByteView part(message);
  Bytes made(size_of(hash));
  t.provider.hmac(hash, t.octets("key"), {&part, 1}, made);
  return expect(t, equal_ct(made, tag));
}

CaseResult run_hkdf(const Test& t) {
  if (!t.algorithm().starts_with("HKDF-SHA-")) unknown("KDF", t.algorithm());
  const HashId hash = hash_named(t.algorithm());
  const auto size = t.test.at("size").get<std::size_t>();
  if (size > hkdf_expand_max(hash)) return expect(t, false);
  Bytes prk(size_of(hash));
  Bytes okm(size);
  hkdf_extract(t.provider, hash, t.octets("salt"), {t.octets("ikm")}, prk);
  hkdf_expand(t.provider, hash, prk, {t.octets("info")}, okm);
  return expect(t, okm == t.octets("okm"));
}

// A number of any length as a private key of exactly the octets that its group has.
Bytes scalar_of(DhGroup group, Bytes number) {
  const std::size_t size = private_key_size(group);
  const auto first = std::find_if(number.begin(), number.end(), [](auto octet) { return octet; });
  number.erase(number.begin(), first);
  if (number.size() > size) throw std::runtime_error("a private key that is too long");
  number.insert(number.begin(), size - number.size(), 0);
  return number;
}

// The agreement's result must be the stated one, unless this one is of those that are to be
// refused.
CaseResult agree(const Test& t, DhGroup group, const Bytes& scalar, bool refuse) {
  const Bytes point = t.octets("public");
  const auto key = t.provider.dh_private(group, scalar);
  if (!key) return fail(t, "the private key is refused: " + describe(key.error()));
  const auto run = [&]() -> Result<DhSecret> {
    THICKET_TRY(check_public_key(group, point));
    const auto peer = THICKET_TRY(t.provider.dh_public(group, point));
    return t.provider.dh(group, **key, *peer);
  };
  const Result<DhSecret> shared = run();
  if (refuse) return shared ? fail(t, "accepted, but to be refused") : pass(t);
  if (!shared) return fail(t, "refused: " + describe(shared.error()));
  if (!equal_ct(shared->reveal(), t.octets("shared"))) return fail(t, "another shared secret");
  return pass(t);
}

CaseResult run_xdh(const Test& t) {
  if (t.curve() != "curve25519" && t.curve() != "curve448") unknown("curve", t.curve());
  const DhGroup group = t.curve() == "curve25519" ? DhGroup::x25519 : DhGroup::x448;
  return agree(t, group, t.octets("private"),
               t.is("invalid") || (t.is("acceptable") && all_zero(t.octets("shared"))));
}

CaseResult run_ecdh(const Test& t) {
  const std::string curve = t.curve();
  const DhGroup group = curve == "secp256r1"   ? DhGroup::p256
                        : curve == "secp384r1" ? DhGroup::p384
                        : curve == "secp521r1" ? DhGroup::p521
                                               : DhGroup::x25519;
  if (group == DhGroup::x25519) unknown("curve", curve);
  const Bytes point = t.octets("public");
  const bool compressed = !point.empty() && (point[0] == 0x02 || point[0] == 0x03);
  return agree(t, group, scalar_of(group, t.octets("private")),
               t.is("invalid") || (t.is("acceptable") && compressed));
}

// Wycheproof's valid signatures are strict DER, so that our check may decide all of them.
CaseResult verify(const Test& t, SignatureScheme scheme, const Bytes& public_key) {
  const Bytes message = t.octets("msg");
  const Bytes signature = t.octets("sig");
  const VerifyJob job{scheme, public_key, message, signature};
  return expect(t, t.provider.verify_many({&job, 1})[0]);
}

CaseResult run_ecdsa(const Test& t) {
  const json& key = t.group.at("publicKey");
  const auto curve = key.at("curve").get<std::string>();
  const HashId hash = hash_named(t.group.at("sha").get<std::string>());
  const Bytes point = octets_at(key, "uncompressed");
  if (curve == "secp256r1" && hash == HashId::sha256) {
    return verify(t, SignatureScheme::ecdsa_secp256r1_sha256, point);
  }
  if (curve == "secp384r1" && hash == HashId::sha384) {
    return verify(t, SignatureScheme::ecdsa_secp384r1_sha384, point);
  }
  if (curve == "secp521r1" && hash == HashId::sha512) {
    return verify(t, SignatureScheme::ecdsa_secp521r1_sha512, point);
  }
  unknown("curve and hash", curve);
}

CaseResult run_eddsa(const Test& t) {
  const json& key = t.group.at("publicKey");
  const auto curve = key.at("curve").get<std::string>();
  if (curve == "edwards25519") return verify(t, SignatureScheme::ed25519, octets_at(key, "pk"));
  if (curve == "edwards448") return verify(t, SignatureScheme::ed448, octets_at(key, "pk"));
  unknown("curve", curve);
}

CaseResult run_one(const Test& t) {
  const auto type = t.group.at("type").get<std::string>();
  const auto result = t.test.at("result").get<std::string>();
  if (result != "valid" && result != "invalid" && result != "acceptable") {
    unknown("result", result);
  }
  if (type == "XdhComp") return run_xdh(t);
  if (type == "EcdhEcpointTest") return run_ecdh(t);
  if (result == "acceptable") throw std::runtime_error("acceptable, which only agreements may be");
  if (type == "AeadTest") return run_aead(t);
  if (type == "MacTest") return run_mac(t);
  if (type == "HkdfTest") return run_hkdf(t);
  if (type == "EcdsaVerify") return run_ecdsa(t);
  if (type == "EddsaVerify") return run_eddsa(t);
  if (const auto lattice = run_lattice(t, type)) return *lattice;
  unknown("type of test group", type);
}

std::string name_of(const json& file, const json& test) {
  const auto text = [](const json& object, const char* field) -> std::string {
    if (!object.is_object() || !object.contains(field)) return "?";
    return object[field].is_string() ? object[field].get<std::string>() : object[field].dump();
  };
  const std::string comment = text(test, "comment");
  return text(file, "algorithm") + " " + text(test, "tcId") +
         (comment.empty() ? "" : " (" + comment + ")");
}

}  // namespace

bool is_wycheproof(const json& file) {
  return file.is_object() && file.contains("algorithm") && file.contains("testGroups");
}

Report run_wycheproof(const Provider& provider, const json& file) {
  Report report;
  for (const json& group : file.at("testGroups")) {
    for (const json& test : group.at("tests")) {
      report.push_back(guarded(name_of(file, test), test, [&](const std::string& name, auto& t) {
        return run_one({provider, file, group, t, name});
      }));
    }
  }
  return report;
}

}  // namespace thicket::vectors
