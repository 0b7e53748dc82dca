// The cipher suites as rows of one table.  RFC 9420 5.1, 17.1; draft-ietf-mls-pq-ciphersuites-06.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "crypto/algorithms.h"

namespace thicket::crypto {

class Provider;

// What protects: mathematics that a quantum computer breaks, mathematics that it is not known to
// break, or both at once, so that one may fall.
enum class Strength : std::uint8_t { classical, hybrid, post_quantum };
std::string_view name_of(Strength strength);

struct Suite {
  CipherSuite id;  // the code point, in the wire profile that the row is of
  std::string_view name;
  KemId kem;
  KdfId kdf;
  AeadId aead;
  HashId hash;  // the suite's hash and that of its KDF and MAC
  SignatureScheme signature;
  KemDerivation derivation = KemDerivation::labelled;
  std::string_view profile = "thicket";  // whose code point and derivation these are

  Strength confidentiality() const;
  Strength authentication() const;
  bool operator==(const Suite&) const = default;
};

// The suites of the default wire profile: RFC 9420's seven, then the draft's eleven in its order.
std::span<const Suite> all_suites();

// The row of `id` in the default wire profile; Rule::unknown_suite if there is none. The row lives
// as long as the program.
Result<const Suite*> suite_of(CipherSuite id);
// The same by name, decimal or 0x hexadecimal number, as people write it.
Result<const Suite*> suite_named(std::string_view text);

// That a provider has every algorithm of the suite.
bool has(const Provider& provider, const Suite& suite);

}  // namespace thicket::crypto
