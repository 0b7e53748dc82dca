// SQLite's heap: what it gives back is overwritten first, because some of it was secret rows.
#pragma once

namespace thicket::store {

// For all of SQLite in this process, which must be done before anybody uses it: once, at the first
// call. False if somebody has used it before: then SQLite's own heap stays, and what it frees is as
// it was.
bool wipe_what_sqlite_frees();

}  // namespace thicket::store
