// A store that notes what a group in it is after each transaction.
#pragma once

#include <map>

#include "disk/recorded_files.h"
#include "group_store/group_rows.h"

namespace thicket::disk {

// All rows of the group, as it reads them.
using Contents = std::map<Bytes, Bytes>;
inline Contents contents_of(store::Store& store, ByteView group_id) {
  group_store::StoredRows rows(store, group_id);
  Contents out;
  for (const group::StoredRow& row : rows.range({}, Bytes{0xff}))
    out.emplace(row.key, to_bytes(row.value.reveal()));
  return out;
}

// A store that notes what it holds after each transaction, and how much had then happened to its
// files.
struct State {
  std::size_t events = 0;
  Contents contents;
};
class NotedStore final : public store::Store {
 public:
  // `files`: of the inner store; null where nobody asks for events.
  NotedStore(store::Store& inner, const RecordedFiles* files, Bytes group_id)
      : inner_(inner), files_(files), group_id_(std::move(group_id)) {
    note();
  }
  NotedStore(const NotedStore&) = delete;
  NotedStore& operator=(const NotedStore&) = delete;
  std::optional<Bytes> get(std::string_view space, ByteView key) override {
    return inner_.get(space, key);
  }
  std::vector<store::Row> scan(std::string_view space, const store::Range& range) override {
    return inner_.scan(space, range);
  }
  bool apply(const store::Batch& batch) override {
    const bool applied = inner_.apply(batch);
    note();
    return applied;
  }
  void scrub() override { inner_.scrub(); }
  const std::vector<State>& states() const { return states_; }

 private:
  void note() {
    const std::size_t events = files_ == nullptr ? 0 : files_->events().size();
    states_.push_back({events, contents_of(inner_, group_id_)});
  }
  store::Store& inner_;
  const RecordedFiles* files_;
  Bytes group_id_;
  std::vector<State> states_;
};

}  // namespace thicket::disk
