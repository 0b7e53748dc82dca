// Leaves whose signature this client has verified before: keyed by H(suite, signed octets with
// group_id and leaf_index, signature); in memory, bounded, answers for the signature only. Not safe
// from several threads.
#pragma once

#include <array>
#include <deque>
#include <unordered_set>

#include "base/bytes.h"

namespace thicket::tree {

class VerifiedLeaves final {
 public:
  // Forgets the oldest when it holds `capacity` of them.
  explicit VerifiedLeaves(std::size_t capacity) : capacity_(capacity) {}
  // `key` is a digest of at least 16 octets.
  bool contains(ByteView key) const;
  void insert(ByteView key);
  std::size_t size() const { return known_.size(); }

 private:
  // 128 bits of a digest that nobody can steer without finding a collision.
  using Key = std::array<std::uint8_t, 16>;
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  static Key short_key(ByteView key);

  std::size_t capacity_;
  std::unordered_set<Key, Hash> known_;
  std::deque<Key> oldest_first_;
};

}  // namespace thicket::tree
