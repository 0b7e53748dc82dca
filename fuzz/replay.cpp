// A fuzz target without libFuzzer: replays files of a corpus and what is made of them, so that they
// are tests with every compiler. --seeds DIRECTORY writes the target's first inputs instead.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "damage.h"
#include "target.h"

// Weak: a target of plain octets has none.
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                                             std::size_t max_size,
                                                             unsigned int seed);

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                        std::size_t max_size) {
  thicket::Bytes octets(data, data + size);
  if (octets.empty()) octets.push_back(0x2a);
  thicket::fuzz::Damage damage(size + (size > 0 ? data[0] : 0));
  octets = damage.of(std::move(octets));
  octets.resize(std::min(octets.size(), max_size));
  std::copy(octets.begin(), octets.end(), data);
  return octets.size();
}

namespace {

using thicket::Bytes;
namespace fs = std::filesystem;

constexpr std::size_t size_max = std::size_t{1} << 16;
constexpr unsigned int seconds_max = 60;  // for one input, also where a sanitizer looks on

void run(const Bytes& input) {
  // Of exactly its size, so that a sanitizer sees what is read beyond it.
  const Bytes exact(input);
  alarm(seconds_max);  // a signal ends the program
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

Bytes mutated(const Bytes& input, unsigned int seed) {
  if (LLVMFuzzerCustomMutator == nullptr) {
    thicket::fuzz::Damage damage(seed);
    return input.empty() ? input : damage.of(input);
  }
  Bytes out(input);
  out.resize(std::max(size_max, input.size()));
  out.resize(LLVMFuzzerCustomMutator(out.data(), input.size(), out.size(), seed));
  return out;
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> out;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Bytes read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

int write_seeds(const fs::path& folder) {
  std::size_t number = 0;
  fs::create_directories(folder);
  for (const Bytes& seed : thicket::fuzz::seeds()) {
    std::ofstream(folder / ("seed-" + std::to_string(number++)), std::ios::binary)
        .write(reinterpret_cast<const char*>(seed.data()),
               static_cast<std::streamsize>(seed.size()));
  }
  std::cout << number << " seeds\n";
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3 && std::string(arguments[1]) == "--seeds") return write_seeds(arguments[2]);
  if (count != 2) {
    std::cerr << "usage: " << arguments[0] << " CORPUS | --seeds DIRECTORY\n";
    return 2;
  }
  const std::vector<fs::path> files = files_of(arguments[1]);
  if (files.empty()) {
    std::cerr << arguments[1] << " holds no file\n";
    return 1;
  }
  std::size_t made = 0;
  for (const fs::path& file : files) {
    // Named before, because what it finds ends the program.
    std::cerr << file.filename().string() << "\n";
    const Bytes input = read(file);
    run(input);
    for (unsigned int seed = 0; seed < thicket::fuzz::rounds(4); ++seed, ++made) {
      run(mutated(input, seed));
    }
  }
  std::cout << files.size() << " files replayed, and " << made << " made of them\n";
  return 0;
}
