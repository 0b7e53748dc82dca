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
  bool erased = false;  // the rows of the epoch are gone, and nothing brings them back

  // Rows that changed in memory.
  void note(std::vector<SecretRow> changed);
};

// What a delta is bound to. RFC 9420 14 leaves it to the implementation that of the commits of an
// epoch one is applied; docs/decisions/0011 says how.
class Binding final {
 public:
  enum class Kind : std::uint8_t {
    before_send,  // to the ratchets: at least as far as the store has them
    receive,      // to the ratchets, exactly as they stand
    next_epoch,   // to the epoch
    fresh,        // to nothing: the first rows of a group
  };
  Kind kind = Kind::fresh;
  std::uint64_t ratchets_moved = 0;  // the ledger's `moved` when the delta was made
  std::shared_ptr<Ledger> ledger;
  std::shared_ptr<Fate> fate;
  std::vector<std::weak_ptr<Ledger>> erases;  // of epochs whose rows the delta erases
  const void* step = nullptr;  // what is accepted: the step, or with next_epoch the successor
  std::optional<Error> refused;
  bool stored = false;

  // Rules commit_pending_stale, before_send_order, or why the delta cannot be at all.
  Result<void> check() const;
  void mark_stored();
};

}  // namespace thicket::group
