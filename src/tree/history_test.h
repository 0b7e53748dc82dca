// Random histories of a tree, played on the persistent tree, on one that is loaded piece by piece
// from its rows, and on the naive one.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "crypto/seeded_random.h"
#include "tree/editor.h"
#include "tree/import.h"
#include "tree/naive_tree_test.h"
#include "tree/rows.h"

namespace thicket::tree::history {

using crypto::SeededRandom;
using naive::NaiveTree;

struct Change {
  enum class Kind { add, update, remove, path };
  Kind kind{};
  LeafIndex leaf;
  LeafEntry entry;
  std::vector<Bytes> keys;
};
using Transition = std::vector<Change>;

// What histories must have met, or they prove little.
struct Coverage {
  std::uint64_t steps = 0;
  std::uint64_t doublings = 0;
  std::uint64_t deep_truncations = 0;  // by two levels or more at once
  std::uint64_t unmerged_eight = 0;    // eight unmerged leaves at nodes of three levels
  std::uint64_t blank_between = 0;     // a blank parent between a parent and a member below it
  std::uint64_t widest = 0;
  std::uint64_t valid = 0;
  std::uint64_t invalid = 0;
  std::uint64_t reopened = 0;
  std::uint64_t loads = 0;
};

inline LeafNode random_leaf(SeededRandom& random, LeafNodeOrigin origin) {
  const auto chosen = [&](auto type, std::initializer_list<int> from, auto& list) {
    for (const int value : from) {
      if (random.below(3) > 0) list.push_back(static_cast<decltype(type)>(value));
    }
  };
  LeafNode leaf;
  leaf.encryption_key = random.bytes(32);
  leaf.signature_key = random.bytes(32);
  const std::uint64_t kind = random.below(20);
  if (kind == 0) {
    leaf.credential = X509Credential{{{random.bytes(20)}, {random.bytes(70)}}};
  } else if (kind == 1) {
    leaf.credential = Unknown<CredentialType>{static_cast<CredentialType>(0xF00D), random.bytes(9)};
  } else {
    leaf.credential = BasicCredential{random.bytes(8)};
  }
  leaf.capabilities.versions = {ProtocolVersion::mls10};
  leaf.capabilities.cipher_suites = {CipherSuite{1}};
  chosen(ExtensionType{}, {0x0A0A, 3, 0xF001, 0xF002}, leaf.capabilities.extensions);
  chosen(ProposalType{}, {0xF101, 0x1A1A, 0xF102}, leaf.capabilities.proposals);
  chosen(CredentialType{}, {0xF00D, 2}, leaf.capabilities.credentials);
  leaf.capabilities.credentials.push_back(CredentialType::basic);
  leaf.leaf_node_source = std::move(origin);
  leaf.signature = random.bytes(64);
  return leaf;
}

inline Result<Bytes> client_of(const LeafNode& leaf) {
  if (const BasicCredential* basic = leaf.credential.as<BasicCredential>()) return basic->identity;
  return leaf.signature_key;
}

inline LeafEntry entry_of(LeafNode leaf) {
  Bytes client = client_of(leaf).value();
  return {std::move(leaf), std::move(client)};
}

inline Result<void> apply(TreeEditor& editor, const Change& change) {
  switch (change.kind) {
    case Change::Kind::add:
      THICKET_TRY(editor.add(change.entry));
      return {};
    case Change::Kind::update:
      return editor.update(change.leaf, change.entry);
    case Change::Kind::remove:
      return editor.remove(change.leaf);
    case Change::Kind::path:
      break;
  }
  const std::vector<ByteView> keys(change.keys.begin(), change.keys.end());
  LeafEntry entry = change.entry;
  entry.leaf_node.leaf_node_source =
      CommitSource{THICKET_TRY(editor.put_path({change.leaf, keys, false}))};
  return editor.put_leaf(change.leaf, entry);
}

inline Result<RatchetTree> apply(const RatchetTree& base, const Transition& transition) {
  std::vector<LeafIndex> changed;
  std::vector<const LeafNode*> put;
  std::size_t adds = 0;
  for (const Change& change : transition) {
    adds += change.kind == Change::Kind::add ? 1 : 0;
    if (change.kind != Change::Kind::add) changed.push_back(change.leaf);
    if (change.kind != Change::Kind::remove) put.push_back(&change.entry.leaf_node);
  }
  THICKET_TRY(base.ready_for({{}, nullptr, changed, put, adds}));
  TreeEditor editor(base);
  for (const Change& change : transition) THICKET_TRY(apply(editor, change));
  THICKET_TRY(editor.check_unique());
  return std::move(editor).finish();
}

// A store of rows, and a tree that is loaded from it when it asks.
class RowStore final {
 public:
  void apply(const TreeDelta& delta) {
    root_ = delta.root;
    for (const NodeRow& row : delta.nodes) {
      if (row.value.empty()) {
        CHECK(nodes_.erase(row.node) == 1);
      } else {
        nodes_[row.node] = row.value;
      }
    }
    for (const IndexRow& row : delta.entries) {
      const Key key{row.index, row.fingerprint, row.node.value};
      CHECK((row.erased ? entries_.erase(key) == 1 : entries_.insert(key).second));
    }
  }
  bool operator==(const RowStore& other) const {
    return root_ == other.root_ && nodes_ == other.nodes_ && entries_ == other.entries_;
  }

  Supply load(const Need& need) const {
    Supply out;
    for (const NodeIndex node : need.nodes) {
      const auto row = nodes_.find(node);
      if (row != nodes_.end()) out.nodes.push_back({node, row->second});
    }
    for (const IndexBlock& block : need.blocks) {
      Supply::Block& loaded = out.blocks.emplace_back();
      loaded.block = block;
      auto entry = entries_.lower_bound({block.index, block.first, 0});
      for (; entry != entries_.end() && entry->index == block.index &&
             entry->fingerprint <= block.last;
           ++entry)
        loaded.entries.push_back({entry->index, entry->fingerprint, NodeIndex{entry->node}, false});
    }
    return out;
  }

  RatchetTree open(const crypto::Crypto& crypto) const {
    return RatchetTree::open(crypto, root_).value();
  }

  // Asks until nothing is missing. Counts the rounds.
  template <class Ask>
  auto loading(RatchetTree& tree, Ask&& ask, std::uint64_t& rounds) const {
    for (int round = 0;; ++round) {
      auto answer = ask(tree);
      if (answer || !answer.error().is_need()) return answer;
      REQUIRE(round < 40);
      ++rounds;
      const Supply loaded = load(answer.error().need);
      const auto supplied = tree.supply(loaded);
      REQUIRE_MESSAGE(supplied, describe(supplied.error()));
    }
  }

 private:
  struct Key {
    std::uint8_t index;
    std::uint64_t fingerprint;
    std::uint32_t node;
    auto operator<=>(const Key&) const = default;
  };
  TreeRoot root_;
  std::map<NodeIndex, Bytes> nodes_;
  std::set<Key> entries_;
};

}  // namespace thicket::tree::history
