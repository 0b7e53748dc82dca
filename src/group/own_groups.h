// The other groups of this client, where joining must know them.  RFC 9420 11.2, 11.3, 12.4.3.1.
#pragma once

#include "group/group.h"

namespace thicket::group {

class OwnGroups {
 public:
  virtual ~OwnGroups() = default;
  // The group of that id that this client takes part in, or took part in until it was
  // reinitialised; null if there is none. It lives at least as long as the call that asked.
  virtual const Group* find(ByteView group_id) const = 0;
};

// For a client without any.
class NoGroups final : public OwnGroups {
 public:
  const Group* find(ByteView) const override { return nullptr; }
};

}  // namespace thicket::group
