// LEB128 numbers, strings, and rows of them.
#include "group_store/packed_rows.h"

#include <algorithm>

#include "base/machine_failure.h"

namespace thicket::group_store {
namespace {

[[noreturn]] void torn() {
  throw MachineFailure("store: a record or block of group state is not whole");
}

std::size_t size_of(std::uint64_t number) {
  std::size_t size = 1;
  for (; number >= 0x80; number >>= 7) ++size;
  return size;
}

std::size_t shared(ByteView before, ByteView key) {
  const std::size_t most = std::min(before.size(), key.size());
  const auto differs =
      std::mismatch(before.begin(), before.begin() + static_cast<long>(most), key.begin());
  return static_cast<std::size_t>(differs.first - before.begin());
}

std::uint64_t value_mark(const PackedRow& row) {
  return row.value ? row.value->size() + 1 : 0;
}

}  // namespace

bool PackedRow::operator==(const PackedRow& other) const {
  return key == other.key && value.has_value() == other.value.has_value() &&
         (!value || equal(*value, *other.value));
}

void put_number(codec::Writer& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.integer(0x80 | (value & 0x7F), 1);
  out.integer(value, 1);
}

void put_string(codec::Writer& out, ByteView octets) {
  put_number(out, octets.size());
  out.raw(octets);
}

std::uint64_t read_number(codec::Reader& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto octet = in.integer(1);
    if (!octet) torn();
    value |= (*octet & 0x7F) << shift;
    if (*octet < 0x80) return value;
  }
  torn();
}

// At most as many as octets follow it, and `more`.
std::size_t read_size(codec::Reader& in, std::size_t more = 0) {
  const std::uint64_t size = read_number(in);
  if (size > in.remaining() + more) torn();
  return static_cast<std::size_t>(size);
}

ByteView read_string(codec::Reader& in) {
  return *in.take(read_size(in));
}

std::size_t packed_size(ByteView before, const PackedRow& row) {
  const std::size_t same = shared(before, row.key);
  const std::size_t rest = row.key.size() - same;
  return size_of(same) + size_of(rest) + rest + size_of(value_mark(row)) +
         (row.value ? row.value->size() : 0);
}

void pack(codec::Writer& out, std::span<const PackedRow> rows) {
  put_number(out, rows.size());
  ByteView before;
  for (const PackedRow& row : rows) {
    const std::size_t same = shared(before, row.key);
    put_number(out, same);
    put_string(out, ByteView(row.key).subspan(same));
    put_number(out, value_mark(row));
    if (row.value) out.raw(*row.value);
    before = row.key;
  }
}

std::vector<PackedRow> unpack(codec::Reader& in) {
  const std::size_t count = read_size(in);
  std::vector<PackedRow> rows;
  rows.reserve(count);
  ByteView before;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t same = read_number(in);
    if (same > before.size()) torn();
    PackedRow row{concat({before.first(static_cast<std::size_t>(same)), read_string(in)}),
                  std::nullopt};
    const std::size_t mark = read_size(in, 1);
    if (mark > 0) row.value = *in.take(mark - 1);
    if (i > 0 &&
        !std::lexicographical_compare(before.begin(), before.end(), row.key.begin(), row.key.end()))
      torn();
    rows.push_back(std::move(row));
    before = rows.back().key;
  }
  return rows;
}

}  // namespace thicket::group_store
