// The rows of one group in memory, for tests: written by deltas, read back by open() and Needs.
#pragma once

#include <map>
#include <set>

#include "group/delta.h"

namespace thicket::kit {

class MemoryRows final : public group::DeltaSink, public group::RowSource {
 public:
  void write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) override {
    for (const Bytes& prefix : delta.erased) erase_under(prefix);
    for (const group::PublicRow& row : delta.rows) put(row.key, row.value);
    for (const group::SecretRow& row : secrets) {
      std::optional<Bytes> value;
      if (row.value) value = to_bytes(row.value->reveal());
      put(row.key, value);
      if (row.value) secret_keys.insert(row.key);
    }
    consumed.insert(delta.consumed_key_packages.begin(), delta.consumed_key_packages.end());
    ++writes;
  }

  std::optional<SecretBytes> find(ByteView key) override {
    const auto row = rows.find(to_bytes(key));
    if (row == rows.end()) return std::nullopt;
    return SecretBytes(ByteView(row->second));
  }

  std::vector<group::StoredRow> range(ByteView first, ByteView last) override {
    std::vector<group::StoredRow> out;
    const auto end = rows.upper_bound(to_bytes(last));
    for (auto row = rows.lower_bound(to_bytes(first)); row != end; ++row) {
      out.push_back({row->first, SecretBytes(ByteView(row->second))});
    }
    return out;
  }

  std::map<Bytes, Bytes> rows;
  std::set<Bytes> secret_keys;  // of rows that were ever written as secrets
  std::set<Bytes> consumed;     // key packages
  std::size_t writes = 0;

 private:
  void put(const Bytes& key, const std::optional<Bytes>& value) {
    if (value) {
      rows.insert_or_assign(key, *value);
    } else {
      rows.erase(key);
    }
  }
  void erase_under(const Bytes& prefix) {
    std::erase_if(rows, [&](const auto& row) {
      return row.first.size() >= prefix.size() &&
             std::equal(prefix.begin(), prefix.end(), row.first.begin());
    });
  }
};

}  // namespace thicket::kit
