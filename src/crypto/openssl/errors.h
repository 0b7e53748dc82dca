// The library's queue of errors, which no call of the provider may leave anything in.
#pragma once

namespace thicket::crypto::openssl {

// Of the calling thread.
bool errors_are_queued();

}  // namespace thicket::crypto::openssl
