// Wire structs as rows: written by the codec, and believed when they are read, because only we
// write them.
#pragma once

#include "base/machine_failure.h"
#include "codec/codec.h"
#include "store/store.h"

namespace thicket::delivery {

// Throws MachineFailure for octets that this program did not write: the disk is not what it was.
template <class T>
T decode_row(std::string_view space, ByteView value) {
  auto decoded = codec::decode<T>(value);
  if (!decoded) {
    throw MachineFailure("a row of " + std::string(space) +
                         " is damaged: " + describe(decoded.error()));
  }
  return std::move(*decoded);
}

template <class T>
std::optional<T> read_row(store::Store& store, std::string_view space, ByteView key) {
  const auto value = store.get(space, key);
  if (!value) return std::nullopt;
  return decode_row<T>(space, *value);
}

}  // namespace thicket::delivery
