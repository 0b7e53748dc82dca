// A member that is opened a second time from its rows, held against the one that never left memory:
// what both make of a message, and all that both are.
#pragma once

#include "kit/world.h"

namespace thicket::kit {

// Nothing of its tree is loaded at first.
class Reopened final {
 public:
  Reopened(World& world, Member& member);

  // What accepting the message would write is the same.
  void check_same(ByteView message, const group::Staged& living);
  // Everything is the same.
  void check_same(group::Group& living);

 private:
  World& world_;
  Member& member_;
  std::unique_ptr<group::Group> group_;
};

}  // namespace thicket::kit
