// The pages of an index: a radix tree over fingerprints, blocks of up to 64 entries below. Blocks
// are allocated exactly as long as they are: an entry costs eight octets and its share of a head.
// For key_index.cpp and index_pages.cpp only.
#pragma once

#include <bit>
#include <cstring>
#include <limits>
#include <new>
#include <span>

#include "base/assert.h"
#include "tree/key_index.h"

namespace thicket::tree::index {

inline constexpr unsigned fingerprint_bits = 32;
inline constexpr unsigned fan_bits = 3;
inline constexpr unsigned fan_out = 1U << fan_bits;
inline constexpr unsigned depth_max = fingerprint_bits / fan_bits;
inline constexpr std::size_t block_max = 64;
inline constexpr std::size_t entry_size = 8;

// The fingerprints that begin with the same fan_bits * depth bits.
struct Range {
  std::uint64_t first = 0;
  unsigned depth = 0;
  std::uint64_t last() const {
    return first + ((std::uint64_t{1} << (fingerprint_bits - fan_bits * depth)) - 1);
  }
  unsigned part_of(std::uint64_t fingerprint) const {
    return static_cast<unsigned>(fingerprint >> (fingerprint_bits - fan_bits * (depth + 1))) &
           (fan_out - 1);
  }
  Range part(unsigned i) const {
    return {first + (std::uint64_t{i} << (fingerprint_bits - fan_bits * (depth + 1))), depth + 1};
  }
};

class Block final : public IndexPage {
 public:
  static IndexPageRef make(std::size_t size) {
    void* memory = ::operator new(sizeof(Block) + size * entry_size);
    return IndexPageRef::adopt(new (memory) Block(size));
  }
  std::size_t size() const { return size_; }
  IndexEntry at(std::size_t i) const {
    IndexEntry out;
    const std::uint8_t* octets = data() + i * entry_size;
    std::memcpy(&out.fingerprint, octets, 4);
    std::memcpy(&out.node.value, octets + 4, 4);
    return out;
  }
  void put(std::size_t i, const IndexEntry& entry) {
    std::uint8_t* octets = data() + i * entry_size;
    std::memcpy(octets, &entry.fingerprint, 4);
    std::memcpy(octets + 4, &entry.node.value, 4);
  }
  void copy_from(std::size_t to, const Block& other, std::size_t first, std::size_t count) {
    if (count == 0) return;
    std::memcpy(data() + to * entry_size, other.data() + first * entry_size, count * entry_size);
  }
  std::span<const std::uint8_t> octets() const { return {data(), size_ * entry_size}; }
  // The first entry that is not less.
  std::size_t lower_bound(const IndexEntry& entry) const {
    std::size_t low = 0;
    std::size_t high = size_;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (at(middle) < entry) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

 private:
  explicit Block(std::size_t size)
      : IndexPage(Kind::block), size_(static_cast<std::uint16_t>(size)) {
    THICKET_ASSERT(size <= std::numeric_limits<std::uint16_t>::max());
  }
  const std::uint8_t* data() const { return reinterpret_cast<const std::uint8_t*>(this + 1); }
  std::uint8_t* data() { return reinterpret_cast<std::uint8_t*>(this + 1); }
  std::uint16_t size_;
};
static_assert(sizeof(Block) == 8, "the size stands behind the kind");
static_assert(std::endian::native == std::endian::little,
              "fingerprints are kept as four low octets");

class Branch final : public IndexPage {
 public:
  Branch() : IndexPage(Kind::branch) {}
  std::array<IndexPageRef, fan_out> parts;
};

// An entry that goes in or comes out.
struct EntryChange {
  IndexEntry entry;
  bool erased = false;
};

// What is known of an entry of a page that is not loaded: was it there before the first change, is
// it there now. The store may hold any state between, because a change is stored before or after.
struct Waiting {
  IndexEntry entry;
  bool was_there = false;
  bool is_there = false;
  bool operator==(const Waiting&) const = default;
};

class Unloaded final : public IndexPage {
 public:
  Unloaded() : IndexPage(Kind::unloaded) {}
  std::vector<Waiting> waiting;  // ascending; an entry stands once
};

inline const Block& block_of(const IndexPageRef& page) {
  return static_cast<const Block&>(*page);
}
inline Block& writable_block(const IndexPageRef& page) {
  return static_cast<Block&>(*page);
}
inline Branch& branch_of(const IndexPageRef& page) {
  return static_cast<Branch&>(*page);
}
inline Unloaded& unloaded_of(const IndexPageRef& page) {
  return static_cast<Unloaded&>(*page);
}

// A page from ascending entries.
IndexPageRef build(std::span<const IndexEntry> entries, const Range& range);
// The branch at `slot`, made one that only `slot` refers to.
Branch& own_branch(IndexPageRef& slot);
// An unloaded page becomes a branch of such.
void split_unloaded(IndexPageRef& slot, const Range& range);
// Puts an entry in or takes it out. Pages that are not loaded are split down to `block_depth`, and
// the change waits there.
void change_at(IndexPageRef& slot, const Range& range, const EntryChange& change,
               unsigned block_depth);

// Everything below a page that is loaded, in order, and the blocks that are not.
struct Flat {
  std::vector<IndexEntry> entries;
  std::vector<IndexBlock> missing;
};
void flatten(const IndexPageRef& page, const Range& range, IndexKind kind, Flat& out);

}  // namespace thicket::tree::index
