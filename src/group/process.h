// What an arriving message means.  RFC 9420 6, 12.4.2.
#pragma once

#include "group/advance.h"

namespace thicket::group {

// A handshake message whose sender and signature are known to be good.
struct Handshake {
  const framing::Authenticated& authenticated;
  Instant now;
  const PendingCommit* own = nullptr;  // what we kept of it, if it is ours
};

Result<std::shared_ptr<Step>> process_message(const View& view, ByteView message, Instant now);
Result<std::shared_ptr<Step>> process_commit(const View& view, const Handshake& handshake);
// Our own commit came back: its successor, as it was made or made again from what was kept.
Result<std::shared_ptr<Step>> own_commit(const View& view, const PendingCommit& pending,
                                         Instant now);
Result<std::shared_ptr<Step>> process_proposal(const View& view, const Handshake& handshake);

// What proposals of this epoch are judged against.
ListContext list_context(const View& view, std::optional<LeafIndex> committer, Instant now);
// RFC 9420 11.2, 12.4.2. Rules group_removed, group_reinitialised.
Result<void> check_alive(const View& view);

// A step that changes nothing yet.
std::shared_ptr<Step> new_step(const View& view);
Bytes message_hash(const crypto::Crypto& crypto, ByteView message);

}  // namespace thicket::group
