// The one list of keys, points and signatures that every provider must refuse, each made of one
// that is accepted. RFC 9420 5.1.1, 5.1.2; RFC 9180 7.1.4; SEC 1 2.3.3; X.690 8, 10.1; RFC
// 8032 5.1.3, 5.1.7. For tests.
#pragma once

#include <span>

#include "base/bytes.h"
#include "crypto/algorithms.h"

namespace thicket::crypto::hostile {

// What is done to an accepted octet string to break it.
struct Breakage {
  std::string_view what;
  Bytes (*broken)(const Bytes& good);
};

inline Bytes with_front(const Bytes& good, std::uint8_t octet) {
  Bytes out = good;
  out[0] = octet;
  return out;
}

// Lengths that no key and no EdDSA signature has.
inline constexpr Breakage lengths[] = {
    {"nothing", [](const Bytes&) { return Bytes(); }},
    {"one octet", [](const Bytes& good) { return Bytes(1, good[0]); }},
    {"the last octet cut off",
     [](const Bytes& good) { return Bytes(good.begin(), good.end() - 1); }},
    {"the first octet cut off",
     [](const Bytes& good) { return Bytes(good.begin() + 1, good.end()); }},
    {"a zero behind",
     [](const Bytes& good) {
       return concat({good, Bytes{0}});
     }},
    {"a zero in front",
     [](const Bytes& good) {
       return concat({Bytes{0}, good});
     }},
    {"twice",
     [](const Bytes& good) {
       return concat({good, good});
     }},
};

// Of an uncompressed point: 04 | x | y.
inline constexpr Breakage points[] = {
    {"compressed",
     [](const Bytes& good) {
       const auto half = static_cast<std::ptrdiff_t>(good.size() / 2);
       Bytes out(good.begin(), good.begin() + 1 + half);
       return with_front(out, (good.back() & 1) != 0 ? 0x03 : 0x02);
     }},
    {"hybrid form 06 or 07",
     [](const Bytes& good) { return with_front(good, (good.back() & 1) != 0 ? 0x07 : 0x06); }},
    {"hybrid form of the wrong parity",
     [](const Bytes& good) { return with_front(good, (good.back() & 1) != 0 ? 0x06 : 0x07); }},
    {"compressed form octet before x and y",
     [](const Bytes& good) { return with_front(good, (good.back() & 1) != 0 ? 0x03 : 0x02); }},
    {"form octet 00", [](const Bytes& good) { return with_front(good, 0x00); }},
    {"form octet 05", [](const Bytes& good) { return with_front(good, 0x05); }},
    {"infinity in one octet", [](const Bytes&) { return Bytes{0}; }},
    {"infinity as zeros", [](const Bytes& good) { return Bytes(good.size(), 0); }},
    {"the point (0, 0)", [](const Bytes& good) { return with_front(Bytes(good.size(), 0), 0x04); }},
    {"y one bit off: not on the curve",
     [](const Bytes& good) {
       Bytes out = good;
       out.back() ^= 1;
       return out;
     }},
    {"x one bit off: not on the curve",
     [](const Bytes& good) {
       Bytes out = good;
       out[good.size() / 2] ^= 1;
       return out;
     }},
    {"x and y exchanged",
     [](const Bytes& good) {
       const ByteView all(good);
       const std::size_t half = good.size() / 2;
       return concat({all.first(1), all.last(half), all.subspan(1, half)});
     }},
    {"coordinates of ones",
     [](const Bytes& good) { return with_front(Bytes(good.size(), 0xff), 0x04); }},
};

// The point with x = 0, accepted, and the same with x = p, which is zero only to those who reduce
// it.
struct UnreducedPoint {
  DhGroup group;
  std::string_view y;
  std::string_view p;
};
inline constexpr UnreducedPoint unreduced_points[] = {
    {DhGroup::p256, "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4",
     "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"},
    {DhGroup::p384,
     "c306610fb0ae5a159cf45c06069f22a6c5eb3641c602d42dea2c4b4f75550793"
     "406d80d2b91ad54f9048bd487af1ade1",
     "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
     "ffffffff0000000000000000ffffffff"},
    {DhGroup::p521,
     "012df13601594a883ef2d935e44bb90bf4d6619b74e52af7552f97769011c0719e"
     "b439cfab2a88d40fe59a2bed1f43557169a2d0a2ccd280c607b92bbf51ffe0b078",
     "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
};

// Public keys of exact length that give a shared secret of zeros with every private key.
struct LowOrderPoint {
  DhGroup group;
  std::string_view octets;
};
inline constexpr LowOrderPoint low_order_points[] = {
    {DhGroup::x25519, "0000000000000000000000000000000000000000000000000000000000000000"},
    {DhGroup::x25519, "0100000000000000000000000000000000000000000000000000000000000000"},
    {DhGroup::x25519, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"},
    {DhGroup::x25519, "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"},
    {DhGroup::x25519, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    {DhGroup::x25519, "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    {DhGroup::x25519, "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    {DhGroup::x25519, "0000000000000000000000000000000000000000000000000000000000000080"},
    {DhGroup::x25519, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880"},
    {DhGroup::x25519, "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7"},
    {DhGroup::x25519, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
    {DhGroup::x448,
     "00000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000000000000000000000000000000000000"},
    {DhGroup::x448,
     "01000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000000000000000000000000000000000000"},
    {DhGroup::x448,
     "fefffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
    {DhGroup::x448,
     "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
    {DhGroup::x448,
     "00000000000000000000000000000000000000000000000000000000"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
};

// EdDSA public keys of exact length that RFC 8032 5.1.3 and 5.2.3 do not decode, though lax code
// does. The twin is the canonical encoding of the same point.
struct UncanonicalKey {
  SignatureScheme scheme;
  std::string_view what;
  std::string_view octets;
  std::string_view twin;
};
inline constexpr UncanonicalKey uncanonical_keys[] = {
    {SignatureScheme::ed25519, "y = p + 1",
     "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     "0100000000000000000000000000000000000000000000000000000000000000"},
    {SignatureScheme::ed25519, "y = p",
     "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     "0000000000000000000000000000000000000000000000000000000000000000"},
    {SignatureScheme::ed25519, "y = 1 with the sign of x = 0",
     "0100000000000000000000000000000000000000000000000000000000000080",
     "0100000000000000000000000000000000000000000000000000000000000000"},
    {SignatureScheme::ed25519, "y = -1 with the sign of x = 0",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    {SignatureScheme::ed448, "y = p + 1",
     "00000000000000000000000000000000000000000000000000000000"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff00",
     "01000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000"},
    {SignatureScheme::ed448, "y = 1 with the sign of x = 0",
     "01000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000080",
     "01000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000"},
    {SignatureScheme::ed448, "a bit above the coordinate",
     "01000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000001",
     "01000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000"},
};

// Order of the group: n of a P curve (big-endian) and L of EdDSA (little-endian, in as many octets
// as S).
struct Order {
  SignatureScheme scheme;
  std::string_view octets;
};
inline constexpr Order orders[] = {
    {SignatureScheme::ecdsa_secp256r1_sha256,
     "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"},
    {SignatureScheme::ecdsa_secp384r1_sha384,
     "ffffffffffffffffffffffffffffffffffffffffffffffff"
     "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"},
    {SignatureScheme::ecdsa_secp521r1_sha512,
     "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
     "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"},
    {SignatureScheme::ed25519, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"},
    {SignatureScheme::ed448,
     "f34458ab92c27823558fc58d72c26c219036d6ae49db4ec4e923ca7cffffffff"
     "ffffffffffffffffffffffffffffffffffffffffffffff3f00"},
};

// r and s of an ECDSA signature, as the contents of their INTEGERs, and n.
struct Ecdsa {
  Bytes r;
  Bytes s;
  Bytes n;
};
inline Bytes der(std::uint8_t tag, const Bytes& content);
// The same with a length in one octet more than it needs.
inline Bytes der_long(std::uint8_t tag, const Bytes& content);

struct EcdsaBreakage {
  std::string_view what;
  Bytes (*broken)(const Ecdsa& good);
};
inline Bytes integer(const Bytes& content) {
  return der(0x02, content);
}
inline Bytes sequence(const Bytes& a, const Bytes& b) {
  return der(0x30, concat({a, b}));
}
inline Bytes signature(const Bytes& r, const Bytes& s) {
  return sequence(integer(r), integer(s));
}
inline Bytes positive(const Bytes& number) {
  return number[0] >= 0x80 ? concat({Bytes{0}, number}) : number;
}
// `good` of `broken` must have r with a zero in front, so that leaving it out makes r negative.
inline constexpr EcdsaBreakage ecdsa_signatures[] = {
    {"nothing", [](const Ecdsa&) { return Bytes(); }},
    {"an empty SEQUENCE", [](const Ecdsa&) { return der(0x30, {}); }},
    {"r and s without DER",
     [](const Ecdsa& g) {
       return concat({g.r, g.s});
     }},
    {"a superfluous zero before r",
     [](const Ecdsa& g) {
       return signature(concat({Bytes{0}, g.r}), g.s);
     }},
    {"a superfluous zero before s",
     [](const Ecdsa& g) {
       return signature(g.r, concat({Bytes{0}, g.s}));
     }},
    {"r negative: its zero left out",
     [](const Ecdsa& g) { return signature(Bytes(g.r.begin() + 1, g.r.end()), g.s); }},
    {"s negative",
     [](const Ecdsa& g) {
       Bytes s = g.s[0] == 0 ? Bytes(g.s.begin() + 1, g.s.end()) : g.s;
       s[0] |= 0x80;
       return signature(g.r, s);
     }},
    {"the SEQUENCE's length in long form",
     [](const Ecdsa& g) {
       return der_long(0x30, concat({integer(g.r), integer(g.s)}));
     }},
    {"r's length in long form",
     [](const Ecdsa& g) { return sequence(der_long(0x02, g.r), integer(g.s)); }},
    {"s's length in long form",
     [](const Ecdsa& g) { return sequence(integer(g.r), der_long(0x02, g.s)); }},
    {"an indefinite length",
     [](const Ecdsa& g) {
       return concat({Bytes{0x30, 0x80}, integer(g.r), integer(g.s), Bytes{0, 0}});
     }},
    {"an octet behind the SEQUENCE",
     [](const Ecdsa& g) {
       return concat({signature(g.r, g.s), Bytes{0}});
     }},
    {"NULL in the SEQUENCE",
     [](const Ecdsa& g) {
       return der(0x30, concat({integer(g.r), integer(g.s), Bytes{0x05, 0x00}}));
     }},
    {"a third INTEGER",
     [](const Ecdsa& g) {
       return der(0x30, concat({integer(g.r), integer(g.s), integer(g.s)}));
     }},
    {"no s", [](const Ecdsa& g) { return der(0x30, integer(g.r)); }},
    {"the last octet cut off",
     [](const Ecdsa& g) {
       Bytes out = signature(g.r, g.s);
       out.pop_back();
       return out;
     }},
    {"a SET",
     [](const Ecdsa& g) {
       return der(0x31, concat({integer(g.r), integer(g.s)}));
     }},
    {"a SEQUENCE that is primitive",
     [](const Ecdsa& g) {
       return der(0x10, concat({integer(g.r), integer(g.s)}));
     }},
    {"an OCTET STRING for r",
     [](const Ecdsa& g) { return sequence(der(0x04, g.r), integer(g.s)); }},
    {"an INTEGER that is constructed",
     [](const Ecdsa& g) { return sequence(der(0x22, g.r), integer(g.s)); }},
    {"r of no octets", [](const Ecdsa& g) { return signature({}, g.s); }},
    {"s of no octets", [](const Ecdsa& g) { return signature(g.r, {}); }},
    {"r = 0", [](const Ecdsa& g) { return signature({0}, g.s); }},
    {"s = 0", [](const Ecdsa& g) { return signature(g.r, {0}); }},
    {"r = s = 0", [](const Ecdsa&) { return signature({0}, {0}); }},
    {"r = n", [](const Ecdsa& g) { return signature(positive(g.n), g.s); }},
    {"s = n", [](const Ecdsa& g) { return signature(g.r, positive(g.n)); }},
    {"s = 2^(8 * 80)",
     [](const Ecdsa& g) {
       return signature(g.r, concat({Bytes{1}, Bytes(80, 0)}));
     }},
};

inline Bytes der(std::uint8_t tag, const Bytes& content) {
  const auto size = static_cast<std::uint8_t>(content.size());
  const Bytes head = size < 0x80 ? Bytes{tag, size} : Bytes{tag, 0x81, size};
  return concat({head, content});
}

inline Bytes der_long(std::uint8_t tag, const Bytes& content) {
  const auto size = static_cast<std::uint8_t>(content.size());
  const Bytes head = size < 0x80 ? Bytes{tag, 0x81, size} : Bytes{tag, 0x82, 0, size};
  return concat({head, content});
}

}  // namespace thicket::crypto::hostile
