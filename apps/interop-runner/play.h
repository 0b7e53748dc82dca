// A script, played: each actor is somebody at one of the clients, in one cipher suite and one form
// of handshake messages. The meaning of steps is that of the working group's runner; after each
// step who took a commit, or joined, is also asked for the epoch's authenticator and an export.
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
  // A client is gone where it ended, or did not answer in time: it must be started anew.
  enum Verdict { passed, failed, not_offered, gone };
  Verdict verdict = passed;
  std::string where;  // "step 3 (addProposal), bob at Thicket, AddProposal"
  std::string why;
};

// The script has been checked. What was made at the clients is freed, however it ends.
Ending play(const Script& script, const Casting& casting);

}  // namespace thicket::interop
