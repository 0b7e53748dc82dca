// Reads the presentation language of RFC 9420 chapter 2: integers, variable-size vectors, bounded
// sub-readers. It never copies and never allocates: a length is believed only after its octets were
// seen.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace thicket::codec {

class Reader final {
 public:
  explicit Reader(ByteView input) : input_(input) {}

  std::size_t remaining() const { return input_.size() - offset_; }
  bool done() const { return remaining() == 0; }
  // Octets read so far, and those between two offsets.
  std::size_t offset() const { return offset_; }
  ByteView between(std::size_t first, std::size_t last) const {
    return input_.subspan(first, last - first);
  }

  // Rule::truncated if there are fewer.
  Result<ByteView> take(std::size_t size);
  // A big-endian integer of `size` octets, 1 to 8.
  Result<std::uint64_t> integer(std::size_t size);
  // 2.1.2: the length of a vector; minimal, prefix not 11.
  Result<std::size_t> length();
  // opaque x<V>: a view into the input.
  Result<ByteView> opaque();
  // Rule::trailing_bytes if something is left.
  Result<void> end() const;

 private:
  ByteView input_;
  std::size_t offset_ = 0;
};

}  // namespace thicket::codec
