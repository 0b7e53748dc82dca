// What happened to a store's files, and what stands on the disk if the machine stops at any of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crypto/seeded_random.h"
#include "store/sqlite/watched_files.h"

namespace thicket::disk {

// One thing that changed a file, or a sync of it.
struct Recorded {
  store::FileEvent::Kind kind{};
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  Bytes octets;
};

class RecordedFiles final : public store::FileWatcher {
 public:
  RecordedFiles() = default;
  RecordedFiles(const RecordedFiles&) = delete;
  RecordedFiles& operator=(const RecordedFiles&) = delete;
  void on(const store::FileEvent& event) override;
  const std::vector<Recorded>& events() const { return events_; }

 private:
  std::vector<Recorded> events_;
};

// Files by their names, as a run leaves them behind.
class Image final {
 public:
  // As if it had happened, synced or not.
  void take(const Recorded& event);
  // The files in `directory`, under the names that they had where they were recorded.
  void write_to(const std::string& directory) const;

 private:
  std::map<std::string, Bytes> files_;
};

// What happened up to some moment: all of it, or all that was synced and a part of the rest.
class Moment final {
 public:
  void take(const Recorded& event);
  const Image& all() const { return all_; }
  // Of writes that no sync has followed each is there, or is not, or is there in part: whole
  // sectors from its start. Truncates likewise.
  Image some(crypto::SeededRandom& random) const;
  bool is_all_synced() const { return unsynced_.empty(); }

 private:
  Image all_;
  Image synced_;
  std::vector<Recorded> unsynced_;
};

}  // namespace thicket::disk
