// What the service checks before a handshake may take an epoch. In one process, one group's checks
// and settlements follow each other.
#pragma once

#include <memory>

#include "group/environment.h"
#include "store/store.h"
#include "transport/replies.h"

namespace thicket::delivery {

struct Handshake {
  transport::EntryKind kind{};
  Epoch epoch;
};

struct FirstState {
  ByteView group_info;    // an encoded GroupInfo
  ByteView ratchet_tree;  // the data of that extension
};

struct Opened {
  Bytes group_id;
  Epoch epoch;
};

class Handshakes {
 public:
  virtual ~Handshakes() = default;
  // The rows of a new group go into the batch.
  virtual Result<Opened> open(const FirstState& first, Instant now, store::Batch& rows) = 0;
  // An MLSMessage for this group, with what it changes put into the batch. Then settle() must
  // follow: it says whether the batch was written.
  virtual Result<Handshake> check(ByteView group_id, ByteView message, Instant now,
                                  store::Batch& rows) = 0;
  // Does this GroupInfo describe the epoch that the commit just checked starts?
  virtual Result<void> check_next(ByteView group_id, ByteView group_info) = 0;
  virtual void settle(ByteView group_id, bool written) = 0;
  // The data of a ratchet_tree extension, of the present epoch. O(n).
  virtual Result<Bytes> ratchet_tree(ByteView group_id) = 0;
};

// By PublicGroup: every rule that the table marks as seen by a service, in O(log n).
std::unique_ptr<Handshakes> public_handshakes(const group::PublicEnvironment& environment,
                                              store::Store& store);

}  // namespace thicket::delivery
