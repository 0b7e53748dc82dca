// Hash and HMAC on AWS-LC's plain contexts: nothing is allocated.  RFC 6234; RFC 2104.
#pragma once

#include <span>

#include "base/bytes.h"
#include "crypto/provider.h"

namespace thicket::crypto::awslc {

void digest(HashId hash, std::span<const ByteView> parts, ByteSpan out);
void shake256(std::span<const ByteView> parts, ByteSpan out);
void hmac(HashId hash, ByteView key, std::span<const HmacJob> jobs);

}  // namespace thicket::crypto::awslc
