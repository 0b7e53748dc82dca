// The provider on AWS-LC, with libdecaf for the 448 curves (suites 4 and 6).
#pragma once

#include "crypto/provider.h"

namespace thicket::crypto {

struct AwsLcOptions {
  // Pieces of run_many that are worked on at once, the caller's thread being one of them.
  std::size_t workers = 1;
};

std::unique_ptr<Provider> make_awslc(AwsLcOptions options = {});

}  // namespace thicket::crypto
