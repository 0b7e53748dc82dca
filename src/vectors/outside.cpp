// Every entry names a parameter and the sentence that keeps it out of all cipher suites of MLS.
#include "vectors/outside.h"

#include <array>

#include "base/assert.h"

namespace thicket::vectors {
namespace {

constexpr std::array<OutsideReason, 5> reasons{{
    {Outside::aes192, "AES with a key of 192 bits: RFC 9420 17.1 has AES-128-GCM and AES-256-GCM"},
    {Outside::nonce_size,
     "a nonce of other than 96 bits: the AEADs of RFC 9420 17.1 have Nn = 12 (RFC 9180 7.3)"},
    {Outside::mac_tag_size,
     "a truncated HMAC tag: RFC 9420 5.1 uses HMAC with tags of the hash's full length"},
    {Outside::hpke_mode, "HPKE in another mode than base: RFC 9420 5.1.3 and 8.3 use SetupBase"},
    {Outside::hpke_export_only,
     "HPKE's export-only AEAD: every suite of RFC 9420 17.1 has an AEAD that encrypts"},
}};

}  // namespace

std::span<const OutsideReason> outside_reasons() {
  return reasons;
}

CaseResult outside_case(std::string name, Outside id) {
  for (const OutsideReason& reason : reasons) {
    if (reason.id == id) return {CaseResult::outside, std::move(name), std::string(reason.text)};
  }
  assertion_failed("a reason of the table", __FILE__, __LINE__);
}

}  // namespace thicket::vectors
