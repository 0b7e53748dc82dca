// The service as the network sees it: octets in, octets out.
#pragma once

#include <functional>

#include "delivery/subscribers.h"

namespace thicket::delivery {

class ServiceEndpoint final : public transport::Endpoint {
 public:
  using Clock = std::function<Instant()>;
  ServiceEndpoint(Service& service, Clock clock)
      : service_(service), clock_(std::move(clock)), subscribers_(service) {}
  ServiceEndpoint(const ServiceEndpoint&) = delete;
  ServiceEndpoint& operator=(const ServiceEndpoint&) = delete;

  Bytes answer(ByteView request) override;
  Bytes too_large() override;
  void frame(transport::Subscriber from, ByteView frame) override;
  void gone(transport::Subscriber subscriber) override;
  std::vector<transport::Push> pushes() override;

 private:
  Service& service_;
  const Clock clock_;
  Subscribers subscribers_;
};

}  // namespace thicket::delivery
