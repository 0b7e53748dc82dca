// The one table of reasons for which a case of somebody's test vectors is none of ours.
#pragma once

#include <span>
#include <string_view>

#include "vectors/report.h"

namespace thicket::vectors {

enum class Outside : std::uint8_t {
  aes192,
  nonce_size,
  mac_tag_size,
  hpke_mode,
  hpke_export_only,
  hpke_one_stage,
  mldsa_context,
  mldsa_external_mu,
};

struct OutsideReason {
  Outside id;
  std::string_view text;
};

std::span<const OutsideReason> outside_reasons();

// The reason for which a signing case passes by verification: its provider draws randomness.
std::string_view hedged_signing();

// The case `name`, outside for the reason `id`.
CaseResult outside_case(std::string name, Outside id);

}  // namespace thicket::vectors
