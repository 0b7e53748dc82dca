// External pre-shared keys into psk_secret.  RFC 9420 8.4.
#include "schedule/psk_secret.h"

#include "vectors/kinds.h"

namespace thicket::vectors {

namespace {

struct NamedPsk {
  PreSharedKeyID id;
  Bytes psk;
};

schedule::PskSecret secret_over(const crypto::Crypto& crypto, const std::vector<NamedPsk>& psks) {
  std::vector<schedule::PskInput> inputs;
  for (const NamedPsk& psk : psks) inputs.push_back({psk.id, psk.psk});
  return schedule::psk_secret(crypto, inputs);
}

}  // namespace

void check_psk_secret(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  std::vector<NamedPsk> psks;
  for (const Field& psk : test["psks"].elements()) {
    psks.push_back(
        {{ExternalPSK{psk["psk_id"].octets()}, psk["psk_nonce"].octets()}, psk["psk"].octets()});
  }
  test["psk_secret"].equals(secret_over(crypto, psks).reveal());
}

Json generate_psk_secret(const Source& source) {
  const crypto::Crypto crypto = source.crypto();
  const std::size_t size = crypto.hash_size();
  Json cases = Json::array();
  for (std::size_t count = 0; count <= 10; ++count) {
    std::vector<NamedPsk> psks;
    Json listed = Json::array();
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes id = source.random.bytes(size);
      const Bytes psk = source.random.bytes(size);
      const Bytes nonce = source.random.bytes(size);
      listed.push_back({{"psk_id", hex(id)}, {"psk", hex(psk)}, {"psk_nonce", hex(nonce)}});
      psks.push_back({{ExternalPSK{id}, nonce}, psk});
    }
    Json test;
    test["cipher_suite"] = static_cast<unsigned>(crypto.suite().id);
    test["psks"] = std::move(listed);
    test["psk_secret"] = hex(secret_over(crypto, psks).reveal());
    cases.push_back(std::move(test));
  }
  return cases;
}

}  // namespace thicket::vectors
