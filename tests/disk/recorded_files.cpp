// Files as octets in memory.
#include "disk/recorded_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace thicket::disk {

using Kind = store::FileEvent::Kind;

void RecordedFiles::on(const store::FileEvent& event) {
  if (event.kind == Kind::read) return;
  events_.push_back(
      {event.kind, std::string(event.file), event.offset, event.size, to_bytes(event.octets)});
}

void Image::take(const Recorded& event) {
  if (event.kind == Kind::remove) {
    files_.erase(event.file);
    return;
  }
  Bytes& file = files_[event.file];
  if (event.kind == Kind::truncate) file.resize(event.size);
  if (event.kind != Kind::write) return;
  file.resize(std::max<std::size_t>(file.size(), event.offset + event.octets.size()));
  std::copy(event.octets.begin(), event.octets.end(),
            file.begin() + static_cast<std::ptrdiff_t>(event.offset));
}

void Image::write_to(const std::string& directory) const {
  for (const auto& [name, octets] : files_) {
    const std::filesystem::path path =
        std::filesystem::path(directory) / std::filesystem::path(name).filename();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(octets.data()),
               static_cast<std::streamsize>(octets.size()));
  }
}

void Moment::take(const Recorded& event) {
  all_.take(event);
  if (event.kind == Kind::remove) {
    synced_.take(event);
    std::erase_if(unsynced_, [&](const Recorded& one) { return one.file == event.file; });
    return;
  }
  if (event.kind != Kind::sync) {
    unsynced_.push_back(event);
    return;
  }
  for (const Recorded& one : unsynced_) {
    if (one.file == event.file) synced_.take(one);
  }
  std::erase_if(unsynced_, [&](const Recorded& one) { return one.file == event.file; });
}

Image Moment::some(crypto::SeededRandom& random) const {
  constexpr std::uint64_t sector = 512;
  Image out = synced_;
  for (const Recorded& event : unsynced_) {
    const std::uint64_t drawn = random.below(3);
    if (drawn == 0) continue;
    Recorded kept = event;
    if (drawn == 1 && event.kind == Kind::write)
      kept.octets.resize(std::min(kept.octets.size(), random.below(9) * sector));
    out.take(kept);
  }
  return out;
}

}  // namespace thicket::disk
