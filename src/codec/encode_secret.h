// Encoding of what holds secrets: into one buffer that is large enough from the start, because one
// that grows leaves its octets behind.
#pragma once

#include "codec/codec.h"

namespace thicket::codec {

// At least as many octets as encode(value) has. For rows of ours: no selects.
template <class T>
std::size_t size_bound(const T& value) {
  constexpr std::size_t length_max = 4;
  if constexpr (std::is_same_v<T, Bytes> || std::is_same_v<T, SecretBytes>) {
    return length_max + value.size();
  } else if constexpr (detail::is_vector<T>) {
    std::size_t size = length_max;
    for (const auto& element : value) size += size_bound(element);
    return size;
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T> || detail::IsIndex<T>) {
    return sizeof(T);
  } else {
    static_assert(std::is_aggregate_v<T>, "a row is a plain aggregate");
    std::size_t size = 0;
    for_each_field(value, [&](std::string_view, const auto& field) {
      size += size_bound(field);
      return true;
    });
    return size;
  }
}

// What encode() gives.
template <class T>
SecretBytes encode_secret(const T& value) {
  const std::size_t bound = size_bound(value);
  Writer out(bound);
  write(out, value);
  THICKET_ASSERT(out.size() <= bound);
  return SecretBytes(std::move(out).take());
}

}  // namespace thicket::codec
