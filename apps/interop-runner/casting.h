// Who plays whom: each actor of a script at one of two clients.
#pragma once

#include <cstdint>
#include <vector>

namespace thicket::interop {

// For each actor, true: at the second client.
using Assignment = std::vector<bool>;

// All of them where there are at most `most`; else at first such that every two actors are at
// different clients once, either way round, and then others by the seed, `most` in all. Where the
// clients differ there is none with all actors at one.
struct Choice {
  std::size_t actors = 0;
  std::size_t most = 8;
  std::uint64_t seed = 1;
  bool clients_differ = false;
};
std::vector<Assignment> assignments(const Choice& choice);

}  // namespace thicket::interop
