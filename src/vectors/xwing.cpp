// X-Wing as a KEM of its own: the private key is the seed, and the encapsulation's randomness is
// given.
#include "vectors/xwing.h"

#include <stdexcept>

#include "crypto/kem.h"
#include "vectors/json_case.h"

namespace thicket::vectors {
namespace {

using crypto::KemId;
using nlohmann::json;

void expect(const json& object, const char* field, ByteView got) {
  if (octets_at(object, field) == to_bytes(got)) return;
  throw std::runtime_error(std::string(field) + ": got " + to_hex(got));
}

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  return *std::move(result);
}

CaseResult run_one(const crypto::Provider& provider, const std::string& name, const json& object) {
  constexpr KemId kem = KemId::mlkem768_x25519;
  expect(object, "sk", octets_at(object, "seed"));
  const auto key = value_of(crypto::import_private(provider, kem, octets_at(object, "sk")));
  expect(object, "pk", key->public_key());
  const auto sent =
      value_of(crypto::encapsulate(provider, kem, key->public_key(), octets_at(object, "eseed")));
  expect(object, "ct", sent.kem_output);
  expect(object, "ss", sent.shared_secret.reveal());
  expect(object, "ss", value_of(crypto::decapsulate(provider, *key, sent.kem_output)).reveal());
  return {CaseResult::passed, name, ""};
}

}  // namespace

bool is_xwing(const json& file) {
  return file.is_array() && !file.empty() && file[0].is_object() && file[0].contains("eseed") &&
         file[0].contains("ct");
}

Report run_xwing(const crypto::Provider& provider, const json& file) {
  Report report;
  for (const json& object : file) {
    report.push_back(guarded(
        "X-Wing " + std::to_string(report.size()), object,
        [&](const std::string& name, const json& test) { return run_one(provider, name, test); }));
  }
  return report;
}

}  // namespace thicket::vectors
