// The indices beside a tree: which node has this key, which leaf is this client. Persistent like
// the tree: successors share the pages that did not change. An entry is a keyed fingerprint and a
// node; whoever finds one compares the key itself.
#pragma once

#include <array>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "tree/ref.h"

namespace thicket::tree {

// What keys the fingerprints, so that no peer can choose keys that collide: random, kept with the
// group.
struct IndexSeed {
  std::array<std::uint8_t, 16> octets{};
  bool operator==(const IndexSeed&) const = default;
  static IndexSeed draw(Random& random) {
    IndexSeed seed;
    random.fill(seed.octets);
    return seed;
  }
};

enum class IndexKind : std::uint8_t { signature_keys = 0, encryption_keys = 1, clients = 2 };
inline constexpr std::array<IndexKind, 3> all_indices{
    IndexKind::signature_keys, IndexKind::encryption_keys, IndexKind::clients};

struct IndexEntry {
  std::uint64_t fingerprint = 0;  // 32 bits: of a million keys, one search in 4,000 meets another
  NodeIndex node;
  auto operator<=>(const IndexEntry&) const = default;
};

// An entry that one index has and its predecessor had not, or the reverse.
struct IndexChange {
  IndexKind kind{};
  IndexEntry entry;
  bool erased = false;
  bool operator==(const IndexChange&) const = default;
};

// A part of an index: entries (block), parts by the next bits (branch), or not loaded.
class IndexPage : public Counted {
 public:
  enum class Kind : std::uint8_t { block, branch, unloaded };
  const Kind kind;
  static void destroy(IndexPage* page);

 protected:
  explicit IndexPage(Kind of) : kind(of) {}
  ~IndexPage() = default;
};
using IndexPageRef = Ref<IndexPage>;

class KeyIndex final {
 public:
  explicit KeyIndex(IndexSeed seed) : seed_(seed) {}
  // From all entries at once; O(n log n).
  struct Contents {
    std::array<std::vector<IndexEntry>, 3> entries;
  };
  static KeyIndex of(IndexSeed seed, Contents contents);
  // Nothing of it loaded; `sizes` are the numbers of entries, which give the width of its blocks.
  static KeyIndex unloaded(IndexSeed seed, const std::array<std::uint32_t, 3>& sizes);

  const IndexSeed& seed() const { return seed_; }
  std::uint64_t fingerprint(IndexKind kind, ByteView key) const;

  // All nodes with that fingerprint, ascending. Rule::internal_need with the block. O(log n).
  Result<std::vector<NodeIndex>> find(IndexKind kind, std::uint64_t fingerprint) const;
  // Nothing of it ever was a stub: find() and foresee() never need a block.
  bool is_all_loaded() const { return all_loaded_; }
  // The block that find() would need, added to `need` unless it is loaded.
  void foresee(IndexKind kind, std::uint64_t fingerprint, Need& need) const;

  // Change no other index. In a block that is not loaded the change waits until it is. O(log n).
  void insert(IndexKind kind, const IndexEntry& entry);
  void erase(IndexKind kind, const IndexEntry& entry);

  // All entries of a block. It changes no meaning. Rule::store_row for what is no block of this
  // index.
  Result<void> supply(const IndexBlock& block, std::vector<IndexEntry> entries);

  // What `after` has and `before` has not, and the reverse: by walking where they do not share
  // pages. Rule::internal_need where one of them is not loaded and the other is.
  static Result<std::vector<IndexChange>> changes(const KeyIndex* before, const KeyIndex& after);
  // Ascending; Rule::internal_need if not all is loaded.
  Result<std::vector<IndexEntry>> all(IndexKind kind) const;

 private:
  // Where a fingerprint's way down ends.
  struct Spot {
    const IndexPage* page = nullptr;
    unsigned depth = 0;
  };
  Spot spot(IndexKind kind, std::uint64_t fingerprint) const;
  IndexBlock block_at(IndexKind kind, std::uint64_t fingerprint, unsigned depth) const;

  IndexSeed seed_;
  bool all_loaded_ = true;
  std::array<std::uint8_t, 3> block_depth_{};
  std::array<IndexPageRef, 3> roots_;
};

}  // namespace thicket::tree
