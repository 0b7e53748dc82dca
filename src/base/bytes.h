// Octet strings: owned, viewed, written to. Public data only; secrets have a type of their own
// (secret.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thicket {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;

// Equality of public octet strings; may stop at the first difference.
bool equal(ByteView a, ByteView b);

// Equality in time that depends on the lengths only. For tags, secrets and what is derived from
// them.
bool equal_ct(ByteView a, ByteView b);

Bytes to_bytes(std::string_view text);
Bytes to_bytes(ByteView view);
ByteView view_of(std::string_view text);
std::string to_text(ByteView bytes);

// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);
// Nothing if the length is odd or a digit is not hexadecimal.
std::optional<Bytes> from_hex(std::string_view text);

void append(Bytes& out, ByteView more);
Bytes concat(std::initializer_list<ByteView> parts);

}  // namespace thicket
