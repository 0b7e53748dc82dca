// X.509 by AWS-LC.
#pragma once

#include <memory>

#include "crypto/x509.h"

namespace thicket::crypto {

std::unique_ptr<CertificateVerifier> make_awslc_certificate_verifier();

}  // namespace thicket::crypto
