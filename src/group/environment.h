// What a group works with. The values live longer than the group; there is no clock, thread, disk
// or global here: time and randomness are arguments of the calls.
#pragma once

#include "crypto/provider.h"
#include "group/authenticator.h"
#include "group/policy.h"
#include "group/psk_source.h"

namespace thicket::group {

struct Environment {
  const crypto::Provider& provider;
  const Authenticator& authenticator;
  PskSource& psks;
  const Policy& policy;
};

// The same for who holds no group secret.
struct PublicEnvironment {
  const crypto::Provider& provider;
  const Authenticator& authenticator;
  const Policy& policy;
};

}  // namespace thicket::group
