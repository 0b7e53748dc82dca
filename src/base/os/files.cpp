// The files of a directory, by the standard library.
#include "base/os/files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace thicket::os {

std::vector<Bytes> files_in(const std::string& directory) {
  std::vector<Bytes> out;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

}  // namespace thicket::os
