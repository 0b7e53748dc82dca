// The secret tree as rows: 's' the size; 'n' node: its secret; 'h' leaf, kind: a ratchet's head;
// 'k' leaf, kind, generation: a kept key. Numbers are big-endian, so that rows sort by place.
#include <algorithm>

#include "codec/reader.h"
#include "codec/writer.h"
#include "schedule/secret_tree.h"
#include "tree/math.h"

namespace thicket::schedule {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

// Rows are never written over: each is built in a buffer of its size.
SecretBytes taken(codec::Writer&& out) {
  return SecretBytes(std::move(out).take());
}

SecretBytes head_value(const Ratchet& ratchet) {
  codec::Writer out(20 + ratchet.secret.size());
  out.integer(ratchet.generation, 8);
  out.integer(ratchet.sealed_blocks, 8);
  out.integer(ratchet.forgotten_below, 4);
  out.raw(ratchet.secret.reveal());
  return taken(std::move(out));
}

SecretBytes kept_value(std::uint64_t age, const crypto::AeadKey& key) {
  codec::Writer out(8 + key.key.size() + key.nonce.size());
  out.integer(age, 8);
  out.raw(key.key.reveal());
  out.raw(key.nonce.reveal());
  return taken(std::move(out));
}

Error bad_row() {
  return broken(Rule::store_row).at("secret_tree");
}

Result<Ratchet> read_head(codec::Reader& in) {
  Ratchet out;
  out.generation = THICKET_TRY(in.integer(8));
  out.sealed_blocks = THICKET_TRY(in.integer(8));
  out.forgotten_below = static_cast<std::uint32_t>(THICKET_TRY(in.integer(4)));
  out.secret =
      RatchetSecret(THICKET_TRY(in.take(std::min(in.remaining(), RatchetSecret::capacity))));
  return out;
}

Result<RatchetKind> read_kind(codec::Reader& in) {
  const std::uint64_t kind = THICKET_TRY(in.integer(1));
  if (kind > 1) return bad_row();
  return static_cast<RatchetKind>(kind);
}

Result<std::uint32_t> read_u32(codec::Reader& in) {
  return static_cast<std::uint32_t>(THICKET_TRY(in.integer(4)));
}

}  // namespace

Bytes SecretTree::key_of_row(const RowId& row) const {
  codec::Writer out(10);
  std::visit(Overloaded{[&](const SizeRow&) { out.integer('s', 1); },
                        [&](const NodeIndex& node) {
                          out.integer('n', 1);
                          out.integer(node.value, 4);
                        },
                        [&](const HeadRow& head) {
                          out.integer('h', 1);
                          out.integer(head.leaf.value, 4);
                          out.integer(static_cast<std::uint64_t>(head.kind), 1);
                        },
                        [&](const KeptKey& kept) {
                          out.integer('k', 1);
                          out.integer(kept.leaf.value, 4);
                          out.integer(static_cast<std::uint64_t>(kept.kind), 1);
                          out.integer(kept.generation.value, 4);
                        }},
             row);
  return std::move(out).take();
}

SecretRow SecretTree::row_of(const RowId& row) const {
  SecretRow out{key_of_row(row), std::nullopt};
  std::visit(Overloaded{[&](const SizeRow&) {
                          codec::Writer value(4);
                          value.integer(leaves_.value, 4);
                          out.value = taken(std::move(value));
                        },
                        [&](const NodeIndex& node) {
                          const auto found = nodes_.find(node);
                          if (found != nodes_.end())
                            out.value = SecretBytes(found->second.reveal());
                        },
                        [&](const HeadRow& head) {
                          out.value = head_value(senders_.at(head.leaf).of(head.kind));
                        },
                        [&](const KeptKey& place) {
                          for (const Kept& kept : senders_.at(place.leaf).kept) {
                            if (kept.place == place) out.value = kept_value(kept.age, kept.key);
                          }
                        }},
             row);
  return out;
}

std::vector<SecretRow> SecretTree::rows_of(const Candidate& candidate) const {
  THICKET_ASSERT(is_current(candidate));
  std::vector<SecretRow> out;
  const auto put = [&](const RowId& row, std::optional<SecretBytes> value) {
    out.push_back({key_of_row(row), std::move(value)});
  };
  const KeptKey& place = candidate.place_;
  if (candidate.was_kept_) {
    put(place, std::nullopt);
    return out;
  }
  if (const auto& opened = candidate.opened_) {
    put(opened->consumed, std::nullopt);
    for (const NodeSecret& sibling : opened->siblings) {
      put(sibling.node, SecretBytes(sibling.secret.reveal()));
    }
    const RatchetKind other =
        place.kind == RatchetKind::handshake ? RatchetKind::application : RatchetKind::handshake;
    put(HeadRow{place.leaf, other}, head_value(opened->ratchets[static_cast<std::size_t>(other)]));
  }
  put(HeadRow{place.leaf, place.kind}, head_value(candidate.head_));
  std::map<HeadRow, std::uint32_t> forgotten_below;
  for (const KeptKey& evicted : candidate.evicted_) {
    put(evicted, std::nullopt);
    auto& below = forgotten_below[HeadRow{evicted.leaf, evicted.kind}];
    below = std::max(below, evicted.generation.value + 1);
  }
  for (const auto& [head, below] : forgotten_below) {
    if (head == HeadRow{place.leaf, place.kind}) continue;  // in candidate.head_ already
    Ratchet ratchet = senders_.at(head.leaf).of(head.kind).clone();
    ratchet.forgotten_below = std::max(ratchet.forgotten_below, below);
    put(head, head_value(ratchet));
  }
  std::uint64_t age = next_age_;
  for (const auto& skipped : candidate.skipped_) put(skipped.place, kept_value(age++, skipped.key));
  return out;
}

void SecretTree::changed(RowId row) {
  changed_.push_back(row);
  if (changed_.size() < changed_compact_at_) return;
  // Somebody who never takes the changes pays for the rows that differ, not for the messages.
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  changed_compact_at_ = std::max<std::size_t>(64, 2 * changed_.size());
}

std::vector<SecretRow> SecretTree::take_changes() {
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  std::vector<SecretRow> out;
  out.reserve(changed_.size());
  for (const RowId& row : changed_) out.push_back(row_of(row));
  forget_changes();
  return out;
}

void SecretTree::forget_changes() {
  changed_.clear();
  changed_compact_at_ = 64;
}

std::vector<SecretRow> SecretTree::all_rows() const {
  std::vector<SecretRow> out;
  out.push_back(row_of(SizeRow{}));
  for (const auto& [node, secret] : nodes_) out.push_back(row_of(node));
  for (const auto& [leaf, sender] : senders_) {
    out.push_back(row_of(HeadRow{leaf, RatchetKind::handshake}));
    out.push_back(row_of(HeadRow{leaf, RatchetKind::application}));
    for (const Kept& kept : sender.kept) out.push_back(row_of(kept.place));
  }
  return out;
}

Result<SecretTree> SecretTree::load(const crypto::Crypto& crypto, std::span<const SecretRow> rows,
                                    const RatchetLimits& limits) {
  SecretTree out(limits);
  for (const SecretRow& row : rows) {
    const Result<void> loaded = out.load_row(crypto, row);
    if (!loaded) return bad_row().because("row " + to_hex(row.key));
  }
  THICKET_TRY(out.check_loaded(crypto));
  return out;
}

// Each row once, with sizes that fit; whether the rows fit each other is check_loaded()'s.
Result<void> SecretTree::load_row(const crypto::Crypto& crypto, const SecretRow& row) {
  if (row.key.empty() || !row.value) return bad_row();
  codec::Reader key(ByteView(row.key).subspan(1));
  codec::Reader value(row.value->reveal());
  if (row.key[0] == 's') {
    if (leaves_.value != 0) return bad_row();
    leaves_.value = THICKET_TRY(read_u32(value));
  } else if (row.key[0] == 'n') {
    const NodeIndex node{THICKET_TRY(read_u32(key))};
    if (value.remaining() != crypto.hash_size()) return bad_row();
    if (!nodes_.emplace(node, *value.take(value.remaining())).second) return bad_row();
  } else if (row.key[0] == 'h') {
    const LeafIndex leaf{THICKET_TRY(read_u32(key))};
    const RatchetKind kind = THICKET_TRY(read_kind(key));
    Ratchet& ratchet = senders_[leaf].of(kind);
    if (!ratchet.secret.empty()) return bad_row();
    ratchet = THICKET_TRY(read_head(value));
  } else if (row.key[0] == 'k') {
    KeptKey place{LeafIndex{THICKET_TRY(read_u32(key))}, RatchetKind::handshake, {}};
    place.kind = THICKET_TRY(read_kind(key));
    place.generation = Generation{THICKET_TRY(read_u32(key))};
    const std::uint64_t age = THICKET_TRY(value.integer(8));
    const crypto::AeadId aead = crypto.suite().aead;
    const ByteView aead_key = THICKET_TRY(value.take(crypto::key_size(aead)));
    const ByteView nonce = THICKET_TRY(value.take(crypto::nonce_size(aead)));
    if (!by_age_.emplace(age, place).second) return bad_row();
    senders_[place.leaf].kept.push_back(
        {place,
         age,
         {decltype(crypto::AeadKey::key)(aead_key), decltype(crypto::AeadKey::nonce)(nonce)}});
  } else {
    return bad_row();
  }
  THICKET_TRY(key.end());
  return value.end();
}

Result<void> SecretTree::check_loaded(const crypto::Crypto& crypto) {
  if (leaves_.value == 0 || (leaves_.value & (leaves_.value - 1)) != 0) {
    return bad_row().because("size");
  }
  for (const auto& [node, secret] : nodes_) {
    if (node.value >= tree::node_count(leaves_)) return bad_row().because("a node beyond the tree");
  }
  for (auto& [leaf, sender] : senders_) {
    if (leaf >= LeafIndex{leaves_.value}) return bad_row().of(leaf);
    for (const Ratchet& ratchet : sender.ratchets) {
      const std::size_t size = ratchet.exhausted() ? 0 : crypto.hash_size();
      if (ratchet.secret.size() != size) return bad_row().of(leaf).because("a ratchet's head");
    }
    auto& kept = sender.kept;
    std::sort(kept.begin(), kept.end(), [](const Kept& a, const Kept& b) { return a.age < b.age; });
    for (const Kept& k : kept) {
      if (k.place.generation.value >= sender.of(k.place.kind).generation) {
        return bad_row().of(leaf).because("a kept key ahead of its ratchet");
      }
    }
  }
  if (!by_age_.empty()) next_age_ = std::prev(by_age_.end())->first + 1;
  return {};
}

}  // namespace thicket::schedule
