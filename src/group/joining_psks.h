// The pre-shared keys that a joiner is told to mix in.  RFC 9420 8.4, 12.4.3.1.
#pragma once

#include "group/own_groups.h"
#include "schedule/psk_secret.h"

namespace thicket::group {

struct PskLookup {
  PskSource& source;
  const OwnGroups& groups;
};

// psk_secret of `psks`, in order. A resumption PSK is asked of the own group it names, then of the
// source. Rules psk_nonce_length, psk_unknown, at "[i]".
Result<schedule::PskSecret> joining_psk_secret(const crypto::Crypto& crypto,
                                               const PskLookup& lookup,
                                               const std::vector<PreSharedKeyID>& psks);

// RFC 9420 12.4.3.1: "if a PreSharedKeyID has type resumption with usage reinit or branch, verify
// that it is the only such PSK": that one, or null. Rule::psk_only_one, at "[i]".
Result<const ResumptionPSK*> sole_resumption(const std::vector<PreSharedKeyID>& psks);

}  // namespace thicket::group
