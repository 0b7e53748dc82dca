// What memory has moved and the store has not: keeps deltas in an order in which no key comes back
// and no epoch ends twice.
#pragma once

#include <map>

#include "group/delta.h"

namespace thicket::group {

// Which next epoch was stored for an epoch: at most one.
struct Fate {
  const void* next = nullptr;
};

// The ratchets of one epoch. Own sends move them in memory at once; the rows wait here until some
// delta of the epoch is stored.
struct Ledger {
  std::uint64_t moved = 0;    // changes in memory
  std::uint64_t written = 0;  // up to which the store has them
  struct Unwritten {
    std::optional<SecretBytes> value;
    std::uint64_t moved = 0;
  };
  std::map<Bytes, Unwritten> rows;
  // Received messages whose on_accept is stored and which are not accepted yet.
  std::vector<const void*> accepting;
};

}  // namespace thicket::group
