// The tree straight from RFC 9420 chapters 4 and 7 and appendix C: an array of optional nodes,
// everything recomputed at every question. For comparison only.
#pragma once

#include <algorithm>
#include <set>

#include "crypto/crypto.h"
#include "messages/wire.h"
#include "tree/math.h"

namespace thicket::tree::naive {

class NaiveTree final {
 public:
  explicit NaiveTree(const crypto::Crypto& crypto) : crypto_(crypto), nodes_(1) {}
  static NaiveTree of(const crypto::Crypto& crypto, const RatchetTreeExtension& encoded) {
    NaiveTree out(crypto);
    std::size_t width = 1;
    while (width < encoded.size()) width = 2 * width + 1;
    out.nodes_ = encoded;
    out.nodes_.resize(width);
    return out;
  }

  std::uint32_t width() const { return static_cast<std::uint32_t>(nodes_.size()); }
  std::uint32_t root() const { return width() / 2; }
  std::uint32_t leaves() const { return (width() + 1) / 2; }
  bool blank(std::uint32_t x) const { return !nodes_[x].has_value(); }
  const LeafNode& leaf(std::uint32_t x) const { return *nodes_[x]->as<LeafNode>(); }
  const ParentNode& parent_node(std::uint32_t x) const { return *nodes_[x]->as<ParentNode>(); }
  ParentNode& parent_node(std::uint32_t x) { return *nodes_[x]->as<ParentNode>(); }

  // Appendix C, by recursion from the root.
  static std::uint32_t height(std::uint32_t x) {
    std::uint32_t k = 0;
    while ((x >> k) & 1) ++k;
    return k;
  }
  static std::uint32_t left(std::uint32_t x) { return x - (1U << (height(x) - 1)); }
  static std::uint32_t right(std::uint32_t x) { return x + (1U << (height(x) - 1)); }
  bool under(std::uint32_t node, std::uint32_t top) const {
    const std::uint32_t reach = (1U << height(top)) - 1;
    return node + reach >= top && node <= top + reach;
  }
  // From the root down to x, both included.
  std::vector<std::uint32_t> way_to(std::uint32_t x) const {
    std::vector<std::uint32_t> out{root()};
    while (out.back() != x) out.push_back(x < out.back() ? left(out.back()) : right(out.back()));
    return out;
  }

  // 4.1.1.
  std::vector<std::uint32_t> resolution(std::uint32_t x) const {
    std::vector<std::uint32_t> out;
    if (!blank(x)) {
      out.push_back(x);
      if (height(x) > 0) {
        for (const LeafIndex l : parent_node(x).unmerged_leaves) out.push_back(2 * l.value);
      }
    } else if (height(x) > 0) {
      out = resolution(left(x));
      for (const std::uint32_t y : resolution(right(x))) out.push_back(y);
    }
    return out;
  }

  struct Step {
    std::uint32_t node;
    std::uint32_t copath_child;
  };
  // 4.1.2, from the leaf up.
  std::vector<Step> filtered_direct_path(std::uint32_t x) const {
    std::vector<Step> out;
    const std::vector<std::uint32_t> way = way_to(x);
    for (std::size_t i = way.size() - 1; i-- > 0;) {
      const std::uint32_t other = way[i + 1] < way[i] ? right(way[i]) : left(way[i]);
      if (!resolution(other).empty()) out.push_back({way[i], other});
    }
    return out;
  }

  // 7.8.
  Bytes tree_hash(std::uint32_t x) const {
    TreeHashInput input;
    if (height(x) == 0) {
      LeafNodeHashInput of_leaf;
      of_leaf.leaf_index = LeafIndex{x / 2};
      if (!blank(x)) of_leaf.leaf_node = leaf(x);
      input = of_leaf;
    } else {
      ParentNodeHashInput of_parent;
      if (!blank(x)) of_parent.parent_node = parent_node(x);
      of_parent.left_hash = tree_hash(left(x));
      of_parent.right_hash = tree_hash(right(x));
      input = of_parent;
    }
    return crypto_.hash({codec::encode(input)}).bytes();
  }

  // 7.9: "For each leaf L in P.unmerged_leaves, blank L and remove it from the unmerged_leaves sets
  // of all parent nodes."
  Bytes original_tree_hash(std::uint32_t s, const std::vector<LeafIndex>& unmerged) const {
    NaiveTree other = *this;
    for (const LeafIndex l : unmerged) {
      other.nodes_[2 * l.value].reset();
      for (std::uint32_t x = 1; x < width(); x += 2) {
        if (!other.blank(x)) std::erase(other.parent_node(x).unmerged_leaves, l);
      }
    }
    return other.tree_hash(s);
  }

  Bytes parent_hash(std::uint32_t p, std::uint32_t s) const {
    const ParentNode& node = parent_node(p);
    const ParentHashInput input{node.encryption_key, node.parent_hash,
                                original_tree_hash(s, node.unmerged_leaves)};
    return crypto_.hash({codec::encode(input)}).bytes();
  }

  // 7.7, 12.1.1.
  std::uint32_t add(const LeafNode& node) {
    std::uint32_t x = 0;
    while (x < width() && !blank(x)) x += 2;
    if (x >= width()) nodes_.resize(2 * width() + 1);
    nodes_[x] = Node(node);
    for (const std::uint32_t above : way_to(x)) {
      if (above == x || blank(above)) continue;
      std::vector<LeafIndex>& list = parent_node(above).unmerged_leaves;
      list.push_back(LeafIndex{x / 2});
      std::sort(list.begin(), list.end());
    }
    return x / 2;
  }
  // 12.1.2.
  void update(std::uint32_t x, const LeafNode& node) {
    blank_way(x);
    nodes_[x] = Node(node);
  }
  // 12.1.3, 7.7.
  void remove(std::uint32_t x) {
    blank_way(x);
    nodes_[x].reset();
    const auto empty = [&](std::size_t first) {
      return std::none_of(nodes_.begin() + static_cast<std::ptrdiff_t>(first), nodes_.end(),
                          [](const auto& node) { return node.has_value(); });
    };
    while (width() > 1 && empty(root() + 1)) nodes_.resize(root());
  }
  // 7.5, with the keys of the filtered direct path from the leaf up. Answers the leaf's parent
  // hash.
  Bytes put_path(std::uint32_t x, const std::vector<Bytes>& keys) {
    const std::vector<Step> path = filtered_direct_path(x);
    blank_way(x);
    Bytes hash;
    for (std::size_t i = path.size(); i-- > 0;) {
      nodes_[path[i].node] = Node(ParentNode{keys[i], hash, {}});
      hash = parent_hash(path[i].node, path[i].copath_child);
    }
    return hash;
  }
  void put_leaf(std::uint32_t x, const LeafNode& node) { nodes_[x] = Node(node); }

  // 7.9.2, top down, and 12.4.3.1 on unmerged leaves and keys.
  bool is_valid() const {
    std::set<Bytes> signature_keys;
    std::set<Bytes> encryption_keys;
    for (std::uint32_t x = 0; x < width(); ++x) {
      if (blank(x)) continue;
      const bool is_leaf = height(x) == 0;
      if (is_leaf && !signature_keys.insert(leaf(x).signature_key).second) return false;
      const Bytes& key = is_leaf ? leaf(x).encryption_key : parent_node(x).encryption_key;
      if (!encryption_keys.insert(key).second) return false;
      if (!is_leaf && (!unmerged_is_right(x) || chains(x) != 1)) return false;
    }
    return true;
  }

  // 12.4.3.3.
  Bytes encoded() const {
    RatchetTreeExtension out = nodes_;
    while (!out.empty() && !out.back()) out.pop_back();
    return codec::encode(out);
  }

 private:
  void blank_way(std::uint32_t x) {
    for (const std::uint32_t above : way_to(x)) {
      if (above != x) nodes_[above].reset();
    }
  }

  bool unmerged_is_right(std::uint32_t p) const {
    for (const LeafIndex l : parent_node(p).unmerged_leaves) {
      const std::uint64_t x = 2 * std::uint64_t{l.value};
      if (x >= width() || !under(static_cast<std::uint32_t>(x), p)) return false;
      if (blank(2 * l.value)) return false;
      for (const std::uint32_t y : way_to(2 * l.value)) {
        if (height(y) == 0 || blank(y) || !under(y, p)) continue;
        const std::vector<LeafIndex>& list = parent_node(y).unmerged_leaves;
        if (std::find(list.begin(), list.end(), l) == list.end()) return false;
      }
    }
    return true;
  }

  // How many descendants D of P there are that P is parent-hash valid with respect to.
  int chains(std::uint32_t p) const {
    int count = 0;
    for (const bool goes_left : {true, false}) {
      const std::uint32_t c = goes_left ? left(p) : right(p);
      const std::uint32_t s = goes_left ? right(p) : left(p);
      const std::vector<std::uint32_t> of_c = resolution(c);
      for (const std::uint32_t d : of_c) {
        std::set<std::uint32_t> rest(of_c.begin(), of_c.end());
        rest.erase(d);
        std::set<std::uint32_t> unmerged;
        for (const LeafIndex l : parent_node(p).unmerged_leaves) {
          if (under(2 * l.value, c)) unmerged.insert(2 * l.value);
        }
        if (rest != unmerged) continue;
        if (claimed_parent_hash(d) == std::optional(parent_hash(p, s))) ++count;
      }
    }
    return count;
  }

  std::optional<Bytes> claimed_parent_hash(std::uint32_t d) const {
    if (height(d) > 0) return parent_node(d).parent_hash;
    const CommitSource* source = leaf(d).leaf_node_source.as<CommitSource>();
    if (source == nullptr) return std::nullopt;
    return source->parent_hash;
  }

  crypto::Crypto crypto_;
  RatchetTreeExtension nodes_;
};

}  // namespace thicket::tree::naive
