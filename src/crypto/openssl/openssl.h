// The provider on OpenSSL 3.5 or later: all algorithms of all suites, X448 and Ed448 among them.
#pragma once

#include "crypto/provider.h"

namespace thicket::crypto {

struct OpenSslOptions {
  // Pieces of run_many that are worked on at once, the caller's thread being one of them.
  std::size_t workers = 1;
};

std::unique_ptr<Provider> make_openssl(OpenSslOptions options = {});

}  // namespace thicket::crypto
