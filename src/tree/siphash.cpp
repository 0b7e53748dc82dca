// SipHash-2-4 over data and perhaps one octet more.
#include "tree/siphash.h"

#include <bit>
#include <cstring>

namespace thicket::tree {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they stand");

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

  void word(std::uint64_t value) {
    v3_ ^= value;
    round();
    round();
    v0_ ^= value;
  }

  std::uint64_t finish() {
    v2_ ^= 0xFF;
    for (int i = 0; i < 4; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
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
};

}  // namespace

std::uint64_t siphash(const std::array<std::uint8_t, 16>& key, ByteView data,
                      std::optional<std::uint8_t> suffix) {
  Sip sip(key);
  std::size_t i = 0;
  for (; i + 8 <= data.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data.data() + i, 8);
    sip.word(word);
  }
  std::uint64_t word = 0;
  unsigned filled = 0;
  const auto put = [&](std::uint8_t octet) {
    word |= std::uint64_t{octet} << (8 * filled);
    if (++filled < 8) return;
    sip.word(word);
    word = 0;
    filled = 0;
  };
  for (; i < data.size(); ++i) put(data[i]);
  if (suffix) put(*suffix);
  const std::size_t size = data.size() + (suffix ? 1 : 0);
  sip.word(word | (std::uint64_t{size & 0xFF} << 56));
  return sip.finish();
}

}  // namespace thicket::tree
