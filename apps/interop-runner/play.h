// A script, played: each actor is somebody at one of the clients, in one cipher suite and one form
// of handshake messages. The semantics are those of the working group's runner, and a little
// stricter: after each commit everybody who took it agrees on the exporter too.
#pragma once

#include <map>
#include <random>

#include "interop-runner/peer.h"
#include "interop-runner/script.h"

namespace thicket::interop {

struct Casting {
  std::map<std::string, Client*> actors;
  std::uint32_t suite = 0;
  bool encrypt_handshake = false;
  std::uint64_t seed = 0;
};

struct Ending {
  enum Verdict { passed, failed, not_had };
  Verdict verdict = passed;
  std::size_t step = 0;  // where it ended before its end
  std::string why;
};

// Throws BadScript. What was made at the clients is freed, however it ends.
Ending play(const Script& script, const Casting& casting);

}  // namespace thicket::interop
