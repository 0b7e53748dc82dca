// The log of a group: one order of messages, one commit an epoch, decided by compare-and-swap.
// It is the queue, too: who is behind follows from a cursor and the head, and nothing is stored.
#pragma once

#include <variant>

#include "store/store.h"
#include "transport/replies.h"

namespace thicket::delivery {

using transport::Entry;
using transport::EntryKind;
using transport::Head;

// A message that is to become an entry. Its octets name a commit: SHA-256 in `hash`.
struct Append {
  Bytes group_id;
  Epoch epoch;  // that it was made in
  EntryKind kind{};
  Instant now;
  Bytes message;
  Bytes hash;
  // The number that it must get, where something that is written also says it.
  std::optional<std::uint64_t> number = {};
};

// Which commit ended an epoch: kept for ever, so that a retry at any later time gets the first
// verdict.
struct Verdict {
  Bytes winner;
  std::uint64_t number = 0;
  bool operator==(const Verdict&) const = default;
};

struct Won {
  std::uint64_t number = 0;
  Head head;
  bool operator==(const Won&) const = default;
};
// The epoch has ended, or is not reached (then there is no verdict).
struct Lost {
  std::optional<Verdict> verdict;
  Head head;
  bool operator==(const Lost&) const = default;
};
// Somebody wrote in between: decide anew on what is there now.
struct Again {
  bool operator==(const Again&) const = default;
};
using Appended = std::variant<Won, Lost, Again>;

// An engine. What is written `also` happens in the same transaction, or not at all.
class Log {
 public:
  virtual ~Log() = default;
  // False, and nothing is written, if there is a group of that id.
  [[nodiscard]] virtual bool create(ByteView group_id, Epoch epoch, store::Batch also) = 0;
  virtual std::optional<Head> head(ByteView group_id) = 0;
  virtual std::optional<Verdict> verdict(ByteView group_id, Epoch epoch) = 0;
  // From entry `from` on, as many as fit in `octets_max` (one at least, if there is one).
  virtual std::vector<Entry> read(ByteView group_id, std::uint64_t from,
                                  std::size_t octets_max) = 0;
  // A commit or a proposal needs its epoch to be the group's. A commit that has won is told so
  // again. The group must be there.
  virtual Appended append(const Append& what, store::Batch also) = 0;
};

// The engine on a Store: durable if the store is.
class StoreLog final : public Log {
 public:
  explicit StoreLog(store::Store& store) : store_(store) {}
  StoreLog(const StoreLog&) = delete;
  StoreLog& operator=(const StoreLog&) = delete;
  bool create(ByteView group_id, Epoch epoch, store::Batch also) override;
  std::optional<Head> head(ByteView group_id) override;
  std::optional<Verdict> verdict(ByteView group_id, Epoch epoch) override;
  std::vector<Entry> read(ByteView group_id, std::uint64_t from, std::size_t octets_max) override;
  Appended append(const Append& what, store::Batch also) override;

 private:
  store::Store& store_;
};

}  // namespace thicket::delivery
