// An SQLite VFS that hands everything to the one of the system, and says what it was.
#include "store/sqlite/watched_files.h"

#include <sqlite3.h>

#include "base/assert.h"

namespace thicket::store {

FileCounts operator-(const FileCounts& after, const FileCounts& before) {
  return {after.reads - before.reads, after.octets_read - before.octets_read,
          after.writes - before.writes, after.octets_written - before.octets_written,
          after.syncs - before.syncs};
}

namespace {

void count(FileCounts& counts, const FileEvent& event) {
  switch (event.kind) {
    case FileEvent::Kind::read:
      ++counts.reads;
      counts.octets_read += event.size;
      return;
    case FileEvent::Kind::write:
      ++counts.writes;
      counts.octets_written += event.size;
      return;
    case FileEvent::Kind::sync:
      ++counts.syncs;
      return;
    case FileEvent::Kind::truncate:
    case FileEvent::Kind::remove:
      return;
  }
}

}  // namespace

void FileCounter::on(const FileEvent& event) {
  count(all_, event);
  if (event.file.ends_with("-wal")) count(log_, event);
}

namespace {

// As SQLite sees it; the system's file stands behind it.
struct WatchedFile {
  sqlite3_file head;
  FileWatcher* watcher;
  const char* path;  // SQLite keeps it while the file is open
};

WatchedFile& watched(sqlite3_file* file) {
  return *reinterpret_cast<WatchedFile*>(file);
}
sqlite3_file* system_file(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<WatchedFile*>(file) + 1);
}

FileEvent in_file(sqlite3_file* file, FileEvent event) {
  const WatchedFile& of = watched(file);
  if (of.path != nullptr) event.file = of.path;
  return event;
}
void tell(sqlite3_file* file, const FileEvent& event) {
  watched(file).watcher->on(in_file(file, event));
}
// What changes a file: asked for, done, told. SQLite's outcome, `refused` where it is not allowed.
template <class Act>
int change(sqlite3_file* file, const FileEvent& event, int refused, const Act& act) {
  if (!watched(file).watcher->allows(in_file(file, event))) return refused;
  const int outcome = act(system_file(file));
  if (outcome == SQLITE_OK) tell(file, event);
  return outcome;
}

int close_file(sqlite3_file* file) {
  sqlite3_file* real = system_file(file);
  return real->pMethods == nullptr ? SQLITE_OK : real->pMethods->xClose(real);
}

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  sqlite3_file* real = system_file(file);
  const int outcome = real->pMethods->xRead(real, out, size, offset);
  tell(file, {FileEvent::Kind::read,
              {},
              static_cast<std::uint64_t>(offset),
              static_cast<std::uint64_t>(size),
              {}});
  return outcome;
}

int write_file(sqlite3_file* file, const void* octets, int size, sqlite3_int64 offset) {
  const auto length = static_cast<std::size_t>(size);
  const FileEvent event{FileEvent::Kind::write,
                        {},
                        static_cast<std::uint64_t>(offset),
                        length,
                        ByteView(static_cast<const std::uint8_t*>(octets), length)};
  return change(file, event, SQLITE_IOERR_WRITE, [&](sqlite3_file* real) {
    return real->pMethods->xWrite(real, octets, size, offset);
  });
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const FileEvent event{FileEvent::Kind::truncate, {}, 0, static_cast<std::uint64_t>(size), {}};
  return change(file, event, SQLITE_IOERR_TRUNCATE,
                [&](sqlite3_file* real) { return real->pMethods->xTruncate(real, size); });
}

int sync_file(sqlite3_file* file, int flags) {
  const FileEvent event{FileEvent::Kind::sync, {}, 0, 0, {}};
  return change(file, event, SQLITE_IOERR_FSYNC,
                [&](sqlite3_file* real) { return real->pMethods->xSync(real, flags); });
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return system_file(file)->pMethods->xFileSize(system_file(file), size);
}
int lock_file(sqlite3_file* file, int kind) {
  return system_file(file)->pMethods->xLock(system_file(file), kind);
}
int unlock_file(sqlite3_file* file, int kind) {
  return system_file(file)->pMethods->xUnlock(system_file(file), kind);
}
int check_reserved(sqlite3_file* file, int* out) {
  return system_file(file)->pMethods->xCheckReservedLock(system_file(file), out);
}
int control_file(sqlite3_file* file, int op, void* argument) {
  return system_file(file)->pMethods->xFileControl(system_file(file), op, argument);
}
int sector_size(sqlite3_file* file) {
  return system_file(file)->pMethods->xSectorSize(system_file(file));
}
int characteristics(sqlite3_file* file) {
  return system_file(file)->pMethods->xDeviceCharacteristics(system_file(file));
}

// Version 1: no shared memory and no mapping, which a store that owns its files does not use.
const sqlite3_io_methods watched_methods = {.iVersion = 1,
                                            .xClose = close_file,
                                            .xRead = read_file,
                                            .xWrite = write_file,
                                            .xTruncate = truncate_file,
                                            .xSync = sync_file,
                                            .xFileSize = file_size,
                                            .xLock = lock_file,
                                            .xUnlock = unlock_file,
                                            .xCheckReservedLock = check_reserved,
                                            .xFileControl = control_file,
                                            .xSectorSize = sector_size,
                                            .xDeviceCharacteristics = characteristics,
                                            .xShmMap = nullptr,
                                            .xShmLock = nullptr,
                                            .xShmBarrier = nullptr,
                                            .xShmUnmap = nullptr,
                                            .xFetch = nullptr,
                                            .xUnfetch = nullptr};

// What stands in pAppData of our VFS.
struct Behind {
  FileWatcher* watcher;
  sqlite3_vfs* system;
};
const Behind& behind(sqlite3_vfs* vfs) {
  return *static_cast<const Behind*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
  const Behind& of = behind(vfs);
  WatchedFile& opened = watched(file);
  opened.watcher = of.watcher;
  opened.path = path;
  const int outcome = of.system->xOpen(of.system, path, system_file(file), flags, out);
  // SQLite closes a file that has methods, also after an error.
  opened.head.pMethods = system_file(file)->pMethods == nullptr ? nullptr : &watched_methods;
  return outcome;
}

int remove_file(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  const Behind& of = behind(vfs);
  const int outcome = of.system->xDelete(of.system, path, sync_directory);
  if (outcome == SQLITE_OK) of.watcher->on({FileEvent::Kind::remove, path, 0, 0, {}});
  return outcome;
}

// Everything but files is the system's, called with its own VFS.
int access(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
  return behind(vfs).system->xAccess(behind(vfs).system, path, flags, out);
}
int full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
  return behind(vfs).system->xFullPathname(behind(vfs).system, path, size, out);
}
int randomness(sqlite3_vfs* vfs, int size, char* out) {
  return behind(vfs).system->xRandomness(behind(vfs).system, size, out);
}
int sleep(sqlite3_vfs* vfs, int microseconds) {
  return behind(vfs).system->xSleep(behind(vfs).system, microseconds);
}
int time(sqlite3_vfs* vfs, double* out) {
  return behind(vfs).system->xCurrentTime(behind(vfs).system, out);
}
int last_error(sqlite3_vfs* vfs, int size, char* out) {
  return behind(vfs).system->xGetLastError(behind(vfs).system, size, out);
}

sqlite3_vfs vfs_of(const Behind& of, const char* name) {
  sqlite3_vfs vfs{};
  vfs.iVersion = 1;
  vfs.szOsFile = static_cast<int>(sizeof(WatchedFile)) + of.system->szOsFile;
  vfs.mxPathname = of.system->mxPathname;
  vfs.zName = name;
  vfs.pAppData = const_cast<Behind*>(&of);
  vfs.xOpen = open_file;
  vfs.xDelete = remove_file;
  vfs.xAccess = access;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep;
  vfs.xCurrentTime = time;
  vfs.xGetLastError = last_error;
  return vfs;
}

}  // namespace

struct WatchedFiles::Registered {
  std::string name;
  Behind behind{};
  sqlite3_vfs vfs{};
};

WatchedFiles::WatchedFiles(FileWatcher& watcher) : registered_(std::make_unique<Registered>()) {
  Registered& own = *registered_;
  // SQLite knows a VFS by its name: one of its own for each of us.
  own.name = "watched " + std::to_string(reinterpret_cast<std::uintptr_t>(&own));
  own.behind = {&watcher, sqlite3_vfs_find(nullptr)};
  THICKET_ASSERT(own.behind.system != nullptr);
  own.vfs = vfs_of(own.behind, own.name.c_str());
  THICKET_ASSERT(sqlite3_vfs_register(&own.vfs, 0) == SQLITE_OK);
}

WatchedFiles::~WatchedFiles() {
  sqlite3_vfs_unregister(&registered_->vfs);
}

const char* WatchedFiles::name() const {
  return registered_->name.c_str();
}

}  // namespace thicket::store
