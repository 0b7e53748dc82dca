// Keys of several parts whose order is that of their parts, and of which none is a prefix of
// another unless its parts are: names with their length before them, numbers big-endian.
#pragma once

#include "base/bytes.h"

namespace thicket::store {

class Key final {
 public:
  Key() = default;
  // A part of any length; equal prefixes of parts give equal prefixes of keys.
  Key& name(ByteView part) {
    number32(static_cast<std::uint32_t>(part.size()));
    append(octets_, part);
    return *this;
  }
  Key& number(std::uint64_t value) {
    number32(static_cast<std::uint32_t>(value >> 32));
    number32(static_cast<std::uint32_t>(value));
    return *this;
  }
  Key& number32(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
      octets_.push_back(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  // As the last part only: octets as they are.
  Key& rest(ByteView part) {
    append(octets_, part);
    return *this;
  }
  operator ByteView() const { return octets_; }
  const Bytes& octets() const { return octets_; }

 private:
  Bytes octets_;
};

}  // namespace thicket::store
