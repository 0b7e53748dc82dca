// Secrets as vectors write them.
#pragma once

#include "vectors/case.h"

namespace thicket::vectors {

// Of any length that a secret can have.
template <class S>
S secret_of(const Field& field) {
  const Bytes octets = field.octets();
  field.holds(octets.size() <= S::capacity, "too long for a secret");
  return S(octets);
}

// A random one, of KDF.Nh octets.
template <class S>
S random_secret(const crypto::Crypto& crypto, Random& random) {
  return S(random.bytes(crypto.hash_size()));
}

}  // namespace thicket::vectors
