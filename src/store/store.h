// Named ordered key spaces with atomic batches: all that the client and the service ask of a disk.
// What is in a row is the business of who writes it; a space's name is lower-case letters and '_'.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace thicket::store {

struct Row {
  Bytes key;
  Bytes value;
  bool operator==(const Row&) const = default;
};

// What to read of a space: rows whose key starts with `prefix` and is not below `from` nor above
// `last`, in order of key (octet by octet), at most `rows_max` of them.
struct Range {
  Bytes prefix = {};
  Bytes from = {};
  std::optional<Bytes> last = {};
  std::size_t rows_max = SIZE_MAX;
};

// The first key above all that start with `prefix`; nothing if there is none (all octets 0xff).
std::optional<Bytes> end_of_prefix(ByteView prefix);

// One row to write, to erase (no value), or to be found as it says (a precondition).
struct Change {
  std::string space;
  Bytes key;
  std::optional<Bytes> value;
  bool under = false;  // every row whose key starts with `key` is erased
};

// Preconditions and changes that hold and happen together or not at all. Of two changes to one key
// the later counts. Its values are overwritten when it ends: some are secrets.
class Batch final {
 public:
  Batch() = default;
  Batch(Batch&&) noexcept = default;
  Batch& operator=(Batch&& other) noexcept;
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch();

  void put(std::string_view space, ByteView key, ByteView value);
  void erase(std::string_view space, ByteView key);
  // Everything whose key starts with `prefix`, also what this batch has put so far.
  void erase_under(std::string_view space, ByteView prefix);
  // The row must be there with this value, or not be there at all.
  void expect(std::string_view space, ByteView key, std::optional<Bytes> value);
  // What `other` says, after what this one says.
  void append(Batch other);

  const std::vector<Change>& expectations() const { return expectations_; }
  const std::vector<Change>& changes() const { return changes_; }
  bool empty() const { return changes_.empty(); }

 private:
  void wipe();
  std::vector<Change> expectations_;
  std::vector<Change> changes_;
};

// Throws MachineFailure when the machine breaks. Whether a batch that failed so was written is then
// unknown: the store refuses everything more, and tells when it is opened anew. One thread at a
// time.
class Store {
 public:
  virtual ~Store() = default;

  virtual std::optional<Bytes> get(std::string_view space, ByteView key) = 0;
  // O(rows read + log n).
  virtual std::vector<Row> scan(std::string_view space, const Range& range) = 0;
  // False, and nothing is changed, if an expectation is not met. When it returns true, the batch
  // outlasts the process, and with a durable store the machine.
  [[nodiscard]] virtual bool apply(const Batch& batch) = 0;
  // What was erased or written over is in no file any more when it returns. Costs several syncs:
  // for a client that has nothing else to do.
  virtual void scrub() = 0;
};

}  // namespace thicket::store
