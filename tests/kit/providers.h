// The cryptographic providers that are built in, for tests of what must hold on each.
#pragma once

#include <memory>
#include <vector>

#include "crypto/awslc/awslc.h"
#ifdef THICKET_HAS_OPENSSL
#include "crypto/openssl/openssl.h"
#endif

namespace thicket::kit {

// The default one first.
inline std::vector<std::unique_ptr<crypto::Provider>> all_providers(std::size_t workers = 1) {
  std::vector<std::unique_ptr<crypto::Provider>> out;
  out.push_back(crypto::make_awslc({.workers = workers}));
#ifdef THICKET_HAS_OPENSSL
  out.push_back(crypto::make_openssl({.workers = workers}));
#endif
  return out;
}

}  // namespace thicket::kit
