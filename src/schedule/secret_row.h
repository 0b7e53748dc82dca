// A row of a store that holds a secret, or erases one.
#pragma once

#include <optional>

#include "base/secret.h"

namespace thicket::schedule {

struct SecretRow {
  Bytes key;                         // relative to what the rows belong to
  std::optional<SecretBytes> value;  // nothing: the row is erased
};

}  // namespace thicket::schedule
