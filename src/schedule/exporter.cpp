// MLS-Exporter.  RFC 9420 8.5.
#include "schedule/exporter.h"

namespace thicket::schedule {

SecretBytes mls_exporter(const crypto::Crypto& crypto, const ExporterSecret& exporter_secret,
                         const ExporterInput& input, std::size_t size) {
  const auto derived = crypto.derive_secret<Secret<struct DerivedExporterTag>>(
      exporter_secret.reveal(), input.label);
  SecretBytes out{Bytes(size)};
  crypto.expand_into(derived.reveal(), "exported", crypto.hash({input.context}).view(),
                     out.reveal());
  return out;
}

}  // namespace thicket::schedule
