// Answers to requests that change something, by request id: one that comes again is answered as it
// was the first time, and not done twice.
#pragma once

#include "delivery/step.h"

namespace thicket::delivery {

class Remembered final {
 public:
  explicit Remembered(store::Store& store) : store_(store) {}
  Remembered(const Remembered&) = delete;
  Remembered& operator=(const Remembered&) = delete;

  // The answer that was given; or that the id was another request's, by its digest.
  std::optional<transport::ReplyBody> find(const transport::Request& request, ByteView digest);
  void remember(Step& step, ByteView digest, const transport::ReplyBody& reply);
  // Forgets two old ones, if there are.
  void sweep(Step& step);

 private:
  store::Store& store_;
};

}  // namespace thicket::delivery
