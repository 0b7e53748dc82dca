// Writes the presentation language of RFC 9420 chapter 2.
#pragma once

#include "base/assert.h"
#include "base/bytes.h"

namespace thicket::codec {

// 2.1.2: a vector is shorter than 2^30 octets. Longer ones are a bug here: callers check sizes
// before (tree_too_large).
constexpr std::size_t vector_size_max = (std::size_t{1} << 30) - 1;

class Writer final {
 public:
  // Room for most structs: growing from nothing would be seven allocations for a hundred octets.
  Writer() : Writer(128) {}
  explicit Writer(std::size_t expected) { out_.reserve(expected); }

  void integer(std::uint64_t value, std::size_t size) {
    for (std::size_t i = size; i-- > 0;)
      out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void raw(ByteView octets) { append(out_, octets); }
  void length(std::size_t size);
  void opaque(ByteView octets) {
    length(octets.size());
    raw(octets);
  }
  // A vector whose octets `body()` writes to this writer; the length is put before them.
  template <class Body>
  void vector(Body&& body) {
    const std::size_t start = out_.size();
    const std::size_t guess = out_.capacity() - start > length_4_min ? 4 : 1;
    out_.resize(start + guess);
    body();
    close({start, guess});
  }

  std::size_t size() const { return out_.size(); }
  ByteView view() const { return out_; }
  Bytes take() && { return std::move(out_); }

 private:
  // Vectors of at least so many octets have a length of four.
  static constexpr std::size_t length_4_min = std::size_t{1} << 14;
  // Where a vector's length stands and how many octets were left for it: one, or four where so much
  // room was asked for that it will be a long one, which is then not moved.
  struct LengthPlace {
    std::size_t start;
    std::size_t size;
  };
  void close(const LengthPlace& place);
  Bytes out_;
};

}  // namespace thicket::codec
