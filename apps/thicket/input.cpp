// Reading and recognising input.
#include "thicket/input.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/machine_failure.h"
#include "thicket/verbs.h"

namespace thicket::cli {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string without_space(const Bytes& input) {
  std::string out;
  for (std::uint8_t octet : input) {
    if (!is_space(static_cast<char>(octet))) out += static_cast<char>(octet);
  }
  return out;
}

// The value of a base64 digit of either alphabet, or -1.
int digit_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

std::optional<Bytes> from_base64(std::string_view text) {
  std::size_t padding = 0;
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  if (padding > 2 || text.size() % 4 == 1) return std::nullopt;
  if (padding > 0 && (text.size() + padding) % 4 != 0) return std::nullopt;
  Bytes out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (char c : text) {
    const int value = digit_value(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> count));
    }
  }
  const std::uint32_t left = bits & ((1u << count) - 1);
  if (left != 0) return std::nullopt;
  return out;
}

}  // namespace

Bytes read_input(const std::string& file) {
  const auto close = [](std::FILE* f) {
    if (f != stdin) std::fclose(f);
  };
  std::FILE* opened = file == "-" ? stdin : std::fopen(file.c_str(), "rb");
  if (opened == nullptr) throw UsageError{"cannot open " + file + ": " + std::strerror(errno)};
  const std::unique_ptr<std::FILE, decltype(close)> source(opened, close);
  Bytes out;
  std::uint8_t block[65536];
  for (;;) {
    const std::size_t got = std::fread(block, 1, sizeof block, source.get());
    append(out, ByteView(block, got));
    if (got < sizeof block) break;
  }
  if (std::ferror(source.get())) {
    if (errno == EISDIR) throw UsageError{file + " is a directory"};
    throw MachineFailure("cannot read " + file + ": " + std::strerror(errno));
  }
  return out;
}

std::vector<Bytes> readings_of(const Bytes& input) {
  std::vector<Bytes> out;
  std::string text = without_space(input);
  if (!text.empty()) {
    const bool prefixed = text.starts_with("0x") || text.starts_with("0X");
    if (auto octets = from_hex(prefixed ? std::string_view(text).substr(2) : text)) {
      out.push_back(std::move(*octets));
    }
    if (auto octets = from_base64(text)) out.push_back(std::move(*octets));
  }
  out.push_back(input);
  return out;
}

}  // namespace thicket::cli
