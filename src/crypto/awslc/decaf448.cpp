// The only file that includes libdecaf.
#include "crypto/awslc/decaf448.h"

#include "base/assert.h"
#include "base/zeroise.h"

#if __has_include(<decaf/ed448.h>)

#include <decaf.h>
#include <decaf/ed448.h>

#include <algorithm>

namespace thicket::crypto::awslc {
namespace {

// libdecaf wants a context that is not null, even for none (RFC 8032 5.2: the context is then the
// empty string).
constexpr std::uint8_t no_context = 0;

// libdecaf leaves copies of the scalar in its frames, hence zeroise_stack_below() after its calls.

}  // namespace

bool decaf448_is_there() {
  return true;
}

void x448_public(ByteView scalar, ByteSpan out) {
  THICKET_ASSERT(scalar.size() == DECAF_X448_PRIVATE_BYTES && out.size() == scalar.size());
  decaf_x448_derive_public_key(out.data(), scalar.data());
  zeroise_stack_below();
}

bool x448(ByteView scalar, ByteView point, ByteSpan out) {
  THICKET_ASSERT(scalar.size() == DECAF_X448_PRIVATE_BYTES && out.size() == scalar.size());
  THICKET_ASSERT(point.size() == DECAF_X448_PUBLIC_BYTES);
  const decaf_error_t done = decaf_x448(out.data(), point.data(), scalar.data());
  zeroise_stack_below();
  return done == DECAF_SUCCESS;
}

Ed448KeyPair::Ed448KeyPair(ByteView seed) {
  THICKET_ASSERT(seed.size() == DECAF_EDDSA_448_PRIVATE_BYTES);
  std::copy(seed.begin(), seed.end(), octets_.begin());
  decaf_ed448_derive_public_key(octets_.data() + seed.size(), octets_.data());
  zeroise_stack_below();
}

Ed448KeyPair::~Ed448KeyPair() {
  zeroise(octets_);
}

Bytes Ed448KeyPair::sign(ByteView message) const {
  decaf_eddsa_448_keypair_t pair;
  std::copy_n(octets_.data(), DECAF_EDDSA_448_PRIVATE_BYTES, pair->privkey);
  std::copy_n(public_key().data(), DECAF_EDDSA_448_PUBLIC_BYTES, pair->pubkey);
  Bytes signature(DECAF_EDDSA_448_SIGNATURE_BYTES);
  decaf_ed448_keypair_sign(signature.data(), pair, message.data(), message.size(), 0, &no_context,
                           0);
  decaf_ed448_keypair_destroy(pair);
  zeroise_stack_below();
  return signature;
}

bool ed448_verify(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != DECAF_EDDSA_448_PUBLIC_BYTES) return false;
  if (signature.size() != DECAF_EDDSA_448_SIGNATURE_BYTES) return false;
  return decaf_ed448_verify(signature.data(), public_key.data(), message.data(), message.size(), 0,
                            &no_context, 0) == DECAF_SUCCESS;
}

}  // namespace thicket::crypto::awslc

#else

namespace thicket::crypto::awslc {

bool decaf448_is_there() {
  return false;
}
void x448_public(ByteView, ByteSpan) {
  THICKET_ASSERT(decaf448_is_there());
}
bool x448(ByteView, ByteView, ByteSpan) {
  THICKET_ASSERT(decaf448_is_there());
  return false;
}
Ed448KeyPair::Ed448KeyPair(ByteView) {
  THICKET_ASSERT(decaf448_is_there());
}
Ed448KeyPair::~Ed448KeyPair() {
  zeroise(octets_);
}
Bytes Ed448KeyPair::sign(ByteView) const {
  return {};
}
bool ed448_verify(ByteView, ByteView, ByteView) {
  THICKET_ASSERT(decaf448_is_there());
  return false;
}

}  // namespace thicket::crypto::awslc

#endif
