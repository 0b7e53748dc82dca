// The lengths that stand in labelled inputs, written without a buffer of their own.  RFC
// 9420 2.1.2, 5.1.2, 5.1.3, 8.
#pragma once

#include <array>

#include "base/assert.h"
#include "base/bytes.h"
#include "codec/writer.h"

namespace thicket::crypto {

// What RFC 9420 puts before every label of SignWithLabel, EncryptWithLabel and ExpandWithLabel.
constexpr std::string_view label_prefix = "MLS 1.0 ";

// The header of an opaque<V> of `size` octets, in the fewest octets.
class VectorHeader final {
 public:
  explicit VectorHeader(std::size_t size) {
    THICKET_ASSERT(size < std::size_t{1} << 30);
    const std::size_t width = size < 64 ? 1 : size < 16384 ? 2 : 4;
    for (std::size_t i = 0; i < width; ++i) {
      octets_[i] = static_cast<std::uint8_t>(size >> (8 * (width - 1 - i)));
    }
    octets_[0] |= static_cast<std::uint8_t>(width == 1 ? 0 : width == 2 ? 0x40 : 0x80);
    width_ = width;
  }
  ByteView view() const { return ByteView(octets_.data(), width_); }

 private:
  std::array<std::uint8_t, 4> octets_{};
  std::size_t width_ = 0;
};

// RFC 9420 5.1.2: SignContent, its content written by `content()` to `out`: for what is large.
template <class Content>
void write_sign_content(codec::Writer& out, std::string_view label, Content&& content) {
  out.length(label_prefix.size() + label.size());
  out.raw(view_of(label_prefix));
  out.raw(view_of(label));
  out.vector(std::forward<Content>(content));
}

}  // namespace thicket::crypto
