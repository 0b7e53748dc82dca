// The durable store: one SQLite file, write-ahead log, one fsync a batch.
// One process owns the file; a second one is refused. Old octets of an erased row are overwritten.
#pragma once

#include <memory>
#include <string>

#include "store/sqlite/watched_files.h"
#include "store/store.h"

namespace thicket::store {

struct SqliteOptions {
  // Pages in the write-ahead log from which on a batch also brings them into the file itself. What
  // was erased stands in the log no longer than that; scrub() takes it out at once.
  int checkpoint_pages = 1000;
  FileWatcher* watcher = nullptr;  // sees all that happens to the files, and outlives the store
};

// Opens the file, or makes it (its directory must be there). Throws MachineFailure, also if another
// process has it open, or if its layout is of another version (docs/format.md).
std::unique_ptr<Store> open_sqlite(const std::string& path, const SqliteOptions& options = {});

}  // namespace thicket::store
