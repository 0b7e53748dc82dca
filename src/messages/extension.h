// Extensions.  RFC 9420 13.4, 17.3.
#pragma once

#include "codec/select.h"

namespace thicket {

// An open enumeration: unknown types survive.
enum class ExtensionType : std::uint16_t {
  application_id = 1,
  ratchet_tree = 2,
  required_capabilities = 3,
  external_pub = 4,
  external_senders = 5,
  last_resort = 10,  // a key package that may be used more than once (10.1 and 16.8 ask for a mark)
};

struct Extension {
  ExtensionType extension_type{};
  Bytes extension_data;
  bool operator==(const Extension&) const = default;
};

}  // namespace thicket
