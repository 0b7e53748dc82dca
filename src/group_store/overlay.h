// Changes of rows that lie over what is stored: of two to one key the later counts.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "group_store/placing.h"

namespace thicket::group_store {

class Overlay final {
 public:
  using Rows = std::map<Bytes, std::optional<ByteView>, InOrder>;

  // The value's octets are kept by whoever calls.
  void put(Bytes key, ByteView value) { rows_.insert_or_assign(std::move(key), value); }
  void erase(Bytes key) { rows_.insert_or_assign(std::move(key), std::nullopt); }
  void erase_under(ByteView prefix);

  // Nothing where this says nothing of the key; else the row's value, or that it is erased.
  struct Said {
    std::optional<ByteView> value;
  };
  std::optional<Said> of(ByteView key) const;
  bool is_erased_below(ByteView key) const;  // by a prefix

  // What is said of single keys, also where a prefix covers them, and the prefixes.
  const Rows& rows() const { return rows_; }
  const std::set<Bytes, InOrder>& prefixes() const { return prefixes_; }
  bool empty() const { return rows_.empty() && prefixes_.empty(); }

  // The first key not below `from` of which this says something, or nothing.
  std::optional<Bytes> next(ByteView from) const;

 private:
  Rows rows_;
  std::set<Bytes, InOrder> prefixes_;
};

}  // namespace thicket::group_store
