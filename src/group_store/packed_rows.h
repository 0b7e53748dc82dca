// Rows as they stand in a record of the log or in a block: in order of key, each key without what
// it shares with the one before. docs/format.md, "Rows in a record or block".
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "codec/reader.h"
#include "codec/writer.h"

namespace thicket::group_store {

struct PackedRow {
  Bytes key;
  // None: erased (in a record only). A view into what it came from.
  std::optional<ByteView> value;
  bool operator==(const PackedRow& other) const;
};

void put_number(codec::Writer& out, std::uint64_t value);
void put_string(codec::Writer& out, ByteView octets);
// These throw MachineFailure: nobody but this program has written what they read.
std::uint64_t read_number(codec::Reader& in);
ByteView read_string(codec::Reader& in);

// Octets that a row takes after one with the key `before`.
std::size_t packed_size(ByteView before, const PackedRow& row);

// The number of rows, then the rows, ascending.
void pack(codec::Writer& out, std::span<const PackedRow> rows);
std::vector<PackedRow> unpack(codec::Reader& in);

}  // namespace thicket::group_store
