// Large bodies, uploaded first and named by their SHA-256. A blob that is not used is forgotten
// after a day: what refers to it copies it.
#pragma once

#include <variant>

#include "crypto/provider.h"
#include "delivery/step.h"

namespace thicket::delivery {

Bytes sha256(const crypto::Provider& provider, ByteView octets);

class Blobs final {
 public:
  Blobs(store::Store& store, const crypto::Provider& provider)
      : store_(store), provider_(provider) {}
  Blobs(const Blobs&) = delete;
  Blobs& operator=(const Blobs&) = delete;

  // Its name.
  Bytes put(Step& step, ByteView content);
  std::optional<Bytes> find(ByteView sha256);
  // The octets of a body, or Refusal::unknown_blob.
  std::variant<Bytes, transport::Refused> octets_of(const transport::Body& body);
  // Forgets two old ones, if there are.
  void sweep(Step& step);

 private:
  store::Store& store_;
  const crypto::Provider& provider_;
};

}  // namespace thicket::delivery
