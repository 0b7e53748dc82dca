// The P curves on AWS-LC's EC_KEY.
#include "crypto/awslc/ec.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdh.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "crypto/encodings.h"

namespace thicket::crypto::awslc {
namespace {

struct ClearFree {
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
};

const EC_GROUP* group_of(DhGroup curve) {
  switch (curve) {
    case DhGroup::p256:
      return EC_group_p256();
    case DhGroup::p384:
      return EC_group_p384();
    case DhGroup::p521:
      return EC_group_p521();
    case DhGroup::x25519:
    case DhGroup::x448:
      break;
  }
  assertion_failed("a P curve", __FILE_NAME__, __LINE__);
}

EcKey key_on(DhGroup curve) {
  EcKey key(EC_KEY_new());
  if (!key || EC_KEY_set_group(key.get(), group_of(curve)) != 1) {
    throw MachineFailure("AWS-LC: EC_KEY_new");
  }
  return key;
}

}  // namespace

Result<EcKey> ec_private(DhGroup curve, ByteView scalar) {
  THICKET_TRY(check_private_key(curve, scalar));
  EcKey key = key_on(curve);
  const std::unique_ptr<BIGNUM, ClearFree> number(BN_bin2bn(scalar.data(), scalar.size(), nullptr));
  if (!number) throw MachineFailure("AWS-LC: BN_bin2bn");
  if (EC_KEY_set_private_key(key.get(), number.get()) != 1) {
    ERR_clear_error();
    return broken(Rule::private_key_encoding);
  }
  return key;
}

Result<EcKey> ec_public(DhGroup curve, ByteView point) {
  THICKET_TRY(check_public_key(curve, point));
  EcKey key = key_on(curve);
  const bssl::UniquePtr<EC_POINT> parsed(EC_POINT_new(group_of(curve)));
  if (!parsed) throw MachineFailure("AWS-LC: EC_POINT_new");
  if (EC_POINT_oct2point(group_of(curve), parsed.get(), point.data(), point.size(), nullptr) != 1 ||
      EC_KEY_set_public_key(key.get(), parsed.get()) != 1) {
    ERR_clear_error();
    return broken(Rule::public_key_encoding).because("not a point of the curve");
  }
  return key;
}

Bytes ec_public_of(const EC_KEY& key) {
  const EC_GROUP* group = EC_KEY_get0_group(&key);
  const bssl::UniquePtr<EC_POINT> point(EC_POINT_new(group));
  Bytes out(1 + 2 * ((EC_GROUP_get_degree(group) + 7) / 8));
  if (!point ||
      EC_POINT_mul(group, point.get(), EC_KEY_get0_private_key(&key), nullptr, nullptr, nullptr) !=
          1 ||
      EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(),
                         nullptr) != out.size()) {
    throw MachineFailure("AWS-LC: EC_POINT_mul");
  }
  return out;
}

Result<void> ec_dh(const EC_KEY& key, const EC_KEY& peer, ByteSpan out) {
  const int size =
      ECDH_compute_key(out.data(), out.size(), EC_KEY_get0_public_key(&peer), &key, nullptr);
  if (size >= 0 && static_cast<std::size_t>(size) == out.size()) return {};
  ERR_clear_error();
  return broken(Rule::public_key_encoding).because("not a point of the curve");
}

Bytes ecdsa_sign(const EC_KEY& key, ByteView digest) {
  Bytes out(ECDSA_size(&key));
  unsigned size = 0;
  if (ECDSA_sign(0, digest.data(), digest.size(), out.data(), &size, &key) != 1) {
    throw MachineFailure("AWS-LC: ECDSA_sign");
  }
  out.resize(size);
  return out;
}

bool ecdsa_verify(const EC_KEY& key, ByteView digest, ByteView signature) {
  if (ECDSA_verify(0, digest.data(), digest.size(), signature.data(), signature.size(), &key) ==
      1) {
    return true;
  }
  ERR_clear_error();
  return false;
}

}  // namespace thicket::crypto::awslc
