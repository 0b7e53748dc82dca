// RFC 9180 appendix A, for every KEM, KDF and AEAD that is there.
#include "vectors/hpke.h"

#include <functional>
#include <stdexcept>

#include "crypto/encodings.h"
#include "crypto/hpke.h"
#include "crypto/ml_kem.h"
#include "vectors/json_case.h"
#include "vectors/outside.h"
#include "vectors/shake128.h"

namespace thicket::vectors {
namespace {

using nlohmann::json;
using namespace crypto;

// draft-ietf-hpke-pq: SHAKE128 and SHAKE256, whose key schedule is another one.
bool is_one_stage(KdfId kdf) {
  return kdf == KdfId{0x0010} || kdf == KdfId{0x0011};
}

// Throws for an identifier that is not one of ours: the case then fails.
HpkeSuite suite_in(const json& object) {
  const auto kem = KemId{object.at("kem_id").get<std::uint16_t>()};
  const auto kdf = KdfId{object.at("kdf_id").get<std::uint16_t>()};
  const auto aead = AeadId{object.at("aead_id").get<std::uint16_t>()};
  switch (kem) {
    case KemId::dhkem_p256_hkdf_sha256:
    case KemId::dhkem_p384_hkdf_sha384:
    case KemId::dhkem_p521_hkdf_sha512:
    case KemId::dhkem_x25519_hkdf_sha256:
    case KemId::dhkem_x448_hkdf_sha512:
    case KemId::ml_kem_512:
    case KemId::ml_kem_768:
    case KemId::ml_kem_1024:
    case KemId::mlkem768_p256:
    case KemId::mlkem1024_p384:
    case KemId::mlkem768_x25519:
      break;
    default:
      throw std::runtime_error("an unknown KEM");
  }
  const bool two_stages = kdf >= KdfId::hkdf_sha256 && kdf <= KdfId::hkdf_sha512;
  if (!two_stages && !is_one_stage(kdf)) throw std::runtime_error("unknown KDF");
  if (aead < AeadId::aes128gcm || aead > AeadId::chacha20poly1305) {
    throw std::runtime_error("an unknown AEAD");
  }
  return {kem, kdf, aead};
}

// Throws, naming the field, unless `got` is what stands there.
void expect(const json& object, const char* field, ByteView got) {
  if (octets_at(object, field) != to_bytes(got)) {
    throw std::runtime_error(std::string(field) + ": got " + to_hex(got));
  }
}
void expect_if_there(const json& object, const char* field, ByteView got) {
  if (object.contains(field)) expect(object, field, got);
}

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  return *std::move(result);
}

Bytes sealed_by(HpkeContext& sender, ByteView aad, ByteView text, AeadId aead) {
  Bytes out(text.size() + tag_size(aead));
  sender.seal(aad, text, out);
  return out;
}

struct Sides {
  HpkeContext& sender;
  HpkeContext& recipient;
  AeadId aead;
};

void run_encryptions(const json& object, const Sides& sides) {
  for (const json& one : object.at("encryptions")) {
    const Bytes aad = octets_at(one, "aad");
    const Bytes text = octets_at(one, "pt");
    const Bytes sealed = sealed_by(sides.sender, aad, text, sides.aead);
    expect(one, "ct", sealed);
    expect(one, "pt", value_of(sides.recipient.open(aad, sealed)).reveal());
  }
}

void run_exports(const json& object, const Sides& sides) {
  for (const json& one : object.at("exports")) {
    Bytes value(one.at("L").get<std::size_t>());
    for (const HpkeContext* side : {&sides.sender, &sides.recipient}) {
      side->export_secret(octets_at(one, "exporter_context"), value);
      expect(one, "exported_value", value);
    }
  }
}

Bytes draw(Shake128& source) {
  return source.squeeze(source.squeeze(1)[0]);
}

void run_accumulated_encryptions(const json& object, const Sides& sides) {
  Shake128 source;
  Shake128 sink;
  for (int i = 0; i < 1000; ++i) {
    const Bytes aad = draw(source);
    const Bytes text = draw(source);
    const Bytes sealed = sealed_by(sides.sender, aad, text, sides.aead);
    sink.absorb(sealed);
    if (!equal(value_of(sides.recipient.open(aad, sealed)).reveal(), text)) {
      throw std::runtime_error("a message opens to another text");
    }
  }
  expect(object, "encryptions_accumulated", sink.squeeze(16));
}

void run_accumulated_exports(const json& object, const Sides& sides) {
  Shake128 source;
  Shake128 sink;
  for (std::size_t size = 0; size < 1000; ++size) {
    const Bytes context = draw(source);
    Bytes sent(size);
    Bytes received(size);
    sides.sender.export_secret(context, sent);
    sides.recipient.export_secret(context, received);
    if (sent != received) throw std::runtime_error("the sides export different secrets");
    sink.absorb(sent);
  }
  expect(object, "exports_accumulated", sink.squeeze(16));
}

void run_contexts(const json& object, const Sides& sides) {
  bool any = false;
  const auto run_if_there = [&](const char* field, auto&& run) {
    if (!object.contains(field)) return;
    any = true;
    run(object, sides);
  };
  run_if_there("encryptions", run_encryptions);
  run_if_there("exports", run_exports);
  run_if_there("encryptions_accumulated", run_accumulated_encryptions);
  run_if_there("exports_accumulated", run_accumulated_exports);
  if (!any) throw std::runtime_error("neither encryptions nor exports");
}

CaseResult run_one(const Provider& provider, const std::string& name, const json& object) {
  if (object.at("mode").get<unsigned>() != 0) return outside_case(name, Outside::hpke_mode);
  if (object.at("aead_id").get<unsigned>() == 0xffff) {
    return outside_case(name, Outside::hpke_export_only);
  }
  const HpkeSuite suite = suite_in(object);
  const KemPrivateKeyRef key = derive_key_pair(provider, suite.kem, octets_at(object, "ikmR"));
  expect(object, "skRm", key->reveal());
  expect(object, "pkRm", key->public_key());
  if (!is_ml_kem(suite.kem)) {  // else ikmE is the randomness of the encapsulation itself
    const KemPrivateKeyRef ephemeral =
        derive_key_pair(provider, suite.kem, octets_at(object, "ikmE"));
    expect_if_there(object, "skEm", ephemeral->reveal());
    expect_if_there(object, "pkEm", ephemeral->public_key());
  }
  const Encapsulated sent =
      value_of(encapsulate(provider, suite.kem, key->public_key(), octets_at(object, "ikmE")));
  expect(object, "enc", sent.kem_output);
  const KemSecret received = value_of(decapsulate(provider, *key, sent.kem_output));
  if (!equal_ct(sent.shared_secret.reveal(), received.reveal())) {
    throw std::runtime_error("encapsulation and decapsulation differ");
  }
  expect_if_there(object, "shared_secret", received.reveal());
  if (is_one_stage(suite.kdf)) return outside_case(name, Outside::hpke_one_stage);
  const Bytes schedule = hpke_schedule_context(provider, suite, {octets_at(object, "info")});
  expect_if_there(object, "key_schedule_context", schedule);
  HpkeContext sender(provider, suite, sent.shared_secret, schedule);
  HpkeContext recipient(provider, suite, received, schedule);
  run_contexts(object, {sender, recipient, suite.aead});
  return {CaseResult::passed, name, ""};
}

std::string name_of(const json& object) {
  std::string name = "HPKE";
  for (const char* field : {"mode", "kem_id", "kdf_id", "aead_id"}) {
    name += std::string(" ") + field + " ";
    name += object.is_object() && object.contains(field) ? object[field].dump() : "?";
  }
  return name;
}

}  // namespace

bool is_hpke(const json& file) {
  return file.is_array() && !file.empty() && file[0].is_object() && file[0].contains("kem_id") &&
         file[0].contains("enc");
}

Report run_hpke(const Provider& provider, const json& file) {
  Report report;
  for (const json& object : file) {
    report.push_back(guarded(name_of(object), object, [&](const std::string& name, auto& o) {
      return run_one(provider, name, o);
    }));
  }
  return report;
}

}  // namespace thicket::vectors
