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
  // Is the key under a prefix that was erased?
  bool is_under_erased(ByteView key) const;

  // What is said of single keys, also where a prefix covers them.
  const Rows& rows() const { return rows_; }
  bool empty() const { return rows_.empty() && prefixes_.empty(); }

  // The first key not below `from` of which this says something, or nothing.
  std::optional<Bytes> next(ByteView from) const;

 private:
  Rows rows_;
  std::set<Bytes, InOrder> prefixes_;
  std::set<std::size_t> prefix_sizes_;  // two or three
};

}  // namespace thicket::group_store
