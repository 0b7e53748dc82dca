// Running a file of test vectors, and writing one.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "crypto/wire_profile.h"
#include "vectors/report.h"

namespace thicket::crypto {
class Provider;
}

namespace thicket::vectors {

struct Document {
  std::string name;  // of the file: "x/psk_secret.json"
  Bytes content;
  std::optional<std::string> kind;  // none: by name, or by content
  const crypto::WireProfile* profile = &crypto::default_profile();
};

// One result a case, in order. What cannot be read or has no known kind is one failed case.
Report run(const crypto::Provider& provider, const Document& document);

// The kind that the name of a file says: "passive-client-random.json" is "passive-client".
std::string kind_of_file(std::string_view file);
std::vector<std::string_view> kind_names();
bool is_kind(std::string_view kind);
// The kinds of the MLS working group.
bool can_generate(std::string_view kind);

// A file of `kind` in the working group's format, the same for the same seed as far as the
// provider's signatures are. `suite` null: all suites of the profile that the provider has.
struct Wanted {
  std::string_view kind;
  const crypto::Suite* suite = nullptr;
  std::uint64_t seed = 0;
  const crypto::WireProfile* profile = &crypto::default_profile();
};
std::string generate(const crypto::Provider& provider, const Wanted& wanted);

}  // namespace thicket::vectors
