// Refusals.
#include "delivery/step.h"

namespace thicket::delivery {

transport::Refused refused(transport::Refusal refusal, std::string_view detail) {
  return {refusal, {}, {}, to_bytes(detail)};
}

transport::Refused refused(transport::Refusal refusal, const Error& error) {
  return {refusal, to_bytes(text_of(error.rule).name), to_bytes(error.path),
          to_bytes(describe(error))};
}

}  // namespace thicket::delivery
