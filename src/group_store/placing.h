// Where a row stands among the rows of its group: its key, or for a node of the tree a key under
// which subtrees stand together. docs/format.md, "Rows in a record or block".
#pragma once

#include "base/bytes.h"

namespace thicket::group_store {

// Octet by octet, for keys of either kind.
struct InOrder {
  using is_transparent = void;
  bool operator()(ByteView a, ByteView b) const;
};
bool starts_with(ByteView key, ByteView prefix);

// Levels of the tree that stand together: bands of one height, counted from the leaves.
class Placing final {
 public:
  static constexpr unsigned height_max = 4;
  explicit Placing(unsigned band_height) : height_(band_height) {}
  // For a tree whose nodes' rows have so many octets on the average.
  static Placing fitting(std::size_t mean_node_row);

  unsigned band_height() const { return height_; }
  Bytes placed(ByteView row_key) const;
  static Bytes row_key(ByteView placed);

 private:
  unsigned height_;
};

// How good it is to cut between two rows that stand next to each other: the higher, the larger the
// subtrees that it parts.
unsigned cut_rank(ByteView before, ByteView after);

// Above every placed key.
inline const Bytes& beyond_all() {
  static const Bytes bound{0xff};
  return bound;
}
// The least key above this one.
Bytes just_above(ByteView key);

}  // namespace thicket::group_store
