// HKDF over a provider's HMAC, and HPKE's labelled form of it.  RFC 5869 2.2, 2.3; RFC 9180 4.
// Inputs come in parts, so that nothing is copied to be put together. No allocation; what is
// derived on the way is wiped.
#pragma once

#include <initializer_list>

#include "crypto/provider.h"

namespace thicket::crypto {

using Parts = std::initializer_list<ByteView>;

// out.size() == size_of(hash). An empty salt stands for Nh zeros.
void hkdf_extract(const Provider& provider, HashId hash, ByteView salt, Parts ikm, ByteSpan out);

// RFC 5869 2.3: L <= 255 * HashLen.
constexpr std::size_t hkdf_expand_max(HashId hash) {
  return 255 * size_of(hash);
}
// At most hkdf_expand_max(hash) octets, and at most twelve parts.
void hkdf_expand(const Provider& provider, HashId hash, ByteView prk, Parts info, ByteSpan out);

// What HPKE puts before every label: the hash of the KDF, and suite_id: "KEM" or "HPKE" and
// identifiers.
struct LabelledKdf {
  const Provider& provider;
  HashId hash;
  ByteView suite_id;

  // RFC 9180 4: LabeledExtract. out.size() == size_of(hash).
  void extract(ByteView salt, std::string_view label, Parts ikm, ByteSpan out) const;
  // RFC 9180 4: LabeledExpand. At most six parts.
  void expand(ByteView prk, std::string_view label, Parts info, ByteSpan out) const;
};

}  // namespace thicket::crypto
