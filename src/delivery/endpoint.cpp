// Decoding, the clock, and whom to wake after.
#include "delivery/endpoint.h"

#include "transport/wire.h"

namespace thicket::delivery {

Bytes ServiceEndpoint::answer(ByteView octets) {
  const auto request = codec::decode<transport::Request>(octets);
  if (!request) {
    return codec::encode(service_.reply(refused(transport::Refusal::malformed, request.error())));
  }
  const Handled handled = service_.handle(*request, clock_());
  for (const Bytes& group_id : handled.moved) subscribers_.moved(group_id);
  for (const Bytes& reference : handled.waiting) subscribers_.waiting(reference);
  return codec::encode(handled.reply);
}

Bytes ServiceEndpoint::too_large() {
  return codec::encode(service_.reply(
      refused(transport::Refusal::too_large, "the body; upload parts of it as blobs")));
}

void ServiceEndpoint::frame(transport::Subscriber from, ByteView frame) {
  subscribers_.frame(from, frame);
}

void ServiceEndpoint::gone(transport::Subscriber subscriber) {
  subscribers_.gone(subscriber);
}

std::vector<transport::Push> ServiceEndpoint::pushes() {
  return subscribers_.take();
}

}  // namespace thicket::delivery
