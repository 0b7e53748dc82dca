// Lengths of vectors, RFC 9420 2.1.2.
#include "codec/writer.h"

#include <algorithm>

namespace thicket::codec {

void Writer::length(std::size_t size) {
  THICKET_ASSERT(size <= vector_size_max);
  if (size < 64) {
    integer(size, 1);
  } else if (size < 16384) {
    integer(size | 0x4000, 2);
  } else {
    integer(size | 0x80000000u, 4);
  }
}

void Writer::close(const LengthPlace& place) {
  const std::size_t size = out_.size() - place.start - place.size;
  THICKET_ASSERT(size <= vector_size_max);
  const std::size_t length_size = size < 64 ? 1 : size < length_4_min ? 2 : 4;
  const auto body = out_.begin() + static_cast<std::ptrdiff_t>(place.start + place.size);
  if (length_size > place.size) {
    out_.insert(body, length_size - place.size, 0);
  } else if (length_size < place.size) {
    // What is moved away from is overwritten: it may be a secret's.
    const auto end =
        std::copy(body, out_.end(), body - static_cast<std::ptrdiff_t>(place.size - length_size));
    std::fill(end, out_.end(), std::uint8_t{0});
    out_.erase(end, out_.end());
  }
  const std::uint64_t value = size | (length_size == 1   ? 0U
                                      : length_size == 2 ? 0x4000U
                                                         : 0x80000000U);
  for (std::size_t i = 0; i < length_size; ++i)
    out_[place.start + i] = static_cast<std::uint8_t>(value >> (8 * (length_size - 1 - i)));
}

}  // namespace thicket::codec
