// One request on its way: what it is to change is gathered, and happens at the end or not at all.
#pragma once

#include "base/error.h"
#include "delivery/limits.h"
#include "store/store.h"
#include "transport/replies.h"

namespace thicket::delivery {

struct Step {
  const transport::Request& request;
  const Limits& limits;
  Instant now;
  store::Batch batch = {};
  std::vector<Bytes> moved = {};    // groups whose head has moved
  std::vector<Bytes> waiting = {};  // references of key packages that a Welcome now waits for
};

// Why a request is not done: a refusal without a rule, or with the one that is broken.
transport::Refused refused(transport::Refusal refusal, std::string_view detail = {});
transport::Refused refused(transport::Refusal refusal, const Error& error);

}  // namespace thicket::delivery
