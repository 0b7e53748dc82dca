// The rows of one group in memory, for tests: written by deltas, read back by open() and Needs.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "group/delta.h"

namespace thicket::kit {

// Where rows outlast the process: they are written to it too, and read from it alone.
class Backing {
 public:
  virtual ~Backing() = default;
  virtual group::DeltaSink& sink() = 0;
  virtual group::RowSource& source() = 0;
  // The process has ended, and starts again.
  virtual void reopen() = 0;
};

class MemoryRows final : public group::DeltaSink, public group::RowSource {
 public:
  void write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) override {
    if (backing) backing->sink().write(delta, secrets);
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
    if (backing) return backing->source().find(key);
    const auto row = rows.find(to_bytes(key));
    if (row == rows.end()) return std::nullopt;
    return SecretBytes(ByteView(row->second));
  }

  std::vector<group::StoredRow> range(ByteView first, ByteView last) override {
    if (backing) return backing->source().range(first, last);
    std::vector<group::StoredRow> out;
    const auto end = rows.upper_bound(to_bytes(last));
    for (auto row = rows.lower_bound(to_bytes(first)); row != end; ++row) {
      out.push_back({row->first, SecretBytes(ByteView(row->second))});
    }
    return out;
  }

  // What the backing holds, beside `rows`, which says what it should.
  std::map<Bytes, Bytes> backed() {
    std::map<Bytes, Bytes> out;
    for (const group::StoredRow& row : range({}, Bytes{0xff})) {
      out.emplace(row.key, to_bytes(row.value.reveal()));
    }
    return out;
  }

  std::shared_ptr<Backing> backing;  // a copy reads the same
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
