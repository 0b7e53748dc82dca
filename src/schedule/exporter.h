// Secrets for the application, bound to an epoch.  RFC 9420 8.5.
#pragma once

#include "schedule/secrets.h"

namespace thicket::schedule {

struct ExporterInput {
  std::string_view label;
  ByteView context;
};

// MLS-Exporter(Label, Context, Length) = ExpandWithLabel(DeriveSecret(exporter_secret, Label),
// "exported", Hash(Context), Length). `size` is at most 255 Nh and less than 65536.
SecretBytes mls_exporter(const crypto::Crypto& crypto, const ExporterSecret& exporter_secret,
                         const ExporterInput& input, std::size_t size);

}  // namespace thicket::schedule
