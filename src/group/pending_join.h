// What stands behind an ExternalJoin, and the row that it is stored as.
#pragma once

#include "group/join_external.h"
#include "group/ledger.h"

namespace thicket::group {

struct ExternalJoin::Pending {
  Environment environment;
  Epoch epoch;
  Outgoing outgoing;
  Delta before_send;
  std::optional<StagedGroup> made;  // nothing: read back from its row
  Delta read_back;

  const Delta& on_accept() const { return made ? made->delta() : read_back; }
};

// With before_send made of the rest.
std::unique_ptr<ExternalJoin::Pending> pending_join(ExternalJoin::Pending parts);

}  // namespace thicket::group
