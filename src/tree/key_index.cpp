// The indices beside a tree: lookups, differences, loading.
#include "tree/key_index.h"

#include <algorithm>

#include "tree/index_pages.h"
#include "tree/siphash.h"

namespace thicket::tree {

using namespace index;

namespace {

std::uint8_t depth_for(std::uint32_t entries) {
  std::uint8_t depth = 0;
  while (entries > block_max) {
    entries /= fan_out;
    ++depth;
  }
  return depth;
}

struct Comparison {
  IndexKind kind{};
  std::vector<IndexChange> changes;
  std::vector<IndexBlock> missing;
};

void compare(const IndexPageRef& before, const IndexPageRef& after, const Range& range,
             Comparison& out);

void compare_waiting(const Unloaded& before, const Unloaded& after, Comparison& out) {
  auto old = before.waiting.begin();
  auto now = after.waiting.begin();
  while (old != before.waiting.end() || now != after.waiting.end()) {
    const bool only_old =
        now == after.waiting.end() || (old != before.waiting.end() && old->entry < now->entry);
    const bool only_now = !only_old && (old == before.waiting.end() || now->entry < old->entry);
    const IndexEntry entry = only_old ? old->entry : now->entry;
    const bool had = only_now ? now->was_there : old->is_there;
    const bool has = only_old ? old->was_there : now->is_there;
    if (had != has) out.changes.push_back({out.kind, entry, had});
    if (!only_now) ++old;
    if (!only_old) ++now;
  }
}

void compare_flat(const IndexPageRef& before, const IndexPageRef& after, const Range& range,
                  Comparison& out) {
  Flat old;
  Flat now;
  flatten(before, range, out.kind, old);
  flatten(after, range, out.kind, now);
  out.missing.insert(out.missing.end(), old.missing.begin(), old.missing.end());
  out.missing.insert(out.missing.end(), now.missing.begin(), now.missing.end());
  std::vector<IndexEntry> gone;
  std::vector<IndexEntry> come;
  std::set_difference(old.entries.begin(), old.entries.end(), now.entries.begin(),
                      now.entries.end(), std::back_inserter(gone));
  std::set_difference(now.entries.begin(), now.entries.end(), old.entries.begin(),
                      old.entries.end(), std::back_inserter(come));
  for (const IndexEntry& entry : gone) out.changes.push_back({out.kind, entry, true});
  for (const IndexEntry& entry : come) out.changes.push_back({out.kind, entry, false});
}

// Octets that both begin with, counted in words: at most seven too few.
std::size_t common_words(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  const std::size_t size = std::min(a.size(), b.size());
  std::size_t at = 0;
  while (at + 8 <= size && std::memcmp(a.data() + at, b.data() + at, 8) == 0) at += 8;
  return at;
}

// Two blocks: what they have in common at both ends is passed over at the speed of memory.
void compare_blocks(const Block& before, const Block& after, Comparison& out) {
  std::size_t i = common_words(before.octets(), after.octets()) / entry_size;
  std::size_t k = i;
  while (i < before.size() || k < after.size()) {
    const bool only_old = k == after.size() || (i < before.size() && before.at(i) < after.at(k));
    const bool only_now = !only_old && (i == before.size() || after.at(k) < before.at(i));
    if (only_old) out.changes.push_back({out.kind, before.at(i), true});
    if (only_now) out.changes.push_back({out.kind, after.at(k), false});
    if (!only_now) ++i;
    if (!only_old) ++k;
    const std::size_t rest = before.size() - i;
    if (rest == after.size() - k &&
        equal(before.octets().last(rest * entry_size), after.octets().last(rest * entry_size)))
      return;
  }
}

// `page` as a branch: itself, or made of what is not loaded and kept in `split`.
const Branch& as_branch(const IndexPageRef& page, const Range& range, IndexPageRef& split) {
  if (page->kind == IndexPage::Kind::branch) return branch_of(page);
  split = page;
  split_unloaded(split, range);
  return branch_of(split);
}

bool is_kind(const IndexPageRef& page, IndexPage::Kind kind) {
  return page && page->kind == kind;
}

void compare(const IndexPageRef& before, const IndexPageRef& after, const Range& range,
             Comparison& out) {
  using Kind = IndexPage::Kind;
  if (before == after) return;
  if (is_kind(before, Kind::unloaded) && is_kind(after, Kind::unloaded))
    return compare_waiting(unloaded_of(before), unloaded_of(after), out);
  if (is_kind(before, Kind::block) && is_kind(after, Kind::block))
    return compare_blocks(block_of(before), block_of(after), out);
  const auto splits = [](const IndexPageRef& page) {
    return is_kind(page, Kind::unloaded) || is_kind(page, Kind::branch);
  };
  if (!splits(before) || !splits(after)) return compare_flat(before, after, range, out);
  IndexPageRef split_before;
  IndexPageRef split_after;
  const Branch& old = as_branch(before, range, split_before);
  const Branch& now = as_branch(after, range, split_after);
  for (unsigned i = 0; i < fan_out; ++i) {
    if (old.parts[i] == now.parts[i]) continue;
    compare(old.parts[i], now.parts[i], range.part(i), out);
  }
}

// Hands the entries of a whole range to the pages that wait for them.
void supply_at(IndexPageRef& slot, const Range& range, std::span<const IndexEntry> entries) {
  if (!slot || slot->kind == IndexPage::Kind::block) return;
  if (slot->kind == IndexPage::Kind::branch) {
    Branch& branch = own_branch(slot);
    for (unsigned i = 0; i < fan_out; ++i) {
      const Range part = range.part(i);
      const auto first =
          std::lower_bound(entries.begin(), entries.end(), IndexEntry{part.first, {}});
      const auto last = std::partition_point(first, entries.end(), [&](const IndexEntry& entry) {
        return entry.fingerprint <= part.last();
      });
      supply_at(branch.parts[i], part, std::span(first, last));
    }
    return;
  }
  std::vector<IndexEntry> now(entries.begin(), entries.end());
  for (const Waiting& known : unloaded_of(slot).waiting) {
    const auto at = std::lower_bound(now.begin(), now.end(), known.entry);
    const bool there = at != now.end() && *at == known.entry;
    if (there && !known.is_there) now.erase(at);
    if (!there && known.is_there) now.insert(at, known.entry);
  }
  slot = build(now, range);
}

// Finds the page of a block, splitting what is not loaded.
void supply_block(IndexPageRef& slot, const Range& range, const IndexBlock& block,
                  std::span<const IndexEntry> entries) {
  if (range.first == block.first && range.last() == block.last)
    return supply_at(slot, range, entries);
  if (!slot || slot->kind == IndexPage::Kind::block) return;
  if (slot->kind == IndexPage::Kind::unloaded) split_unloaded(slot, range);
  const unsigned i = range.part_of(block.first);
  return supply_block(own_branch(slot).parts[i], range.part(i), block, entries);
}

bool is_block(const IndexBlock& block) {
  if (block.index > 2 || block.last < block.first || block.last >> fingerprint_bits != 0)
    return false;
  const std::uint64_t width = block.last - block.first + 1;
  return std::has_single_bit(width) &&
         (fingerprint_bits - static_cast<unsigned>(std::countr_zero(width))) % fan_bits == 0 &&
         (block.first & (width - 1)) == 0;
}

}  // namespace

void IndexPage::destroy(IndexPage* page) {
  switch (page->kind) {
    case Kind::block:
      static_cast<Block*>(page)->~Block();
      ::operator delete(page);
      return;
    case Kind::branch:
      delete static_cast<Branch*>(page);
      return;
    case Kind::unloaded:
      delete static_cast<Unloaded*>(page);
  }
}

KeyIndex KeyIndex::of(IndexSeed seed, Contents contents) {
  KeyIndex out(seed);
  for (std::size_t kind = 0; kind < 3; ++kind) {
    std::sort(contents.entries[kind].begin(), contents.entries[kind].end());
    out.roots_[kind] = build(contents.entries[kind], {});
  }
  return out;
}

KeyIndex KeyIndex::unloaded(IndexSeed seed, const std::array<std::uint32_t, 3>& sizes) {
  KeyIndex out(seed);
  out.all_loaded_ = false;
  for (std::size_t kind = 0; kind < 3; ++kind) {
    out.block_depth_[kind] = depth_for(sizes[kind]);
    out.roots_[kind] = IndexPageRef::adopt(new Unloaded);
  }
  return out;
}

std::uint64_t KeyIndex::fingerprint(IndexKind kind, ByteView key) const {
  return siphash(seed_.octets, key, static_cast<std::uint8_t>(kind)) >> (64 - fingerprint_bits);
}

KeyIndex::Spot KeyIndex::spot(IndexKind kind, std::uint64_t fingerprint) const {
  Spot out{roots_[static_cast<std::size_t>(kind)].get(), 0};
  for (Range range; out.page != nullptr && out.page->kind == IndexPage::Kind::branch;) {
    const unsigned i = range.part_of(fingerprint);
    out.page = static_cast<const Branch*>(out.page)->parts[i].get();
    range = range.part(i);
    ++out.depth;
  }
  return out;
}

IndexBlock KeyIndex::block_at(IndexKind kind, std::uint64_t fingerprint, unsigned depth) const {
  Range range;
  const unsigned wanted = std::max<unsigned>(depth, block_depth_[static_cast<std::size_t>(kind)]);
  while (range.depth < wanted) range = range.part(range.part_of(fingerprint));
  return {static_cast<std::uint8_t>(kind), range.first, range.last()};
}

Result<std::vector<NodeIndex>> KeyIndex::find(IndexKind kind, std::uint64_t fingerprint) const {
  const Spot found = spot(kind, fingerprint);
  std::vector<NodeIndex> out;
  if (found.page == nullptr) return out;
  if (found.page->kind == IndexPage::Kind::unloaded)
    return needs({{}, {block_at(kind, fingerprint, found.depth)}});
  const Block& block = static_cast<const Block&>(*found.page);
  for (std::size_t i = block.lower_bound({fingerprint, {}});
       i < block.size() && block.at(i).fingerprint == fingerprint; ++i)
    out.push_back(block.at(i).node);
  return out;
}

void KeyIndex::foresee(IndexKind kind, std::uint64_t fingerprint, Need& need) const {
  if (all_loaded_) return;
  const Spot found = spot(kind, fingerprint);
  if (found.page == nullptr || found.page->kind != IndexPage::Kind::unloaded) return;
  const IndexBlock block = block_at(kind, fingerprint, found.depth);
  if (std::find(need.blocks.begin(), need.blocks.end(), block) == need.blocks.end())
    need.blocks.push_back(block);
}

void KeyIndex::insert(IndexKind kind, const IndexEntry& entry) {
  const std::size_t at = static_cast<std::size_t>(kind);
  change_at(roots_[at], {}, {entry, false}, block_depth_[at]);
}

void KeyIndex::erase(IndexKind kind, const IndexEntry& entry) {
  const std::size_t at = static_cast<std::size_t>(kind);
  change_at(roots_[at], {}, {entry, true}, block_depth_[at]);
}

Result<void> KeyIndex::supply(const IndexBlock& block, std::vector<IndexEntry> entries) {
  if (!is_block(block)) return broken(Rule::store_row).at("block");
  std::sort(entries.begin(), entries.end());
  const bool twice = std::adjacent_find(entries.begin(), entries.end()) != entries.end();
  const bool outside = !entries.empty() && (entries.front().fingerprint < block.first ||
                                            entries.back().fingerprint > block.last);
  if (twice || outside) return broken(Rule::store_row).at("entries");
  supply_block(roots_[block.index], {}, block, entries);
  return {};
}

Result<std::vector<IndexChange>> KeyIndex::changes(const KeyIndex* before, const KeyIndex& after) {
  Comparison out;
  for (const IndexKind kind : all_indices) {
    const std::size_t at = static_cast<std::size_t>(kind);
    out.kind = kind;
    compare(before == nullptr ? IndexPageRef{} : before->roots_[at], after.roots_[at], {}, out);
  }
  if (!out.missing.empty()) return needs({{}, std::move(out.missing)});
  return std::move(out.changes);
}

Result<std::vector<IndexEntry>> KeyIndex::all(IndexKind kind) const {
  Flat flat;
  flatten(roots_[static_cast<std::size_t>(kind)], {}, kind, flat);
  if (!flat.missing.empty()) return needs({{}, std::move(flat.missing)});
  return std::move(flat.entries);
}

}  // namespace thicket::tree
