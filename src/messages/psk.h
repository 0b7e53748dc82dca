// Pre-shared keys by name.  RFC 9420 8.4.
#pragma once

#include "base/strong.h"
#include "codec/select.h"

namespace thicket {

enum class PSKType : std::uint8_t { external = 1, resumption = 2 };

enum class ResumptionPSKUsage : std::uint8_t { application = 1, reinit = 2, branch = 3 };
constexpr bool is_known(ResumptionPSKUsage u) {
  return u >= ResumptionPSKUsage::application && u <= ResumptionPSKUsage::branch;
}

struct ExternalPSK {
  Bytes psk_id;
  bool operator==(const ExternalPSK&) const = default;
};

struct ResumptionPSK {
  ResumptionPSKUsage usage{};
  Bytes psk_group_id;
  Epoch psk_epoch;
  bool operator==(const ResumptionPSK&) const = default;
};

using PSKKind =
    Select<PSKType, Case<PSKType::external, ExternalPSK>, Case<PSKType::resumption, ResumptionPSK>>;

template <>
struct codec::SelectShape<PSKKind> {
  static constexpr std::string_view tag = "psktype";
  static constexpr bool inlined = true;
  static std::string_view field(PSKType) { return {}; }
};

struct PreSharedKeyID {
  PSKKind psktype;
  Bytes psk_nonce;
  bool operator==(const PreSharedKeyID&) const = default;
};

// Input of the derivation of one PSK.
struct PSKLabel {
  PreSharedKeyID id;
  std::uint16_t index = 0;
  std::uint16_t count = 0;
  bool operator==(const PSKLabel&) const = default;
};

}  // namespace thicket
