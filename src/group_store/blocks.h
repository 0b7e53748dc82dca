// Rows of a group in blocks: each holds those above the bound of the one before it, up to its own.
// docs/format.md, "Blocks".
#pragma once

#include "base/secret.h"
#include "group_store/head.h"
#include "group_store/packed_rows.h"

namespace thicket::group_store {

// A block's key and value together: a row of SQLite that fits a page of its own.
inline constexpr std::size_t block_octets = 4000;
// What a row must be longer by to take a page more.
inline constexpr std::size_t page_octets = 4092;

enum class Padding : std::uint8_t { none, to_pages };

struct Block {
  Bytes bound;
  SecretBytes octets;
  std::vector<PackedRow> rows() const;
};

// The blocks of one group in one space.
class Blocks final {
 public:
  Blocks(std::string_view space, ByteView group_id, Padding padding)
      : space_(space), group_(of_group(group_id).octets()), padding_(padding) {}

  // The block that a row with this key stands or would stand in. Nothing if there is none at all.
  std::optional<Block> covering(Pending& disk, ByteView key) const;
  // All blocks that rows from `first` to `last` may stand in, in order.
  std::vector<Block> covering(Pending& disk, ByteView first, ByteView last) const;

  // Writes rows (ascending, none erased) as blocks of at most so many octets, the last with the
  // bound `bound`; nothing where there are no rows and the bound is not the last of all. Answers
  // their octets.
  std::size_t write(store::Batch& batch, std::span<const PackedRow> rows, const Bytes& bound,
                    std::size_t octets_max) const;
  void erase(store::Batch& batch, const Bytes& bound) const;
  Bytes key(ByteView bound) const { return concat({group_, bound}); }

 private:
  std::size_t put(store::Batch& batch, std::span<const PackedRow> rows, const Bytes& bound) const;

  std::string space_;
  Bytes group_;
  Padding padding_;
};

// Folding: changes put into the blocks that they belong to, block by block in order of key.
struct FoldBudget {
  std::size_t octets = SIZE_MAX;  // stop when so many are written
  std::size_t rows = 0;           // and so many changes are in
};
struct Folded {
  bool done = false;
  Bytes to;                      // the key up to which everything is in
  std::int64_t octets_more = 0;  // that the blocks have now
};
// From just above `from` (empty: from the start).
Folded fold(Pending& disk, store::Batch& batch, const Blocks& blocks, const Overlay& changes,
            ByteView from, const FoldBudget& budget);

}  // namespace thicket::group_store
