// Entries in and out of the pages of an index.
#include "tree/index_pages.h"

#include <algorithm>

#include "base/machine_failure.h"

namespace thicket::tree::index {
namespace {

constexpr std::size_t merge_below = 16;

// A tree's own entries are there, and no others: what is not so was read.
void expect(bool as_the_tree_says) {
  if (!as_the_tree_says) throw MachineFailure("store: an index of keys is not that of its tree");
}

Unloaded& own_unloaded(IndexPageRef& slot) {
  if (!slot.is_sole()) {
    IndexPageRef copy = IndexPageRef::adopt(new Unloaded);
    unloaded_of(copy).waiting = unloaded_of(slot).waiting;
    slot = std::move(copy);
  }
  return unloaded_of(slot);
}

void wait_for(std::vector<Waiting>& waiting, const EntryChange& change) {
  const auto at = std::lower_bound(
      waiting.begin(), waiting.end(), change.entry,
      [](const Waiting& some, const IndexEntry& entry) { return some.entry < entry; });
  if (at == waiting.end() || at->entry != change.entry) {
    waiting.insert(at, {change.entry, change.erased, !change.erased});
  } else {
    expect(at->is_there == change.erased);
    at->is_there = !change.erased;
  }
}

IndexPageRef with_entry(const Block& block, const IndexEntry& entry) {
  const std::size_t at = block.lower_bound(entry);
  IndexPageRef page = Block::make(block.size() + 1);
  writable_block(page).copy_from(0, block, 0, at);
  writable_block(page).put(at, entry);
  writable_block(page).copy_from(at + 1, block, at, block.size() - at);
  return page;
}

IndexPageRef without_entry(const Block& block, const IndexEntry& entry) {
  const std::size_t at = block.lower_bound(entry);
  expect(at < block.size() && block.at(at) == entry);
  if (block.size() == 1) return {};
  IndexPageRef page = Block::make(block.size() - 1);
  writable_block(page).copy_from(0, block, 0, at);
  writable_block(page).copy_from(at, block, at + 1, block.size() - at - 1);
  return page;
}

void split_block(IndexPageRef& slot, const Range& range) {
  const Block& block = block_of(slot);
  std::vector<IndexEntry> entries;
  for (std::size_t i = 0; i < block.size(); ++i) entries.push_back(block.at(i));
  slot = build(entries, range);
}

// A branch whose parts are all short blocks becomes one block.
void merge_parts(IndexPageRef& slot) {
  std::size_t total = 0;
  for (const IndexPageRef& part : branch_of(slot).parts) {
    if (!part) continue;
    if (part->kind != IndexPage::Kind::block) return;
    total += block_of(part).size();
  }
  if (total >= merge_below) return;
  IndexPageRef page;
  if (total > 0) page = Block::make(total);
  std::size_t to = 0;
  for (const IndexPageRef& part : branch_of(slot).parts) {
    if (!part) continue;
    writable_block(page).copy_from(to, block_of(part), 0, block_of(part).size());
    to += block_of(part).size();
  }
  slot = std::move(page);
}

}  // namespace

IndexPageRef build(std::span<const IndexEntry> entries, const Range& range) {
  if (entries.empty()) return {};
  if (entries.size() <= block_max || range.depth == depth_max) {
    IndexPageRef page = Block::make(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) writable_block(page).put(i, entries[i]);
    return page;
  }
  IndexPageRef page = IndexPageRef::adopt(new Branch);
  for (unsigned i = 0; i < fan_out; ++i) {
    const std::size_t end = static_cast<std::size_t>(
        std::partition_point(
            entries.begin(), entries.end(),
            [&](const IndexEntry& entry) { return entry.fingerprint <= range.part(i).last(); }) -
        entries.begin());
    branch_of(page).parts[i] = build(entries.first(end), range.part(i));
    entries = entries.subspan(end);
  }
  return page;
}

Branch& own_branch(IndexPageRef& slot) {
  if (!slot.is_sole()) {
    IndexPageRef copy = IndexPageRef::adopt(new Branch);
    branch_of(copy).parts = branch_of(slot).parts;
    slot = std::move(copy);
  }
  return branch_of(slot);
}

void split_unloaded(IndexPageRef& slot, const Range& range) {
  IndexPageRef made = IndexPageRef::adopt(new Branch);
  for (IndexPageRef& part : branch_of(made).parts) part = IndexPageRef::adopt(new Unloaded);
  for (const Waiting& change : unloaded_of(slot).waiting) {
    const unsigned i = range.part_of(change.entry.fingerprint);
    unloaded_of(branch_of(made).parts[i]).waiting.push_back(change);
  }
  slot = std::move(made);
}

void change_at(IndexPageRef& slot, const Range& range, const EntryChange& change,
               unsigned block_depth) {
  const IndexEntry& entry = change.entry;
  if (!slot) {
    expect(!change.erased);
    slot = build(std::span(&entry, 1), range);
    return;
  }
  if (slot->kind == IndexPage::Kind::unloaded) {
    if (range.depth >= block_depth) return wait_for(own_unloaded(slot).waiting, change);
    split_unloaded(slot, range);
  }
  if (slot->kind == IndexPage::Kind::block) {
    slot = change.erased ? without_entry(block_of(slot), entry) : with_entry(block_of(slot), entry);
    if (slot && block_of(slot).size() > block_max && range.depth < depth_max)
      split_block(slot, range);
    return;
  }
  const unsigned i = range.part_of(entry.fingerprint);
  change_at(own_branch(slot).parts[i], range.part(i), change, block_depth);
  if (change.erased) merge_parts(slot);
}

void flatten(const IndexPageRef& page, const Range& range, IndexKind kind, Flat& out) {
  if (!page) return;
  switch (page->kind) {
    case IndexPage::Kind::block:
      for (std::size_t i = 0; i < block_of(page).size(); ++i)
        out.entries.push_back(block_of(page).at(i));
      return;
    case IndexPage::Kind::unloaded:
      out.missing.push_back({static_cast<std::uint8_t>(kind), range.first, range.last()});
      return;
    case IndexPage::Kind::branch:
      for (unsigned i = 0; i < fan_out; ++i)
        flatten(branch_of(page).parts[i], range.part(i), kind, out);
  }
}

}  // namespace thicket::tree::index
