// Credentials.  RFC 9420 5.3.
#pragma once

#include "codec/select.h"

namespace thicket {

enum class CredentialType : std::uint16_t { basic = 1, x509 = 2 };

struct Certificate {
  Bytes cert_data;
  bool operator==(const Certificate&) const = default;
};

struct BasicCredential {
  Bytes identity;
  bool operator==(const BasicCredential&) const = default;
};

struct X509Credential {
  std::vector<Certificate> certificates;
  bool operator==(const X509Credential&) const = default;
};

// credential_type, then what it selects; an unknown type's body is read as opaque<V>.
using Credential = OpenSelect<CredentialType, Case<CredentialType::basic, BasicCredential>,
                              Case<CredentialType::x509, X509Credential>>;

template <>
struct codec::SelectShape<Credential> {
  static constexpr std::string_view tag = "credential_type";
  static constexpr bool inlined = false;
  static std::string_view field(CredentialType) { return {}; }
};

}  // namespace thicket
