// The durable store: one SQLite file, write-ahead log, one fsync a batch.
// One process owns the file; a second one is refused. Old octets of an erased row are overwritten.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace thicket::store {

// Opens the file, or makes it (its directory must be there). Throws MachineFailure, also if another
// process has it open. Its layout is not promised yet.
std::unique_ptr<Store> open_sqlite(const std::string& path);

}  // namespace thicket::store
