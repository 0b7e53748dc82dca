// Octet strings: comparison, text and hexadecimal.
#include "base/bytes.h"

#include <algorithm>

namespace thicket {

namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool equal(ByteView a, ByteView b) {
  return std::ranges::equal(a, b);
}

bool equal_ct(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  // volatile keeps the compiler from leaving the loop at the first difference.
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

Bytes to_bytes(std::string_view text) {
  return to_bytes(view_of(text));
}

Bytes to_bytes(ByteView view) {
  return Bytes(view.begin(), view.end());
}

ByteView view_of(std::string_view text) {
  return ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::string to_text(ByteView bytes) {
  return std::string(bytes.begin(), bytes.end());
}

std::string to_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (std::uint8_t octet : bytes) {
    text.push_back(digits[octet >> 4]);
    text.push_back(digits[octet & 15]);
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

void append(Bytes& out, ByteView more) {
  out.insert(out.end(), more.begin(), more.end());
}

Bytes concat(std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (ByteView part : parts) size += part.size();
  Bytes out;
  out.reserve(size);
  for (ByteView part : parts) append(out, part);
  return out;
}

}  // namespace thicket
