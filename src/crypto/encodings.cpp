// Lengths, point forms, strict DER and canonical EdDSA values, decided here for every provider
// alike. RFC 9420 5.1.1, 5.1.2; RFC 9180 7.1.1; RFC 8032 5.1.3, 5.1.7, 5.2.3, 5.2.7; RFC 3279 2.2.3
// on X.690 (DER).
#include "crypto/encodings.h"

#include <algorithm>
#include <array>
#include <string>

namespace thicket::crypto {
namespace {

constexpr std::uint8_t nibble(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

// A big-endian number written in hexadecimal.
template <std::size_t N>
constexpr std::array<std::uint8_t, (N - 1) / 2> number(const char (&hex)[N]) {
  static_assert(N % 2 == 1);
  std::array<std::uint8_t, (N - 1) / 2> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
  }
  return out;
}

// Orders of the groups: SEC 2 for the P curves, RFC 8032 5.1 and 5.2 for L.
constexpr auto order_p256 =
    number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
constexpr auto order_p384 = number(
    "ffffffffffffffffffffffffffffffffffffffffffffffff"
    "c7634d81f4372ddf581a0db248b0a77aecec196accc52973");
constexpr auto order_p521 = number(
    "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
    "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409");
constexpr auto order_25519 =
    number("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
constexpr auto order_448 = number(
    "003fffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "7cca23e9c44edb49aed63690216cc2728dc58f552378c292ab5844f3");
constexpr auto prime_25519 =
    number("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
constexpr auto prime_448 = number(
    "00fffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

ByteView order_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_secp256r1_sha256:
      return order_p256;
    case SignatureScheme::ecdsa_secp384r1_sha384:
      return order_p384;
    case SignatureScheme::ecdsa_secp521r1_sha512:
      return order_p521;
    case SignatureScheme::ed25519:
      return order_25519;
    case SignatureScheme::ed448:
      return order_448;
    case SignatureScheme::mldsa44:
    case SignatureScheme::mldsa65:
    case SignatureScheme::mldsa87:
      break;
  }
  return {};
}

// Big-endian numbers of any length; public values only.
bool less(ByteView a, ByteView b) {
  const std::size_t size = std::max(a.size(), b.size());
  for (std::size_t i = size; i > 0; --i) {
    const std::uint8_t x = i <= a.size() ? a[a.size() - i] : 0;
    const std::uint8_t y = i <= b.size() ? b[b.size() - i] : 0;
    if (x != y) return x < y;
  }
  return false;
}

// A verdict over a secret, 0 or 1, which the refusal makes known to everybody. The one place of
// ours that branches on a secret: tests/constant_time knows it by its name.
[[gnu::noinline]] Result<void> refused_if(unsigned wrong, Rule rule, const char* detail) {
  if (wrong != 0) return broken(rule).because(detail);
  return {};
}

// 1 if 0 < value < order, without a branch on the octets: the value is secret.
unsigned in_scalar_range(ByteView value, ByteView order) {
  unsigned borrow = 0;
  for (std::size_t i = order.size(); i > 0; --i) {
    borrow = ((unsigned{value[i - 1]} - unsigned{order[i - 1]} - borrow) >> 8) & 1;
  }
  return borrow & static_cast<unsigned>(!all_zero(value));
}

Error bad_key(std::string detail) {
  return broken(Rule::public_key_encoding).because(std::move(detail));
}
Error bad_signature(std::string detail) {
  return broken(Rule::signature_encoding).because(std::move(detail));
}

Result<void> check_length(ByteView key, std::size_t size) {
  if (key.size() == size) return {};
  return bad_key(std::to_string(key.size()) + " octets, not " + std::to_string(size));
}

Result<void> check_uncompressed(ByteView key, std::size_t size) {
  THICKET_TRY(check_length(key, size));
  if (key[0] != 0x04) return bad_key("not an uncompressed point");
  return {};
}

// RFC 8032 5.1.3: "If the resulting value is >= p, decoding fails." and "If x = 0, and the least
// significant bit of the final octet is 1, then decoding fails." (5.2.3 likewise). x = 0 exactly
// for y = 1 and y = p - 1.
Result<void> check_edwards(ByteView key, ByteView prime) {
  THICKET_TRY(check_length(key, prime.size()));
  std::array<std::uint8_t, 57> y{};
  std::reverse_copy(key.begin(), key.end(), y.begin());
  const bool sign = (y[0] & 0x80) != 0;
  y[0] &= 0x7f;
  const ByteView value(y.data(), key.size());
  if (!less(value, prime)) return bad_key("the coordinate is not less than p");
  if (!sign) return {};
  std::array<std::uint8_t, 57> last{};
  std::copy(prime.begin(), prime.end(), last.begin());
  last[prime.size() - 1] -= 1;
  constexpr std::array<std::uint8_t, 1> one{1};
  const bool x_is_zero =
      (!less(value, one) && !less(one, value)) || equal(value, ByteView(last.data(), prime.size()));
  if (x_is_zero) return bad_key("the sign of zero is set");
  return {};
}

Result<void> check_eddsa(ByteView signature, ByteView order) {
  const std::size_t half = order.size();
  if (signature.size() != 2 * half) {
    return bad_signature(std::to_string(signature.size()) + " octets, not " +
                         std::to_string(2 * half));
  }
  std::array<std::uint8_t, 57> s{};
  std::reverse_copy(signature.begin() + static_cast<std::ptrdiff_t>(half), signature.end(),
                    s.begin());
  if (!less(ByteView(s.data(), half), order)) return bad_signature("S is not less than L");
  return {};
}

// The content of the DER value with `tag` at the front of `in`, which is moved behind it; empty if
// it is not strict.
std::optional<ByteView> read_der(ByteView& in, std::uint8_t tag) {
  if (in.size() < 2 || in[0] != tag) return std::nullopt;
  std::size_t length = in[1];
  std::size_t head = 2;
  if (length == 0x81) {
    if (in.size() < 3 || in[2] < 0x80) return std::nullopt;  // the short form would have done
    length = in[2];
    head = 3;
  } else if (length >= 0x80) {
    return std::nullopt;  // indefinite, or longer than any signature
  }
  if (in.size() - head < length) return std::nullopt;
  const ByteView content = in.subspan(head, length);
  in = in.subspan(head + length);
  return content;
}

Result<void> check_integer(ByteView& in, ByteView order) {
  const std::optional<ByteView> value = read_der(in, 0x02);
  if (!value || value->empty()) return bad_signature("not an INTEGER in DER");
  if ((*value)[0] >= 0x80) return bad_signature("a negative INTEGER");
  if (value->size() > 1 && (*value)[0] == 0 && (*value)[1] < 0x80) {
    return bad_signature("an INTEGER with a superfluous zero");
  }
  if (value->size() == 1 && (*value)[0] == 0) return bad_signature("r or s is zero");
  if (!less(*value, order)) return bad_signature("r or s is not less than n");
  return {};
}

Result<void> check_ecdsa(ByteView signature, ByteView order) {
  ByteView rest = signature;
  const std::optional<ByteView> sequence = read_der(rest, 0x30);
  if (!sequence) return bad_signature("not a SEQUENCE in DER");
  if (!rest.empty()) return bad_signature("octets after the SEQUENCE");
  ByteView body = *sequence;
  THICKET_TRY(check_integer(body, order));
  THICKET_TRY(check_integer(body, order));
  if (!body.empty()) return bad_signature("more than r and s in the SEQUENCE");
  return {};
}

constexpr std::size_t mldsa_seed_size = 32;

// FIPS 204 4, table 2.
Result<void> check_mldsa(ByteView signature, SignatureScheme scheme) {
  const std::size_t size = scheme == SignatureScheme::mldsa44   ? 2420
                           : scheme == SignatureScheme::mldsa65 ? 3309
                                                                : 4627;
  if (signature.size() == size) return {};
  return bad_signature(std::to_string(signature.size()) + " octets, not " + std::to_string(size));
}

// FIPS 203 8: k.
std::size_t rank_of(MlKem set) {
  return set == MlKem::ml_kem_512 ? 2 : set == MlKem::ml_kem_768 ? 3 : 4;
}

}  // namespace

std::size_t private_key_size(DhGroup group) {
  switch (group) {
    case DhGroup::x25519:
      return 32;
    case DhGroup::x448:
      return 56;
    case DhGroup::p256:
      return 32;
    case DhGroup::p384:
      return 48;
    case DhGroup::p521:
      return 66;
  }
  return 0;
}

std::size_t public_key_size(DhGroup group) {
  switch (group) {
    case DhGroup::x25519:
      return 32;
    case DhGroup::x448:
      return 56;
    case DhGroup::p256:
      return 65;
    case DhGroup::p384:
      return 97;
    case DhGroup::p521:
      return 133;
  }
  return 0;
}

std::size_t public_key_size(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_secp256r1_sha256:
      return 65;
    case SignatureScheme::ecdsa_secp384r1_sha384:
      return 97;
    case SignatureScheme::ecdsa_secp521r1_sha512:
      return 133;
    case SignatureScheme::ed25519:
      return 32;
    case SignatureScheme::ed448:
      return 57;
    case SignatureScheme::mldsa44:
      return 1312;
    case SignatureScheme::mldsa65:
      return 1952;
    case SignatureScheme::mldsa87:
      return 2592;
  }
  return 0;
}

std::size_t private_key_size(SignatureScheme scheme) {
  return is_mldsa(scheme) ? mldsa_seed_size : order_of(scheme).size();
}

std::size_t public_key_size(MlKem set) {
  return 384 * rank_of(set) + 32;
}

std::size_t ciphertext_size(MlKem set) {
  return set == MlKem::ml_kem_512 ? 768 : set == MlKem::ml_kem_768 ? 1088 : 1568;
}

Result<void> check_public_key(DhGroup group, ByteView key) {
  const bool montgomery = group == DhGroup::x25519 || group == DhGroup::x448;
  return montgomery ? check_length(key, public_key_size(group))
                    : check_uncompressed(key, public_key_size(group));
}

Result<void> check_public_key(SignatureScheme scheme, ByteView key) {
  if (scheme == SignatureScheme::ed25519) return check_edwards(key, prime_25519);
  if (scheme == SignatureScheme::ed448) return check_edwards(key, prime_448);
  if (is_mldsa(scheme)) return check_length(key, public_key_size(scheme));
  return check_uncompressed(key, public_key_size(scheme));
}

// FIPS 203 7.2: "Modulus check: perform the computation test <- ByteEncode_12(ByteDecode_12(
// ek[0 : 384k])) ... If test != ek[0 : 384k], then input checking failed."
Result<void> check_public_key(MlKem set, ByteView key) {
  THICKET_TRY(check_length(key, public_key_size(set)));
  constexpr unsigned q = 3329;
  for (std::size_t i = 0; i < 384 * rank_of(set); i += 3) {  // two coefficients of twelve bits
    const unsigned low = key[i] | (key[i + 1] & 0x0fu) << 8;
    const unsigned high = key[i + 1] >> 4 | unsigned{key[i + 2]} << 4;
    if (low >= q || high >= q) return bad_key("a coefficient is not less than q");
  }
  return {};
}

Result<void> check_private_key(SignatureScheme scheme, ByteView key) {
  const std::size_t size = private_key_size(scheme);
  if (key.size() != size) return broken(Rule::private_key_encoding).because("wrong length");
  // Every string of the length is a key.
  if (is_eddsa(scheme) || is_mldsa(scheme)) return {};
  return refused_if(1 ^ in_scalar_range(key, order_of(scheme)), Rule::private_key_encoding,
                    "not in [1, n-1]");
}

Result<void> check_private_key(DhGroup group, ByteView key) {
  if (key.size() != private_key_size(group)) {
    return broken(Rule::private_key_encoding).because("wrong length");
  }
  switch (group) {
    case DhGroup::x25519:
    case DhGroup::x448:
      return {};
    case DhGroup::p256:
      return check_private_key(SignatureScheme::ecdsa_secp256r1_sha256, key);
    case DhGroup::p384:
      return check_private_key(SignatureScheme::ecdsa_secp384r1_sha384, key);
    case DhGroup::p521:
      return check_private_key(SignatureScheme::ecdsa_secp521r1_sha512, key);
  }
  return broken(Rule::private_key_encoding);
}

Result<void> check_signature(SignatureScheme scheme, ByteView signature) {
  if (is_mldsa(scheme)) return check_mldsa(signature, scheme);
  return is_eddsa(scheme) ? check_eddsa(signature, order_of(scheme))
                          : check_ecdsa(signature, order_of(scheme));
}

bool all_zero(ByteView octets) {
  std::uint8_t any = 0;
  for (const std::uint8_t octet : octets) any |= octet;
  return any == 0;
}

Result<void> check_shared_secret(bool agreed, ByteView octets) {
  const unsigned wrong = static_cast<unsigned>(!agreed) | static_cast<unsigned>(all_zero(octets));
  return refused_if(wrong, Rule::zero_shared_secret, "");
}

}  // namespace thicket::crypto
