// Rows of groups in key spaces: the group's id stands before each key.
#include "group_store/group_rows.h"

#include <algorithm>

#include "base/assert.h"
#include "group_store/own_key_packages.h"
#include "store/key.h"

namespace thicket::group_store {
namespace {

store::Key key_of(ByteView group_id, ByteView key) {
  return store::Key().name(group_id).rest(key);
}

void erase_under(store::Store& store, store::Batch& batch, std::string_view space,
                 ByteView prefix) {
  for (const store::Row& row : store.scan(space, {.prefix = to_bytes(prefix)}))
    batch.erase(space, row.key);
}

void change(store::Batch& batch, std::string_view space, ByteView key,
            const std::optional<ByteView>& value) {
  if (value) {
    batch.put(space, key, *value);
  } else {
    batch.erase(space, key);
  }
}

void read_range(store::Store& store, std::string_view space, const store::Range& range,
                std::vector<group::StoredRow>& out) {
  const std::size_t mark = range.prefix.size();
  for (store::Row& row : store.scan(space, range)) {
    Bytes key(row.key.begin() + static_cast<std::ptrdiff_t>(mark), row.key.end());
    out.push_back({std::move(key), SecretBytes(std::move(row.value))});
  }
}

}  // namespace

void BatchSink::write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) {
  for (const Bytes& prefix : delta.erased) {
    erase_under(store_, batch_, public_space, key_of(delta.group_id, prefix));
    erase_under(store_, batch_, secret_space, key_of(delta.group_id, prefix));
  }
  for (const Bytes& reference : delta.consumed_key_packages)
    batch_.erase(key_package_space, reference);
  for (const group::PublicRow& row : delta.rows) {
    const auto value = row.value ? std::optional<ByteView>(*row.value) : std::nullopt;
    change(batch_, public_space, key_of(delta.group_id, row.key), value);
  }
  for (const group::SecretRow& row : secrets) {
    const auto value = row.value ? std::optional<ByteView>(row.value->reveal()) : std::nullopt;
    change(batch_, secret_space, key_of(delta.group_id, row.key), value);
  }
}

void StoreSink::write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) {
  store::Batch batch;
  BatchSink(store_, batch).write(delta, secrets);
  // It expects nothing, so nothing can be against it.
  THICKET_ASSERT(store_.apply(batch));
}

std::optional<SecretBytes> StoredRows::find(ByteView key) {
  const store::Key full = key_of(group_id_, key);
  for (const std::string_view space : {secret_space, public_space}) {
    if (auto value = store_.get(space, full)) return SecretBytes(std::move(*value));
  }
  return std::nullopt;
}

std::vector<group::StoredRow> StoredRows::range(ByteView first, ByteView last) {
  const store::Range range{.prefix = key_of(group_id_, {}).octets(),
                           .from = key_of(group_id_, first).octets(),
                           .last = key_of(group_id_, last).octets()};
  std::vector<group::StoredRow> out;
  read_range(store_, public_space, range, out);
  read_range(store_, secret_space, range, out);
  std::sort(out.begin(), out.end(),
            [](const group::StoredRow& a, const group::StoredRow& b) { return a.key < b.key; });
  return out;
}

}  // namespace thicket::group_store
