// The cipher suites as rows of one table.  RFC 9420 5.1, 17.1.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "crypto/algorithms.h"

namespace thicket::crypto {

struct Suite {
  CipherSuite id;
  std::string_view name;
  KemId kem;
  KdfId kdf;
  AeadId aead;
  HashId hash;  // the suite's hash and that of its KDF and MAC
  SignatureScheme signature;
  bool operator==(const Suite&) const = default;
};

std::span<const Suite> all_suites();

// The row of `id`; Rule::unknown_suite if there is none. The row lives as long as the program.
Result<const Suite*> suite_of(CipherSuite id);
// By name, decimal or 0x hexadecimal number, as people write it.
Result<const Suite*> suite_named(std::string_view text);

}  // namespace thicket::crypto
