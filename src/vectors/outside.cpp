// Every entry names a parameter and the sentence that keeps it out of all cipher suites of MLS.
#include "vectors/outside.h"

#include <array>

#include "base/assert.h"

namespace thicket::vectors {
namespace {

constexpr std::array<OutsideReason, 8> reasons{{
    {Outside::aes192, "AES with a key of 192 bits: RFC 9420 17.1 has AES-128-GCM and AES-256-GCM"},
    {Outside::nonce_size,
     "a nonce of other than 96 bits: the AEADs of RFC 9420 17.1 have Nn = 12 (RFC 9180 7.3)"},
    {Outside::mac_tag_size,
     "a truncated HMAC tag: RFC 9420 5.1 uses HMAC with tags of the hash's full length"},
    {Outside::hpke_mode, "HPKE in another mode than base: RFC 9420 5.1.3 and 8.3 use SetupBase"},
    {Outside::hpke_export_only,
     "HPKE's export-only AEAD: every suite of RFC 9420 17.1 has an AEAD that encrypts"},
    {Outside::hpke_one_stage,
     "a KDF of one stage: every suite of RFC 9420 17.1 and draft-ietf-mls-pq-ciphersuites has HKDF "
     "(the KEM's part of the case was checked)"},
    {Outside::mldsa_context,
     "ML-DSA with a context: draft-ietf-tls-mldsa has the empty one, and the label of RFC 9420 "
     "5.1.2 stands in the message"},
    {Outside::mldsa_external_mu,
     "ML-DSA from an external mu: RFC 9420 5.1.2 signs messages, and so no provider takes one"},
}};

}  // namespace

std::span<const OutsideReason> outside_reasons() {
  return reasons;
}

std::string_view hedged_signing() {
  return "signatures of this library are hedged (FIPS 204 3.4): the key was made from its seed, "
         "the "
         "given signature verified, and one of our own";
}

CaseResult outside_case(std::string name, Outside id) {
  for (const OutsideReason& reason : reasons) {
    if (reason.id == id) return {CaseResult::outside, std::move(name), std::string(reason.text)};
  }
  assertion_failed("a reason of the table", __FILE_NAME__, __LINE__);
}

}  // namespace thicket::vectors
