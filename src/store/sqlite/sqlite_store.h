// The durable store: one SQLite file, write-ahead log, one fsync a batch.
// One process owns the file; a second one is refused. Old octets of an erased row are overwritten.
#pragma once

#include <memory>
#include <string>

#include "store/sqlite/watched_files.h"
#include "store/store.h"

namespace thicket::store {

// Opens the file, or makes it (its directory must be there). Throws MachineFailure, also if another
// process has it open. Its layout is not promised yet.
// `watcher`: sees all that happens to its files, and outlives it.
std::unique_ptr<Store> open_sqlite(const std::string& path, FileWatcher* watcher = nullptr);

}  // namespace thicket::store
