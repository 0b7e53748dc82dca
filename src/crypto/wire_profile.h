// Code points as configuration. The suites of draft-ietf-mls-pq-ciphersuites have no numbers yet,
// and every project uses others; a wire profile says which number is which suite, and how its KEM
// derives key pairs. It is stored with each group and key package and never changes for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/suite.h"

namespace thicket::crypto {

struct CodePoint {
  CipherSuite id{};
  std::string_view suite;  // its name in all_suites()
};

// RFC 9420's seven suites, whose numbers are fixed, and a number for each further suite that the
// profile has. Immutable; it outlives every group that was made under it.
class WireProfile final {
 public:
  // Rules unknown_suite, and profile_clash: two suites under one number, one suite under two, or a
  // number that the registry has given to another suite or keeps for GREASE. At "code_points[i]".
  static Result<std::unique_ptr<const WireProfile>> make(std::string name,
                                                         std::span<const CodePoint> code_points,
                                                         KemDerivation derivation);
  WireProfile(const WireProfile&) = delete;
  WireProfile& operator=(const WireProfile&) = delete;

  const std::string& name() const { return name_; }
  std::span<const Suite> suites() const { return suites_; }
  // Rule::unknown_suite.
  Result<const Suite*> suite_of(CipherSuite id) const;
  Result<const Suite*> suite_named(std::string_view text) const;

 private:
  explicit WireProfile(std::string name) : name_(std::move(name)) {}
  std::string name_;
  std::vector<Suite> suites_;
};

// Ours: the private range 0xF000-0xFFFF until IANA assigns.
const WireProfile& default_profile();
// Ready-made: "thicket", "mlspp", "openmls-0.9".
std::span<const WireProfile* const> wire_profiles();
// Rule::unknown_profile.
Result<const WireProfile*> profile_named(std::string_view name);

}  // namespace thicket::crypto
