// SipHash-2-4 over a prefix octet and data.
#include "tree/siphash.h"

#include <bit>

namespace thicket::tree {
namespace {

class Sip final {
 public:
  explicit Sip(const std::array<std::uint8_t, 16>& key) {
    std::uint64_t k0 = 0;
    std::uint64_t k1 = 0;
    for (std::size_t i = 8; i-- > 0;) {
      k0 = (k0 << 8) | key[i];
      k1 = (k1 << 8) | key[8 + i];
    }
    v0_ ^= k0;
    v1_ ^= k1;
    v2_ ^= k0;
    v3_ ^= k1;
  }

  void octet(std::uint8_t value) {
    word_ |= std::uint64_t{value} << (8 * (size_ & 7));
    if ((++size_ & 7) == 0) flush();
  }

  std::uint64_t finish() {
    word_ |= std::uint64_t{size_ & 0xFF} << 56;
    flush();
    v2_ ^= 0xFF;
    for (int i = 0; i < 4; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  void flush() {
    v3_ ^= word_;
    round();
    round();
    v0_ ^= word_;
    word_ = 0;
  }
  void round() {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_ = 0x736f6d6570736575;
  std::uint64_t v1_ = 0x646f72616e646f6d;
  std::uint64_t v2_ = 0x6c7967656e657261;
  std::uint64_t v3_ = 0x7465646279746573;
  std::uint64_t word_ = 0;
  std::size_t size_ = 0;
};

}  // namespace

std::uint64_t siphash(const std::array<std::uint8_t, 16>& key, std::uint8_t prefix, ByteView data) {
  Sip sip(key);
  sip.octet(prefix);
  for (const std::uint8_t octet : data) sip.octet(octet);
  return sip.finish();
}

}  // namespace thicket::tree
