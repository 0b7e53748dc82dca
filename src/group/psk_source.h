// Where pre-shared keys come from that the group does not hold itself.  RFC 9420 8.4, 8.6.
#pragma once

#include <optional>

#include "base/secret.h"
#include "base/strong.h"

namespace thicket::group {

class PskSource {
 public:
  virtual ~PskSource() = default;
  // Nothing if the id is not known (Rule::psk_unknown at the caller).
  virtual std::optional<SecretBytes> external(ByteView psk_id) = 0;
  // The resumption PSK of an epoch of another group. A group answers for its own epochs itself.
  virtual std::optional<SecretBytes> resumption(ByteView group_id, Epoch epoch) = 0;
};

// For groups without PSKs of others.
class NoPsks final : public PskSource {
 public:
  std::optional<SecretBytes> external(ByteView) override { return std::nullopt; }
  std::optional<SecretBytes> resumption(ByteView, Epoch) override { return std::nullopt; }
};

}  // namespace thicket::group
