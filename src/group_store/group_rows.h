// The rows of groups in a Store: public rows in a log and blocks, secret ones in blocks of another
// key space, so that what holds no secret can be copied, shown or served without looking.
// docs/format.md has the layout.
#pragma once

#include "group_store/transition.h"

namespace thicket::group_store {

// Puts deltas into a batch, to be applied with what else must happen with them. The delta counts as
// stored when the batch was applied: if that fails, the group must be opened anew. The batch
// expects that nobody else has written rows of the group since.
class BatchSink final : public group::DeltaSink {
 public:
  // `frozen`: kept from one sink to the next, it spares reading the log again while it is folded.
  BatchSink(store::Store& store, store::Batch& batch, FrozenSegments* frozen = nullptr,
            const FoldPolicy& policy = {})
      : store_(store), batch_(batch), frozen_(frozen), policy_(policy) {}
  BatchSink(const BatchSink&) = delete;
  BatchSink& operator=(const BatchSink&) = delete;
  void write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) override;

 private:
  store::Store& store_;
  store::Batch& batch_;
  FrozenSegments* frozen_;
  FoldPolicy policy_;
};

// One batch of its own for each delta.
class StoreSink final : public group::DeltaSink {
 public:
  explicit StoreSink(store::Store& store, const FoldPolicy& policy = {})
      : store_(store), policy_(policy) {}
  StoreSink(const StoreSink&) = delete;
  StoreSink& operator=(const StoreSink&) = delete;
  void write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) override;

 private:
  store::Store& store_;
  FoldPolicy policy_;
  FrozenSegments frozen_;
};

// The rows of one group. Keeps what it has read of the log as long as it lives; what others write
// in the meantime is seen. Throws MachineFailure for what is no whole group state.
class StoredRows final : public group::RowSource {
 public:
  StoredRows(store::Store& store, ByteView group_id)
      : disk_(store), group_id_(to_bytes(group_id)) {}
  StoredRows(const StoredRows&) = delete;
  StoredRows& operator=(const StoredRows&) = delete;
  std::optional<SecretBytes> find(ByteView key) override;
  std::vector<std::optional<SecretBytes>> find_each(std::span<const Bytes> keys) override;
  std::vector<group::StoredRow> range(ByteView first, ByteView last) override;

 private:
  // The log as it is now; null if the group has no public rows.
  struct Log {
    Bytes head_row;
    Head head;
    Records records;
  };
  const Log* log();
  bool read_on(const Head& now);

  Pending disk_;
  Bytes group_id_;
  std::optional<Log> log_;
};

}  // namespace thicket::group_store
