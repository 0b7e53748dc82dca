// What every provider does alike: many signature checks, spread over its workers.
#include "crypto/provider.h"

#include "crypto/encodings.h"

namespace thicket::crypto {
namespace {

bool verify_one(const Provider& provider, const VerifyJob& job) {
  if (!check_public_key(job.scheme, job.public_key)) return false;
  if (!check_signature(job.scheme, job.signature)) return false;
  const auto key = provider.verifying_key(job.scheme, job.public_key);
  return key && provider.verify(job.scheme, **key, job.message, job.signature);
}

}  // namespace

std::vector<bool> Provider::verify_many(std::span<const VerifyJob> jobs) const {
  // Not a vector<bool>: its elements share octets, and workers write them at once.
  std::vector<std::uint8_t> verdicts(jobs.size());
  run_many(jobs.size(), [&](std::size_t i) { verdicts[i] = verify_one(*this, jobs[i]) ? 1 : 0; });
  return std::vector<bool>(verdicts.begin(), verdicts.end());
}

void Provider::hmac_each(HashId hash, ByteView key, std::span<const HmacJob> jobs) const {
  for (const HmacJob& job : jobs) hmac(hash, key, job.parts, job.out);
}

}  // namespace thicket::crypto
