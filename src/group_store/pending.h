// A store as it will be once a batch is applied: what is put into one batch in several steps sees
// the earlier ones.
#pragma once

#include <map>

#include "group_store/overlay.h"
#include "store/store.h"

namespace thicket::group_store {

class Pending final {
 public:
  explicit Pending(store::Store& store) : store_(store) {}
  // As the batch is now; it outlives this.
  Pending(store::Store& store, const store::Batch& batch);
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

  std::optional<Bytes> row(std::string_view space, ByteView key);
  // The first row whose key starts with `prefix` and is not below `from`, which does so too.
  std::optional<store::Row> first(std::string_view space, ByteView prefix, ByteView from);

 private:
  store::Store& store_;
  std::map<std::string, Overlay, std::less<>> changed_;
};

}  // namespace thicket::group_store
