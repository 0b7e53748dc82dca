// The files of a store, seen at the door to the operating system: what is read, written and synced,
// for measurements and for tests that break off at any of it.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"

namespace thicket::store {

// After it happened, as SQLite asked for it.
struct FileEvent {
  enum class Kind : std::uint8_t { read, write, truncate, sync, remove };
  Kind kind{};
  std::string_view file;  // its path
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // of what is read or written; of the file after a truncate
  ByteView octets;         // of a write
};

class FileWatcher {
 public:
  virtual ~FileWatcher() = default;
  virtual void on(const FileEvent& event) = 0;
  // Asked before a write, a truncate or a sync: if false, it does not happen, and SQLite is told of
  // an error of the disk.
  virtual bool allows(const FileEvent&) { return true; }
};

struct FileCounts {
  std::uint64_t reads = 0;
  std::uint64_t octets_read = 0;
  std::uint64_t writes = 0;
  std::uint64_t octets_written = 0;
  std::uint64_t syncs = 0;
  bool operator==(const FileCounts&) const = default;
};
FileCounts operator-(const FileCounts& after, const FileCounts& before);

// Counts, file by file where that is asked for.
class FileCounter final : public FileWatcher {
 public:
  FileCounter() = default;
  FileCounter(const FileCounter&) = delete;
  FileCounter& operator=(const FileCounter&) = delete;
  void on(const FileEvent& event) override;

  const FileCounts& all() const { return all_; }
  // Of those in the write-ahead log.
  const FileCounts& log() const { return log_; }

 private:
  FileCounts all_;
  FileCounts log_;
};

// A name under which SQLite opens files that `watcher` sees, as long as this lives.
class WatchedFiles final {
 public:
  explicit WatchedFiles(FileWatcher& watcher);
  WatchedFiles(const WatchedFiles&) = delete;
  WatchedFiles& operator=(const WatchedFiles&) = delete;
  ~WatchedFiles();
  const char* name() const;

 private:
  struct Registered;
  std::unique_ptr<Registered> registered_;
};

}  // namespace thicket::store
