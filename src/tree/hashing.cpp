// Tree hashes and parent hashes.  RFC 9420 7.8, 7.9.
#include "tree/hashing.h"

#include <algorithm>

#include "messages/tree_node.h"
#include "tree/math.h"

namespace thicket::tree {
namespace {

// The input of one hash, on the stack unless it is long.
class HashInput final {
 public:
  void octet(std::uint8_t value) { raw(ByteView(&value, 1)); }
  void four_octets(std::uint32_t value) {
    const std::array<std::uint8_t, 4> octets{
        static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
        static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
    raw(octets);
  }
  // 2.1.2: the length of a vector.
  void length(std::size_t size) {
    if (size < 0x40) {
      octet(static_cast<std::uint8_t>(size));
    } else if (size < 0x4000) {
      octet(static_cast<std::uint8_t>(0x40 | (size >> 8)));
      octet(static_cast<std::uint8_t>(size));
    } else {
      four_octets(static_cast<std::uint32_t>(0x80000000U | size));
    }
  }
  void opaque(ByteView octets) {
    length(octets.size());
    raw(octets);
  }
  void raw(ByteView octets) {
    if (long_.empty() && size_ + octets.size() <= short_.size()) {
      std::copy(octets.begin(), octets.end(), short_.begin() + static_cast<std::ptrdiff_t>(size_));
      size_ += octets.size();
      return;
    }
    if (long_.empty()) append(long_, ByteView(short_.data(), size_));
    append(long_, octets);
  }
  ByteView view() const { return long_.empty() ? ByteView(short_.data(), size_) : long_; }

 private:
  std::array<std::uint8_t, 512> short_;
  std::size_t size_ = 0;
  Bytes long_;
};

constexpr unsigned lowest_kept_level = 5;

}  // namespace

Digest leaf_hash(const crypto::Crypto& crypto, LeafIndex leaf, const ByteView* encoded) {
  HashInput head;
  head.octet(static_cast<std::uint8_t>(NodeType::leaf));
  head.four_octets(leaf.value);
  head.octet(encoded != nullptr ? 1 : 0);
  if (encoded == nullptr) return crypto.hash({head.view()});
  return crypto.hash({head.view(), *encoded});
}

Digest parent_node_hash(const crypto::Crypto& crypto, const ParentHashing& input) {
  HashInput out;
  out.octet(static_cast<std::uint8_t>(NodeType::parent));
  out.octet(input.content != nullptr ? 1 : 0);
  if (input.content != nullptr) {
    out.opaque(input.content->encryption_key);
    out.opaque(input.content->parent_hash);
    out.length(4 * input.unmerged.size());
    for (const LeafIndex leaf : input.unmerged) out.four_octets(leaf.value);
  }
  out.opaque(input.left_hash);
  out.opaque(input.right_hash);
  return crypto.hash({out.view()});
}

Digest parent_hash(const crypto::Crypto& crypto, const ParentContent& content,
                   ByteView original_sibling_tree_hash) {
  HashInput out;
  out.opaque(content.encryption_key);
  out.opaque(content.parent_hash);
  out.opaque(original_sibling_tree_hash);
  return crypto.hash({out.view()});
}

Digest BlankHashes::of(NodeIndex node) {
  const std::lock_guard lock(mutex_);
  return compute(node);
}

Digest BlankHashes::compute(NodeIndex node) {
  const unsigned height = level(node);
  if (height == 0) return leaf_hash(crypto_, LeafIndex{node.value / 2}, nullptr);
  if (height >= lowest_kept_level && !nodes_.empty()) {
    const std::size_t at = slot(node);
    if (nodes_[at] == node) {
      Digest found;
      found.size = static_cast<std::uint8_t>(crypto_.hash_size());
      std::copy_n(hashes_.begin() + static_cast<std::ptrdiff_t>(at * found.size), found.size,
                  found.octets.begin());
      return found;
    }
  }
  const Digest left_digest = compute(left(node));
  const Digest right_digest = compute(right(node));
  const Digest digest =
      parent_node_hash(crypto_, {nullptr, {}, left_digest.view(), right_digest.view()});
  if (height >= lowest_kept_level) keep(node, digest);
  return digest;
}

std::size_t BlankHashes::slot(NodeIndex node) const {
  const std::size_t mask = nodes_.size() - 1;
  std::size_t at =
      static_cast<std::uint32_t>(node.value * std::uint64_t{0x9E3779B97F4A7C15} >> 32) & mask;
  while (nodes_[at] != node && nodes_[at] != NodeIndex{0}) at = (at + 1) & mask;
  return at;
}

void BlankHashes::keep(NodeIndex node, const Digest& digest) {
  if (kept_ >= capacity) return;
  const std::size_t size = crypto_.hash_size();
  if (4 * (kept_ + 1) > 3 * nodes_.size()) {
    const std::vector<NodeIndex> nodes = std::exchange(nodes_, {});
    const Bytes hashes = std::exchange(hashes_, {});
    nodes_.resize(std::max<std::size_t>(16, 2 * nodes.size()));
    hashes_.resize(nodes_.size() * size);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i] == NodeIndex{0}) continue;
      const std::size_t at = slot(nodes[i]);
      nodes_[at] = nodes[i];
      std::copy_n(hashes.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                  hashes_.begin() + static_cast<std::ptrdiff_t>(at * size));
    }
  }
  const std::size_t at = slot(node);
  if (nodes_[at] == node) return;
  nodes_[at] = node;
  const ByteView octets = digest.view();
  std::copy(octets.begin(), octets.end(), hashes_.begin() + static_cast<std::ptrdiff_t>(at * size));
  ++kept_;
}

}  // namespace thicket::tree
