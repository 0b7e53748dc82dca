// Strict reading of RFC 9420 chapter 2.
#include "codec/reader.h"

namespace thicket::codec {

Result<ByteView> Reader::take(std::size_t size) {
  if (size > remaining()) {
    return broken(Rule::truncated)
        .because(std::to_string(size) + " octets announced, " + std::to_string(remaining()) +
                 " left");
  }
  const ByteView out = input_.subspan(offset_, size);
  offset_ += size;
  return out;
}

Result<std::uint64_t> Reader::integer(std::size_t size) {
  const ByteView octets = THICKET_TRY(take(size));
  std::uint64_t value = 0;
  for (std::uint8_t octet : octets) value = (value << 8) | octet;
  return value;
}

Result<std::size_t> Reader::length() {
  // RFC 9420 2.1.2: "the two most significant bits of the first byte" say how many octets the
  // length has; "the value MUST use the minimum number of octets", and the prefix 11 "is invalid".
  const std::uint64_t first = THICKET_TRY(integer(1));
  const unsigned prefix = static_cast<unsigned>(first >> 6);
  if (prefix == 3) return broken(Rule::varint_prefix);
  std::uint64_t value = first & 0x3f;
  const std::size_t more = (std::size_t{1} << prefix) - 1;
  const ByteView octets = THICKET_TRY(take(more));
  for (std::uint8_t octet : octets) value = (value << 8) | octet;
  const std::uint64_t smallest = prefix == 0 ? 0 : prefix == 1 ? 64 : 16384;
  if (value < smallest)
    return broken(Rule::varint_minimal).because("length " + std::to_string(value));
  return static_cast<std::size_t>(value);
}

Result<ByteView> Reader::opaque() {
  const std::size_t size = THICKET_TRY(length());
  return take(size);
}

Result<void> Reader::end() const {
  if (!done()) return broken(Rule::trailing_bytes).because(std::to_string(remaining()) + " octets");
  return {};
}

}  // namespace thicket::codec
