// The rows of groups in a Store: public rows in one key space, secret ones in another, so that what
// holds no secret can be copied, shown or served without looking.
#pragma once

#include "group/delta.h"
#include "store/store.h"

namespace thicket::group_store {

inline constexpr std::string_view public_space = "group_rows";
inline constexpr std::string_view secret_space = "group_secrets";

// Puts deltas into a batch, to be applied with what else must happen with them. The delta counts as
// stored when the batch was applied: if that fails, the group must be opened anew.
class BatchSink final : public group::DeltaSink {
 public:
  BatchSink(store::Store& store, store::Batch& batch) : store_(store), batch_(batch) {}
  BatchSink(const BatchSink&) = delete;
  BatchSink& operator=(const BatchSink&) = delete;
  void write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) override;

 private:
  store::Store& store_;
  store::Batch& batch_;
};

// One batch of its own for each delta.
class StoreSink final : public group::DeltaSink {
 public:
  explicit StoreSink(store::Store& store) : store_(store) {}
  StoreSink(const StoreSink&) = delete;
  StoreSink& operator=(const StoreSink&) = delete;
  void write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) override;

 private:
  store::Store& store_;
};

// The rows of one group.
class StoredRows final : public group::RowSource {
 public:
  StoredRows(store::Store& store, ByteView group_id)
      : store_(store), group_id_(to_bytes(group_id)) {}
  StoredRows(const StoredRows&) = delete;
  StoredRows& operator=(const StoredRows&) = delete;
  std::optional<SecretBytes> find(ByteView key) override;
  std::vector<group::StoredRow> range(ByteView first, ByteView last) override;

 private:
  store::Store& store_;
  Bytes group_id_;
};

}  // namespace thicket::group_store
