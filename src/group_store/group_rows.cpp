// Deltas into batches, and rows read back: what the log says of a row, else its block.
#include "group_store/group_rows.h"

#include <algorithm>
#include <numeric>

#include "base/assert.h"

namespace thicket::group_store {

void BatchSink::write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) {
  FrozenSegments here;
  put({store_, batch_, frozen_ == nullptr ? here : *frozen_, policy_}, delta, secrets);
}

void StoreSink::write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) {
  store::Batch batch;
  put({store_, batch, frozen_, policy_}, delta, secrets);
  // It expects the head that it has just read.
  THICKET_ASSERT(store_.apply(batch));
}

// Records that were appended to those that are known.
bool StoredRows::read_on(const Head& now) {
  const Head& then = log_->head;
  if (now.start != then.start || now.active_at != then.active_at ||
      now.active.slots < then.active.slots)
    return false;
  Records& records = log_->records;
  records.read_slots(disk_, group_id_, now.active_at, then.active.slots, now.active.slots);
  records.read_all_of(now.tail);
  return records.end() == now.end;
}

const StoredRows::Log* StoredRows::log() {
  auto row = disk_.row(head_space, of_group(group_id_));
  if (!row) {
    log_.reset();
    return nullptr;
  }
  if (log_ && log_->head_row == *row) return &*log_;
  Head head = decode_head(*row);
  if (log_ && read_on(head)) {
    log_->head = std::move(head);
    log_->head_row = std::move(*row);
  } else {
    Records records = live_records(disk_, group_id_, head);
    log_.emplace(Log{std::move(*row), std::move(head), std::move(records)});
  }
  return &*log_;
}

namespace {

std::optional<ByteView> row_in(const std::vector<PackedRow>& rows, ByteView key) {
  const auto at = std::lower_bound(
      rows.begin(), rows.end(), key,
      [](const PackedRow& row, ByteView wanted) { return InOrder()(row.key, wanted); });
  if (at == rows.end() || !equal(at->key, key)) return std::nullopt;
  return at->value;
}

std::optional<SecretBytes> copy_of(std::optional<ByteView> value) {
  if (!value) return std::nullopt;
  return SecretBytes(*value);
}

// Of many rows looked up in order of key, each block is read once.
class BlockReader final {
 public:
  BlockReader(Pending& disk, Blocks blocks) : disk_(disk), blocks_(std::move(blocks)) {}
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;

  std::optional<ByteView> find(ByteView key) {
    if (!block_ || InOrder()(block_->bound, key)) {
      block_ = blocks_.covering(disk_, key);
      rows_.clear();
      if (block_) rows_ = block_->rows();
    }
    return row_in(rows_, key);
  }

 private:
  Pending& disk_;
  Blocks blocks_;
  std::optional<Block> block_;
  std::vector<PackedRow> rows_;
};

}  // namespace

std::vector<std::optional<SecretBytes>> StoredRows::find_each(std::span<const Bytes> keys) {
  const Log* known = log();
  const Placing placing = known == nullptr ? Placing(1) : known->head.placing();
  std::vector<Bytes> places;
  for (const Bytes& key : keys) places.push_back(placing.placed(key));
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return places[a] < places[b]; });
  BlockReader open(disk_, Blocks(public_space, group_id_, Padding::none));
  BlockReader secret(disk_, Blocks(secret_space, group_id_, Padding::to_pages));
  std::vector<std::optional<SecretBytes>> out(keys.size());
  for (const std::size_t i : order) {
    const bool of_tree = !keys[i].empty() && (keys[i].front() == 'n' || keys[i].front() == 'i');
    if (known != nullptr) {
      const auto said = known->records.overlay().of(places[i]);
      out[i] = copy_of(said ? said->value : open.find(places[i]));
    }
    if (!out[i] && !of_tree) out[i] = copy_of(secret.find(keys[i]));
  }
  return out;
}

std::optional<SecretBytes> StoredRows::find(ByteView key) {
  const Bytes one = to_bytes(key);
  return std::move(find_each(std::span(&one, 1)).front());
}

namespace {

bool between(ByteView key, ByteView first, ByteView last) {
  return !InOrder()(key, first) && !InOrder()(last, key);
}

// Everything that a range of row keys may stand among: nodes have other places than keys.
ByteView first_place(ByteView first) {
  return !first.empty() && first.front() == 'n' ? first.first(1) : first;
}
Bytes last_place(ByteView last) {
  return !last.empty() && last.front() == 'n' ? Bytes{'n', 0xff} : to_bytes(last);
}

std::vector<group::StoredRow> in_order(std::vector<group::StoredRow> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const group::StoredRow& a, const group::StoredRow& b) { return a.key < b.key; });
  return rows;
}

}  // namespace

std::vector<group::StoredRow> StoredRows::range(ByteView first, ByteView last) {
  std::vector<group::StoredRow> out;
  if (InOrder()(last, first)) return out;
  const auto take = [&](ByteView place, ByteView value) {
    Bytes key = Placing::row_key(place);
    if (between(key, first, last)) out.push_back({std::move(key), SecretBytes(value)});
  };
  const ByteView from = first_place(first);
  const Bytes to = last_place(last);
  if (const Log* known = log()) {
    const Overlay& over = known->records.overlay();
    const Blocks blocks(public_space, group_id_, Padding::none);
    for (const Block& block : blocks.covering(disk_, from, to)) {
      for (const PackedRow& row : block.rows()) {
        if (between(row.key, from, to) && !over.of(row.key)) take(row.key, *row.value);
      }
    }
    for (auto row = over.rows().lower_bound(from);
         row != over.rows().end() && !InOrder()(to, row->first); ++row) {
      if (row->second) take(row->first, *row->second);
    }
  }
  const bool of_tree = !first.empty() && (first.front() == 'n' || first.front() == 'i') &&
                       last.front() == first.front();
  const Blocks secrets(secret_space, group_id_, Padding::to_pages);
  if (of_tree) return in_order(std::move(out));
  for (const Block& block : secrets.covering(disk_, first, last)) {
    for (const PackedRow& row : block.rows()) {
      if (between(row.key, first, last)) out.push_back({row.key, SecretBytes(*row.value)});
    }
  }
  return in_order(std::move(out));
}

}  // namespace thicket::group_store
