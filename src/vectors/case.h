// One case of test vectors, as JSON: every field is read by a path, and what is wrong is said with
// that path. A check ends at its first difference, by an exception that never leaves this folder.
#pragma once

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "codec/codec.h"
#include "crypto/crypto.h"
#include "crypto/wire_profile.h"

namespace thicket::vectors {

// What is generated keeps the order in which it is written.
using Json = nlohmann::ordered_json;

// Thrown where a case does not hold.
struct Difference {
  std::string field;
  std::string what;
};

// A value in a case. Views the JSON, which outlives it.
class Field final {
 public:
  explicit Field(const nlohmann::json& value, std::string path = {})
      : value_(&value), path_(std::move(path)) {}

  // Throw Difference if it is absent or of another type.
  Field operator[](std::string_view name) const;
  std::vector<Field> elements() const;
  std::uint64_t number(std::uint64_t max = UINT64_MAX) const;
  std::size_t size(std::size_t max) const { return static_cast<std::size_t>(number(max)); }
  std::string text() const;
  Bytes octets() const;  // of a hexadecimal string
  template <class T>
  T decoded() const {
    return accepted(codec::decode<T>(octets()));
  }

  bool is_null() const { return value_->is_null(); }
  const std::string& path() const { return path_; }

  // Throw Difference with expected and got.
  void equals(ByteView got) const;
  void equals(std::uint64_t got) const;
  void is_absent() const;
  [[noreturn]] void differs(std::string what) const;
  void holds(bool condition, std::string_view what) const {
    if (!condition) differs(std::string(what));
  }

  // The value of a result that this field makes; its error is the difference.
  template <class T>
  T accepted(Result<T> result) const {
    if (!result) differs(describe(result.error()));
    return *std::move(result);
  }
  void accepted(Result<void> result) const {
    if (!result) differs(describe(result.error()));
  }
  // Whatever `result` is of, it must have been refused.
  template <class T>
  void refused(const Result<T>& result, std::string_view what) const {
    holds(!result.has_value(), "accepted: " + std::string(what));
  }

 private:
  const nlohmann::json* value_;
  std::string path_;
};

// What vectors are run on, and what their code points mean.
struct Setting {
  const crypto::Provider& provider;
  const crypto::WireProfile& profile;
};

// The suite that a case names.
crypto::Crypto crypto_of(const Setting& setting, const Field& cipher_suite);

// Private keys, which must be the halves of `pub`. Of a scalar some official cases leave out
// leading zeros, which is no encoding of ours: they are put back here.
crypto::SignaturePrivateKey signer_of(const crypto::Crypto& crypto, const Field& priv,
                                      ByteView pub);
crypto::KemPrivateKeyRef kem_key_of(const crypto::Crypto& crypto, const Field& priv, ByteView pub);

// Hexadecimal, as vectors write octets.
Json hex(ByteView octets);
template <class T>
Json hex_of(const T& value) {
  return hex(codec::encode(value));
}

}  // namespace thicket::vectors
