// Secrets of the tree that the key schedule takes over.  RFC 9420 7.4, 8.
#pragma once

#include "base/secret.h"

namespace thicket {

using PathSecret = Secret<struct PathSecretTag>;
using CommitSecret = Secret<struct CommitSecretTag>;

}  // namespace thicket
