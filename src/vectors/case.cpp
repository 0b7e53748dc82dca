// Reading and comparing the fields of a case.
#include "vectors/case.h"

#include "crypto/encodings.h"

namespace thicket::vectors {

namespace {

// Long values are cut: the first octets tell which value it is.
std::string shown(ByteView octets) {
  if (octets.empty()) return "nothing";
  constexpr std::size_t most = 40;
  if (octets.size() <= most) return to_hex(octets);
  return to_hex(octets.first(most)) + "... (" + std::to_string(octets.size()) + " octets)";
}

std::size_t first_difference(ByteView a, ByteView b) {
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
  return i;
}

Bytes with_leading_zeros(Bytes octets, std::size_t size) {
  if (!octets.empty() && octets.size() < size) {
    octets.insert(octets.begin(), size - octets.size(), 0);
  }
  return octets;
}

}  // namespace

void Field::differs(std::string what) const {
  throw Difference{path_.empty() ? "case" : path_, std::move(what)};
}

Field Field::operator[](std::string_view name) const {
  holds(value_->is_object(), "not an object");
  const auto found = value_->find(name);
  if (found == value_->end()) differs("no field " + std::string(name));
  return Field(*found, path_.empty() ? std::string(name) : path_ + "." + std::string(name));
}

std::vector<Field> Field::elements() const {
  holds(value_->is_array(), "not an array");
  std::vector<Field> out;
  for (const nlohmann::json& element : *value_) {
    out.emplace_back(element, path_ + "[" + std::to_string(out.size()) + "]");
  }
  return out;
}

std::uint64_t Field::number(std::uint64_t max) const {
  holds(value_->is_number_unsigned(), "not a number");
  const auto number = value_->get<std::uint64_t>();
  holds(number <= max, "too large a number");
  return number;
}

std::string Field::text() const {
  holds(value_->is_string(), "not a string");
  return value_->get<std::string>();
}

Bytes Field::octets() const {
  auto octets = from_hex(text());
  if (!octets) differs("not hexadecimal");
  return std::move(*octets);
}

void Field::equals(ByteView got) const {
  const Bytes expected = octets();
  if (equal(expected, got)) return;
  const std::size_t at = first_difference(expected, got);
  const std::string where = at > 0 ? " (they differ at octet " + std::to_string(at) + ")" : "";
  differs("expected " + shown(expected) + ", got " + shown(got) + where);
}

void Field::equals(std::uint64_t got) const {
  if (is_null()) differs("expected nothing, got " + std::to_string(got));
  const std::uint64_t expected = number();
  if (expected != got) {
    differs("expected " + std::to_string(expected) + ", got " + std::to_string(got));
  }
}

void Field::is_absent() const {
  if (!is_null()) differs("expected " + value_->dump().substr(0, 100) + ", got nothing");
}

crypto::Crypto crypto_of(const Setting& setting, const Field& cipher_suite) {
  const auto id = static_cast<CipherSuite>(cipher_suite.number(0xffff));
  const crypto::Suite* suite = cipher_suite.accepted(setting.profile.suite_of(id));
  cipher_suite.holds(has(setting.provider, *suite), "the provider lacks an algorithm of the suite");
  return crypto::Crypto(setting.provider, *suite);
}

crypto::SignaturePrivateKey signer_of(const crypto::Crypto& crypto, const Field& priv,
                                      ByteView pub) {
  const SignatureScheme scheme = crypto.suite().signature;
  const bool scalar = !is_eddsa(scheme) && !is_mldsa(scheme);
  const std::size_t size = scalar ? crypto::private_key_size(scheme) : 0;
  auto key = priv.accepted(crypto.signature_key_from(with_leading_zeros(priv.octets(), size)));
  priv.holds(equal(key.public_key, pub), "is not the private half of the public key");
  return key;
}

crypto::KemPrivateKeyRef kem_key_of(const crypto::Crypto& crypto, const Field& priv, ByteView pub) {
  const crypto::KemId kem = crypto.suite().kem;
  const bool scalar = kem == crypto::KemId::dhkem_p256_hkdf_sha256 ||
                      kem == crypto::KemId::dhkem_p384_hkdf_sha384 ||
                      kem == crypto::KemId::dhkem_p521_hkdf_sha512;
  const std::size_t size = scalar ? crypto::kem_seed_size(kem) : 0;
  auto key = priv.accepted(
      crypto::import_private(crypto.provider(), kem, with_leading_zeros(priv.octets(), size)));
  priv.holds(equal(key->public_key(), pub), "is not the private half of the public key");
  return key;
}

Json hex(ByteView octets) {
  return to_hex(octets);
}

}  // namespace thicket::vectors
