// Pre-shared keys of a Welcome or of an external commit.  RFC 9420 8.4, 8.6.
#include "group/joining_psks.h"

namespace thicket::group {
namespace {

std::optional<SecretBytes> resumption(const PskLookup& lookup, const ResumptionPSK& psk) {
  if (const Group* group = lookup.groups.find(psk.psk_group_id)) {
    if (Result<SecretBytes> kept = group->resumption_psk(psk.psk_epoch)) return *std::move(kept);
  }
  return lookup.source.resumption(psk.psk_group_id, psk.psk_epoch);
}

Result<SecretBytes> find(const crypto::Crypto& crypto, const PskLookup& lookup,
                         const PreSharedKeyID& id) {
  THICKET_TRY(schedule::check_psk_nonce(crypto, id));
  const auto* external = id.psktype.as<ExternalPSK>();
  std::optional<SecretBytes> found = external != nullptr
                                         ? lookup.source.external(external->psk_id)
                                         : resumption(lookup, *id.psktype.as<ResumptionPSK>());
  // RFC 9420 12.4.3.1: "If a PreSharedKeyID is part of the GroupSecrets and the client is not in
  // possession of the corresponding PSK, return an error."
  if (!found) return broken(Rule::psk_unknown);
  return *std::move(found);
}

std::string at_index(std::size_t i) {
  return "[" + std::to_string(i) + "]";
}

}  // namespace

Result<schedule::PskSecret> joining_psk_secret(const crypto::Crypto& crypto,
                                               const PskLookup& lookup,
                                               const std::vector<PreSharedKeyID>& psks) {
  // RFC 9420 8.4: index and count are of sixteen bits.
  if (psks.size() > 0xffff) return broken(Rule::psk_unknown).because("more than 65535 of them");
  std::vector<SecretBytes> found;
  std::vector<schedule::PskInput> inputs;
  found.reserve(psks.size());
  inputs.reserve(psks.size());
  for (std::size_t i = 0; i < psks.size(); ++i) {
    found.push_back(THICKET_TRY_AT(at_index(i), find(crypto, lookup, psks[i])));
    inputs.push_back({psks[i], found.back().reveal()});
  }
  return schedule::psk_secret(crypto, inputs);
}

Result<const ResumptionPSK*> sole_resumption(const std::vector<PreSharedKeyID>& psks) {
  const ResumptionPSK* sole = nullptr;
  for (std::size_t i = 0; i < psks.size(); ++i) {
    const auto* psk = psks[i].psktype.as<ResumptionPSK>();
    if (psk == nullptr || psk->usage == ResumptionPSKUsage::application) continue;
    if (sole != nullptr) return broken(Rule::psk_only_one).at(at_index(i));
    sole = psk;
  }
  return sole;
}

}  // namespace thicket::group
