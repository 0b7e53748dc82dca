// A store that lasts as long as the process: for tests, simulations, and clients that keep nothing.
#pragma once

#include <map>

#include "store/store.h"

namespace thicket::store {

class MemoryStore final : public Store {
 public:
  MemoryStore() = default;
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  std::optional<Bytes> get(std::string_view space, ByteView key) override;
  std::vector<Row> scan(std::string_view space, const Range& range) override;
  bool apply(const Batch& batch) override;
  void scrub() override {}

 private:
  using Space = std::map<Bytes, Bytes>;
  static void erase_under(Space& rows, const Bytes& prefix);
  std::map<std::string, Space, std::less<>> spaces_;
};

}  // namespace thicket::store
