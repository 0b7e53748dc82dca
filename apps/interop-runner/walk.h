// A random walk: two implementations share one group and take turns as committer. After each step
// all members must be in the same epoch, by its authenticator.
#pragma once

#include <map>

#include "interop-runner/peer.h"

namespace thicket::interop {

struct WalkPlan {
  Client& first;
  Client& second;
  std::uint32_t suite = 0;
  bool encrypt_handshake = false;
  std::size_t steps = 1000;
  // What happens follows from it; keys and nonces do not.
  std::uint64_t seed = 1;
  // Both read late messages of members who have left since, or have come back with another key.
  bool late_of_gone = true;
};

struct WalkEnding {
  std::size_t steps = 0;                     // that came out
  std::map<std::string, std::size_t> kinds;  // what happened in them, how often
  std::string why;                           // where it ended before its end
};

// What was made at the clients is freed, however it ends.
WalkEnding walk(const WalkPlan& plan);

}  // namespace thicket::interop
