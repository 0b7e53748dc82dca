// What a transition changes in a store: rows, public or secret, written all or none.
// DESIGN 3: the bytes leave a Staged only in exchange for its stored before_send.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace thicket::group {

// Keys are relative to the group: a store puts its own mark of the group before them.
struct PublicRow {
  Bytes key;
  std::optional<Bytes> value;  // none: the row is erased
};

struct SecretRow {
  Bytes key;
  std::optional<SecretBytes> value;
};

// The state that a delta was made on. Two deltas of one binding cannot both be stored where that
// would fork.
class Binding;
using BindingRef = std::shared_ptr<Binding>;

// Rows of a group without secrets: all that a PublicGroup can write.
struct PublicDelta {
  Bytes group_id;
  // Everything under these prefixes is erased before the rows are written. An empty prefix stands
  // for the whole group.
  std::vector<Bytes> erased;
  std::vector<PublicRow> rows;  // each key once
  // Own key packages, by KeyPackageRef, that joining used up: their rows stand outside the group's
  // and are erased in the same transaction (RFC 9420 10).
  std::vector<Bytes> consumed_key_packages;
  std::vector<BindingRef> bindings;

  bool empty() const { return erased.empty() && rows.empty() && consumed_key_packages.empty(); }
  // Octets of all keys and values; the outgoing message (keys that start with 'o') is not counted.
  std::size_t encoded_size() const;
};

struct Delta {
  PublicDelta open;
  std::vector<SecretRow> secrets;  // each key once, none of them in open.rows

  bool empty() const { return open.empty() && secrets.empty(); }
  std::size_t encoded_size() const;
};

// One transaction of a store. Throws MachineFailure; then nothing was written, or it is not known,
// and the group must be opened anew.
class DeltaSink {
 public:
  virtual ~DeltaSink() = default;
  virtual void write(const PublicDelta& delta, std::span<const SecretRow> secrets) = 0;
};

// The rows of one group, read back.
struct StoredRow {
  Bytes key;
  SecretBytes value;
};
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual std::optional<SecretBytes> find(ByteView key) = 0;
  // The same of several keys, in their order.
  virtual std::vector<std::optional<SecretBytes>> find_each(std::span<const Bytes> keys);
  // Rows whose key k fulfils first <= k <= last, octet by octet, ascending.
  virtual std::vector<StoredRow> range(ByteView first, ByteView last) = 0;
};

// Proof that a delta was stored; only store() makes one.
class Stored final {
 public:
  Stored(Stored&&) = default;
  Stored& operator=(Stored&&) = default;
  Stored(const Stored&) = default;
  Stored& operator=(const Stored&) = default;
  bool covers(const PublicDelta& delta) const;
  bool covers(const BindingRef& binding) const;

 private:
  explicit Stored(std::vector<BindingRef> bindings) : bindings_(std::move(bindings)) {}
  friend Result<Stored> store(DeltaSink& sink, const Delta& delta);
  friend Result<Stored> store(DeltaSink& sink, const PublicDelta& delta);
  std::vector<BindingRef> bindings_;
};

// Writes the delta. Refused, with nothing written: commit_pending_stale if another next epoch was
// stored for the epoch it was made in; before_send_order if the ratchets have moved past it.
Result<Stored> store(DeltaSink& sink, const Delta& delta);
Result<Stored> store(DeltaSink& sink, const PublicDelta& delta);

}  // namespace thicket::group
