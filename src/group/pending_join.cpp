// An external join between its making and its verdict.
#include "group/pending_join.h"

#include <algorithm>

#include "codec/codec.h"

namespace thicket::group {
namespace {

// No other rows of a group start so: a group that is resynchronised keeps its own until the
// verdict.
constexpr std::uint8_t row_kind = 'j';

Bytes key_of(ByteView message_hash) {
  Bytes key{row_kind};
  append(key, message_hash);
  return key;
}

void write_optional(codec::Writer& out, const std::optional<Bytes>& value) {
  out.integer(value ? 1 : 0, 1);
  if (value) out.opaque(*value);
}

Result<std::optional<Bytes>> read_optional(codec::Reader& in) {
  if (THICKET_TRY(in.integer(1)) == 0) return std::optional<Bytes>();
  return std::optional<Bytes>(to_bytes(THICKET_TRY(in.opaque())));
}

std::size_t size_of(const Outgoing& outgoing, const Delta& rows) {
  std::size_t size = 64 + outgoing.message.size() + outgoing.message_hash.size();
  if (outgoing.group_info) size += outgoing.group_info->size();
  for (const PublicRow& row : rows.open.rows) size += 8 + row.key.size() + row.value->size();
  for (const SecretRow& row : rows.secrets) size += 8 + row.key.size() + row.value->size();
  return size;
}

SecretBytes encode_row(Epoch epoch, const Outgoing& outgoing, const Delta& rows) {
  codec::Writer out(size_of(outgoing, rows));  // enough: a secret is not moved in memory
  out.integer(epoch.value, 8);
  out.opaque(outgoing.message);
  out.opaque(outgoing.message_hash);
  write_optional(out, outgoing.group_info);
  out.integer(rows.open.rows.size(), 4);
  for (const PublicRow& row : rows.open.rows) {
    out.opaque(row.key);
    out.opaque(*row.value);
  }
  for (const SecretRow& row : rows.secrets) {
    out.opaque(row.key);
    out.opaque(row.value->reveal());
  }
  return SecretBytes(std::move(out).take());
}

Result<Delta> read_rows(codec::Reader& in, ByteView group_id) {
  Delta rows;
  rows.open.group_id = to_bytes(group_id);
  rows.open.erased.push_back({});
  rows.open.bindings = {std::make_shared<Binding>()};
  const std::uint64_t count = THICKET_TRY(in.integer(4));
  for (std::uint64_t i = 0; i < count; ++i) {
    Bytes key = to_bytes(THICKET_TRY(in.opaque()));
    Bytes value = to_bytes(THICKET_TRY(in.opaque()));
    rows.open.rows.push_back({std::move(key), std::move(value)});
  }
  while (!in.done()) {
    Bytes key = to_bytes(THICKET_TRY(in.opaque()));
    SecretBytes value(THICKET_TRY(in.opaque()));
    rows.secrets.push_back({std::move(key), std::move(value)});
  }
  return rows;
}

Result<std::unique_ptr<ExternalJoin::Pending>> decode_row(const Environment& environment,
                                                          ByteView group_id, ByteView row) {
  codec::Reader in(row);
  const Epoch epoch{THICKET_TRY(in.integer(8))};
  Outgoing outgoing;
  outgoing.message = to_bytes(THICKET_TRY(in.opaque()));
  outgoing.message_hash = to_bytes(THICKET_TRY(in.opaque()));
  outgoing.group_info = THICKET_TRY(read_optional(in));
  Delta read_back = THICKET_TRY(read_rows(in, group_id));
  return pending_join({.environment = environment,
                       .epoch = epoch,
                       .outgoing = std::move(outgoing),
                       .before_send = {},
                       .made = std::nullopt,
                       .read_back = std::move(read_back)});
}

// The rows of a delta as a store would give them back.
class DeltaRows final : public RowSource {
 public:
  explicit DeltaRows(const Delta& delta) {
    for (const PublicRow& row : delta.open.rows) rows_.push_back({row.key, *row.value});
    for (const SecretRow& row : delta.secrets) rows_.push_back({row.key, row.value->reveal()});
    std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.key < b.key; });
  }
  std::optional<SecretBytes> find(ByteView key) override {
    const auto found = range(key, key);
    if (found.empty()) return std::nullopt;
    return found.front().value.clone();
  }
  std::vector<StoredRow> range(ByteView first, ByteView last) override {
    std::vector<StoredRow> out;
    auto row = std::lower_bound(rows_.begin(), rows_.end(), to_bytes(first),
                                [](const Row& a, const Bytes& key) { return a.key < key; });
    for (const Bytes end = to_bytes(last); row != rows_.end() && row->key <= end; ++row) {
      out.push_back({row->key, SecretBytes(row->value)});
    }
    return out;
  }

 private:
  struct Row {
    Bytes key;
    ByteView value;
  };
  std::vector<Row> rows_;
};

}  // namespace

std::unique_ptr<ExternalJoin::Pending> pending_join(ExternalJoin::Pending parts) {
  auto pending = std::make_unique<ExternalJoin::Pending>(std::move(parts));
  const Delta& rows = pending->on_accept();
  Delta& before = pending->before_send;
  before.open.group_id = rows.open.group_id;
  before.open.bindings = {std::make_shared<Binding>()};
  before.secrets.push_back({key_of(pending->outgoing.message_hash),
                            encode_row(pending->epoch, pending->outgoing, rows)});
  return pending;
}

ExternalJoin::ExternalJoin(std::unique_ptr<Pending> pending) : pending_(std::move(pending)) {}
ExternalJoin::ExternalJoin(ExternalJoin&&) noexcept = default;
ExternalJoin& ExternalJoin::operator=(ExternalJoin&&) noexcept = default;
ExternalJoin::~ExternalJoin() = default;

const Delta& ExternalJoin::before_send() const {
  return pending_->before_send;
}
const Delta& ExternalJoin::on_accept() const {
  return pending_->on_accept();
}
const Bytes& ExternalJoin::group_id() const {
  return pending_->before_send.open.group_id;
}
Epoch ExternalJoin::epoch() const {
  return pending_->epoch;
}

Result<Outgoing> ExternalJoin::release(const Stored& stored) const {
  if (!stored.covers(pending_->before_send.open)) return broken(Rule::before_send_order);
  return pending_->outgoing;
}

bool ExternalJoin::is_ours(ByteView winner) const {
  return equal(winner, pending_->outgoing.message);
}

Delta ExternalJoin::on_lost() const {
  Delta delta;
  delta.open.group_id = group_id();
  delta.open.bindings = {std::make_shared<Binding>()};
  delta.secrets.push_back({key_of(pending_->outgoing.message_hash), std::nullopt});
  return delta;
}

Result<std::unique_ptr<Group>> ExternalJoin::open(const Stored& stored) && {
  if (pending_->made) return std::move(*pending_->made).open(stored);
  if (!stored.covers(pending_->read_back.open)) return broken(Rule::before_send_order);
  DeltaRows rows(pending_->read_back);
  return Group::open(pending_->environment, rows);
}

Result<std::vector<ExternalJoin>> reopen_external_joins(const Environment& environment,
                                                        ByteView group_id, RowSource& rows) {
  std::vector<ExternalJoin> joins;
  for (const StoredRow& row : rows.range({&row_kind, 1}, key_of(Bytes(96, 0xff)))) {
    auto pending = decode_row(environment, group_id, row.value.reveal());
    if (!pending) {
      return broken(Rule::store_row).at("external_join").because(describe(pending.error()));
    }
    joins.emplace_back(*std::move(pending));
  }
  return joins;
}

}  // namespace thicket::group
