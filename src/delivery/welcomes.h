// Welcomes by the key package they are for. What all joiners share is stored once, and each is
// handed a Welcome with its own entry only. RFC 9420 12.4.3.1.
#pragma once

#include <variant>

#include "crypto/provider.h"
#include "delivery/step.h"

namespace thicket::delivery {

// Where the joiners come in.
struct Arrival {
  Bytes group_id;
  Epoch epoch;
  std::uint64_t next = 0;  // the first entry that they read
};

class Welcomes final {
 public:
  Welcomes(store::Store& store, const crypto::Provider& provider)
      : store_(store), provider_(provider) {}
  Welcomes(const Welcomes&) = delete;
  Welcomes& operator=(const Welcomes&) = delete;

  // Takes an MLSMessage with a Welcome apart. How many it is for.
  std::variant<std::size_t, transport::Refused> put(Step& step, const Arrival& arrival,
                                                    ByteView message);
  transport::Welcomes find(const transport::FetchWelcomes& call, const Limits& limits);
  bool is_waiting(ByteView key_package_ref);

 private:
  store::Store& store_;
  const crypto::Provider& provider_;
};

}  // namespace thicket::delivery
