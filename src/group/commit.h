// Own content framed and sent: the sending ratchet moves in memory at once.  RFC 9420 6.2, 6.3.
#pragma once

#include "group/view.h"

namespace thicket::group {

// The encoded MLSMessage. A PrivateMessage uses up a generation, whatever becomes of it.
Result<Bytes> frame(const View& view, const framing::Authenticated& authenticated, Random& random);
// Rows that the secret tree has changed wait in the ledger for the next delta.
void note_changes(EpochKeys& keys);

}  // namespace thicket::group
