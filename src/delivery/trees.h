// Trees for those who join: that of the present epoch from the group, that of a past one from the
// store, where it is put only if somebody welcomed to that epoch may not have fetched it yet.
#pragma once

#include <map>

#include "delivery/handshakes.h"
#include "delivery/step.h"

namespace thicket::delivery {

class Trees final {
 public:
  Trees(store::Store& store, Handshakes& handshakes) : store_(store), handshakes_(handshakes) {}
  Trees(const Trees&) = delete;
  Trees& operator=(const Trees&) = delete;

  // So many are welcomed to this epoch, which a commit is about to start.
  void expect(Step& step, ByteView group_id, Epoch epoch, std::size_t joiners);
  // The group is about to leave this epoch. O(n) if somebody still needs its tree.
  void leave(Step& step, ByteView group_id, Epoch epoch);
  // Of the present epoch, one call a reader. Rule::internal_need never.
  Result<Bytes> present(ByteView group_id, Epoch epoch);
  std::optional<Bytes> past(ByteView group_id, Epoch epoch);

 private:
  // The tree that was asked for last, and how often: joiners come in crowds.
  struct Latest {
    Bytes group_id;
    Epoch epoch;
    Bytes ratchet_tree;
    std::size_t readers = 0;
  };
  store::Store& store_;
  Handshakes& handshakes_;
  std::optional<Latest> latest_;
};

}  // namespace thicket::delivery
