// Heads, entries and verdicts in three key spaces; an expectation on the head's row is the
// compare-and-swap.
#include "delivery/log.h"

#include "base/assert.h"
#include "delivery/rows.h"
#include "store/key.h"
#include "transport/wire.h"

namespace thicket::delivery {
namespace {

constexpr std::string_view heads = "head";
constexpr std::string_view entries = "log";
constexpr std::string_view verdicts = "verdict";
// Rows of a log are read so many at a time.
constexpr std::size_t entries_a_read = 64;

store::Key numbered(ByteView group_id, std::uint64_t number) {
  return store::Key().name(group_id).number(number);
}

}  // namespace

bool StoreLog::create(ByteView group_id, Epoch epoch, store::Batch also) {
  const store::Key key = store::Key().name(group_id);
  store::Batch batch;
  batch.expect(heads, key, std::nullopt);
  batch.put(heads, key, codec::encode(Head{epoch, 0}));
  batch.append(std::move(also));
  return store_.apply(batch);
}

std::optional<Head> StoreLog::head(ByteView group_id) {
  return read_row<Head>(store_, heads, store::Key().name(group_id));
}

std::optional<Verdict> StoreLog::verdict(ByteView group_id, Epoch epoch) {
  return read_row<Verdict>(store_, verdicts, numbered(group_id, epoch.value));
}

std::vector<Entry> StoreLog::read(ByteView group_id, std::uint64_t from, std::size_t octets_max) {
  std::vector<Entry> out;
  std::size_t octets = 0;
  const store::Key prefix = store::Key().name(group_id);
  for (std::uint64_t next = from;;) {
    const auto rows = store_.scan(entries, {.prefix = prefix.octets(),
                                            .from = numbered(group_id, next).octets(),
                                            .rows_max = entries_a_read});
    for (const store::Row& row : rows) {
      octets += row.value.size();
      if (octets > octets_max && !out.empty()) return out;
      out.push_back(decode_row<Entry>(entries, row.value));
    }
    if (rows.size() < entries_a_read) return out;
    next = out.back().number + 1;
  }
}

Appended StoreLog::append(const Append& what, store::Batch also) {
  const std::optional<Head> now = head(what.group_id);
  THICKET_ASSERT(now.has_value());
  const bool commits = what.kind == EntryKind::commit;
  if (commits) {
    if (const auto decided = verdict(what.group_id, what.epoch)) {
      const bool won = decided->winner == what.hash;
      if (won) return Won{decided->number, {what.epoch.next(), decided->number + 1}};
      return Lost{decided, *now};
    }
  }
  if (what.kind != EntryKind::application && what.epoch != now->epoch) {
    return Lost{verdict(what.group_id, what.epoch), *now};
  }
  if (what.number.value_or(now->next) != now->next) return Again{};
  const Head next{commits ? now->epoch.next() : now->epoch, now->next + 1};
  const Entry entry{now->next, what.kind, what.epoch, what.now.seconds, what.message};
  const store::Key head_key = store::Key().name(what.group_id);
  store::Batch batch;
  batch.expect(heads, head_key, codec::encode(*now));
  batch.put(heads, head_key, codec::encode(next));
  batch.put(entries, numbered(what.group_id, now->next), codec::encode(entry));
  if (commits) {
    const Verdict decided{what.hash, now->next};
    batch.put(verdicts, numbered(what.group_id, what.epoch.value), codec::encode(decided));
  }
  batch.append(std::move(also));
  if (!store_.apply(batch)) return Again{};
  return Won{now->next, next};
}

}  // namespace thicket::delivery
