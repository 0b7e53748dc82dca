// Blocks read, cut and written; changes folded into them.
#include "group_store/blocks.h"

#include <algorithm>

#include "base/assert.h"
#include "base/machine_failure.h"

namespace thicket::group_store {
namespace {

// Where a block may end: its octets at least and at most, and best.
struct Window {
  std::size_t least = 0;
  std::size_t most = 0;
  std::size_t wanted = 0;
};

Window window(std::size_t total, std::size_t most) {
  if (total >= 2 * most) return {most / 2, most, most};
  // What is left is the last block, and fits.
  return {std::max(total / 4, total - most), std::min(most, total * 3 / 4), total / 2};
}

// Rows that go into a block of their own, of those that do not fit into one together.
struct Cut {
  std::size_t rows = 0;
  std::size_t octets = 0;
};
Cut cut(std::span<const PackedRow> rows, const Window& window) {
  Cut best;
  std::optional<unsigned> best_rank;  // none: outside of the window
  std::size_t best_miss = 0;
  std::size_t size = 0;
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    size += packed_size(i == 0 ? ByteView() : ByteView(rows[i - 1].key), rows[i]);
    if (size > window.most && best.rows > 0) break;
    const std::size_t miss = size > window.wanted ? size - window.wanted : window.wanted - size;
    std::optional<unsigned> rank;
    if (size >= window.least && size <= window.most) rank = cut_rank(rows[i].key, rows[i + 1].key);
    if (best.rows == 0 || rank > best_rank || (rank == best_rank && miss < best_miss)) {
      best = {i + 1, size};
      best_rank = rank;
      best_miss = miss;
    }
    if (size > window.most) break;
  }
  return best;
}

std::size_t packed_size(std::span<const PackedRow> rows) {
  std::size_t size = 0;
  ByteView before;
  for (const PackedRow& row : rows) {
    size += packed_size(before, row);
    before = row.key;
  }
  return size;
}

// The number of rows, at most; a bound, as our own keys are.
constexpr std::size_t count_octets = 5;
constexpr std::size_t bound_octets = 24;

std::size_t padded(std::size_t size) {
  std::size_t out = block_octets;
  while (out < size) out += page_octets;
  return out;
}

}  // namespace

std::vector<PackedRow> Block::rows() const {
  codec::Reader in(octets.reveal());
  std::vector<PackedRow> out = unpack(in);
  const bool whole = std::all_of(out.begin(), out.end(),
                                 [](const PackedRow& row) { return row.value.has_value(); });
  if (!whole) throw MachineFailure("store: a block of rows holds one that is erased");
  return out;
}

std::optional<Block> Blocks::covering(Pending& disk, ByteView key) const {
  auto row = disk.first(space_, group_, this->key(key));
  if (!row) return std::nullopt;
  const auto name = static_cast<std::ptrdiff_t>(group_.size());
  return Block{Bytes(row->key.begin() + name, row->key.end()), SecretBytes(std::move(row->value))};
}

std::vector<Block> Blocks::covering(Pending& disk, ByteView first, ByteView last) const {
  std::vector<Block> out;
  Bytes at = to_bytes(first);
  for (;;) {
    auto block = covering(disk, at);
    if (!block) return out;
    const bool ends = !InOrder()(block->bound, last);
    at = just_above(block->bound);
    out.push_back(std::move(*block));
    if (ends) return out;
  }
}

void Blocks::erase(store::Batch& batch, const Bytes& bound) const {
  batch.erase(space_, key(bound));
}

std::size_t Blocks::put(store::Batch& batch, std::span<const PackedRow> rows,
                        const Bytes& bound) const {
  const Bytes full_key = key(bound);
  const std::size_t most = count_octets + packed_size(rows);
  const std::size_t room =
      padding_ == Padding::to_pages ? padded(full_key.size() + most) - full_key.size() : most;
  codec::Writer out(room);  // that grows nowhere: nothing of a secret is left behind
  pack(out, rows);
  if (padding_ == Padding::to_pages) out.raw(Bytes(room - out.size()));
  const SecretBytes octets(std::move(out).take());
  batch.put(space_, full_key, octets.reveal());
  return full_key.size() + octets.size();
}

std::size_t Blocks::write(store::Batch& batch, std::span<const PackedRow> rows, const Bytes& bound,
                          std::size_t octets_max) const {
  if (rows.empty() && bound != beyond_all()) return 0;
  std::size_t written = 0;
  std::size_t total = packed_size(rows);
  const std::size_t apart = group_.size() + bound_octets + count_octets;
  const std::size_t most = octets_max - std::min(octets_max / 2, apart);
  while (total > most && rows.size() > 1) {
    const Cut next = cut(rows, window(total, most));
    const Bytes& last = rows[next.rows - 1].key;
    written += put(batch, rows.first(next.rows), last);
    rows = rows.subspan(next.rows);
    // The first row of the next block shares nothing.
    total = total - next.octets + packed_size({}, rows.front()) - packed_size(last, rows.front());
  }
  return written + put(batch, rows, bound);
}

namespace {

// The rows of a block with the changes up to its bound. Views into both.
std::vector<PackedRow> merged(const std::vector<PackedRow>& rows, const Overlay& changes,
                              ByteView from, ByteView bound) {
  std::vector<PackedRow> out;
  auto change = changes.rows().lower_bound(from);
  const auto take = [&] {
    if (change->second) out.push_back({change->first, change->second});
    ++change;
  };
  const auto in_block = [&] {
    return change != changes.rows().end() && !InOrder()(bound, change->first);
  };
  for (const PackedRow& row : rows) {
    while (in_block() && InOrder()(change->first, row.key)) take();
    if (in_block() && equal(change->first, row.key)) {
      take();
    } else if (!changes.is_under_erased(row.key)) {
      out.push_back(row);
    }
  }
  while (in_block()) take();
  return out;
}

std::size_t changes_between(const Overlay& changes, ByteView from, ByteView bound) {
  return static_cast<std::size_t>(
      std::distance(changes.rows().lower_bound(from), changes.rows().upper_bound(bound)));
}

}  // namespace

Folded fold(Pending& disk, store::Batch& batch, const Blocks& blocks, const Overlay& changes,
            ByteView from, const FoldBudget& budget) {
  Folded out;
  std::size_t written = 0;
  std::size_t rows = 0;
  Bytes at = from.empty() ? Bytes() : just_above(from);
  while (const auto next = changes.next(at)) {
    if (written >= budget.octets && rows >= budget.rows) return out;
    const auto block = blocks.covering(disk, *next);
    const Bytes bound = block ? block->bound : beyond_all();
    const auto before = block ? block->rows() : std::vector<PackedRow>();
    const auto after = merged(before, changes, *next, bound);
    rows += changes_between(changes, *next, bound);
    if (after != before) {
      const std::size_t size = blocks.write(batch, after, bound, block_octets);
      if (size == 0) blocks.erase(batch, bound);
      written += std::max(size, page_octets);
      out.octets_more += static_cast<std::int64_t>(size);
      if (block)
        out.octets_more -=
            static_cast<std::int64_t>(blocks.key(bound).size() + block->octets.size());
    }
    out.to = bound;
    if (bound == beyond_all()) break;
    at = just_above(bound);
  }
  out.done = true;
  return out;
}

}  // namespace thicket::group_store
