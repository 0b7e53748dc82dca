// The memory of a suite, as two strings.
#include "group/made_under.h"

namespace thicket::group {

Bytes encode_made_under(const crypto::Suite& suite) {
  return codec::encode(MadeUnder{to_bytes(suite.profile), to_bytes(suite.name)});
}

Result<MadeUnder> read_made_under(codec::Reader& in) {
  MadeUnder out;
  THICKET_TRY(codec::read(in, out));
  return out;
}

Result<const crypto::Suite*> suite_of(const MadeUnder& made_under, CipherSuite id,
                                      const crypto::WireProfile& configured) {
  const std::string name = to_text(made_under.profile);
  const crypto::WireProfile* profile = &configured;
  if (configured.name() != name) profile = THICKET_TRY(crypto::profile_named(name));
  const auto suite = profile->suite_of(id);
  if (suite && (*suite)->name == to_text(made_under.suite)) return *suite;
  return broken(Rule::profile_clash)
      .at("cipher_suite")
      .because("made as " + to_text(made_under.suite) + " of the wire profile " + name +
               ", where its code point is now " +
               (suite ? std::string((*suite)->name) : "no suite's"));
}

}  // namespace thicket::group
