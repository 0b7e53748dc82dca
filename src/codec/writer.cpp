// Lengths of vectors, RFC 9420 2.1.2.
#include "codec/writer.h"

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

void Writer::close(std::size_t start) {
  const std::size_t size = out_.size() - start - 1;
  THICKET_ASSERT(size <= vector_size_max);
  Writer prefix;
  prefix.length(size);
  out_[start] = prefix.out_[0];
  out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(start) + 1, prefix.out_.begin() + 1,
              prefix.out_.end());
}

}  // namespace thicket::codec
