// Where random octets come from: an argument, never a global, so that a run can be replayed from
// its seed.
#pragma once

#include "base/bytes.h"

namespace thicket {

class Random {
 public:
  virtual ~Random() = default;
  // Fills `out` with octets that nobody can predict. Throws MachineFailure; never returns fewer.
  virtual void fill(ByteSpan out) = 0;

  Bytes bytes(std::size_t size) {
    Bytes out(size);
    fill(out);
    return out;
  }
};

}  // namespace thicket
