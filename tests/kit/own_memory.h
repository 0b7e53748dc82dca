// Whether a secret stands in the memory of this process, for tests that it is gone.
#pragma once

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "base/secret.h"

namespace thicket::kit {

// A secret that the search itself must not hold: every octet inverted.
struct Hidden {
  Bytes inverted;
  explicit Hidden(ByteView secret) : inverted(secret.begin(), secret.end()) {
    for (std::uint8_t& octet : inverted) octet = static_cast<std::uint8_t>(~octet);
  }
  bool in(ByteView memory) const {
    const auto same = [](std::uint8_t there, std::uint8_t hidden) {
      return there == static_cast<std::uint8_t>(~hidden);
    };
    return std::search(memory.begin(), memory.end(), inverted.begin(), inverted.end(), same) !=
           memory.end();
  }
};

// The heap and the stack of this process. The copies are wiped, or the next search would find them.
inline std::vector<SecretBytes> own_memory() {
  std::vector<SecretBytes> out;
  std::ifstream maps("/proc/self/maps");
  std::ifstream memory;
  memory.rdbuf()->pubsetbuf(nullptr, 0);
  memory.open("/proc/self/mem", std::ios::binary);
  for (std::string line; std::getline(maps, line);) {
    if (!line.ends_with("[heap]") && !line.ends_with("[stack]")) continue;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    char dash = 0;
    std::istringstream(line) >> std::hex >> first >> dash >> last;
    SecretBytes area{Bytes(last - first)};
    memory.seekg(static_cast<std::streamoff>(first));
    memory.read(reinterpret_cast<char*>(area.reveal().data()),
                static_cast<std::streamsize>(area.size()));
    memory.clear();
    out.push_back(std::move(area));
  }
  return out;
}

inline bool in_memory(const Hidden& hidden) {
  for (const SecretBytes& area : own_memory()) {
    if (hidden.in(area.reveal())) return true;
  }
  return false;
}

// Overwrites what calls have left below this frame, which no program can reach from C++.
[[gnu::noinline]] inline void wipe_dead_stack() {
  std::array<std::uint8_t, 65536> dead;
  zeroise(dead);
}

}  // namespace thicket::kit
