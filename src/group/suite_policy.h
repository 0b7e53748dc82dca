// Which cipher suites a client accepts, and which one a new group gets. docs/suites.md says what
// the ready-made policies satisfy and what they do not.
#pragma once

#include <optional>
#include <vector>

#include "crypto/wire_profile.h"
#include "messages/key_package.h"

namespace thicket::group {

// What becomes of groups whose confidentiality is classical alone.
enum class ClassicalGroups : std::uint8_t {
  refused,
  // Joined where others made one, and created where the application names the suite: never chosen.
  when_asked,
  accepted,
};

struct SuitePolicy {
  std::string_view name;
  // Names of suites, the most wanted first. No other is created, joined or moved to.
  std::vector<std::string_view> accepted;
  ClassicalGroups classical = ClassicalGroups::refused;
  // Up to when, for all three: afterwards classical groups are neither created nor joined. Groups
  // that are there go on.
  std::optional<Instant> classical_until{};
  // A group may be moved to a suite that is weaker in confidentiality, authentication or strength.
  bool downgrades = false;
  bool operator==(const SuitePolicy&) const = default;
};

// Hybrids first, then pure ML-KEM, then RFC 9420's when asked.
SuitePolicy default_suites();
// Hybrids only, as the European agencies recommend: neither family of problems alone.
SuitePolicy eu_hybrid_suites();
// MLKEM1024-P384 only.
SuitePolicy nist_hybrid_suites();
// ML-KEM-1024 with ML-DSA-87 only.
SuitePolicy cnsa_2_suites();
// "default", "eu-hybrid", "nist-hybrid", "cnsa-2.0"; none of another name.
std::optional<SuitePolicy> suite_policy_named(std::string_view name);
std::vector<std::string_view> suite_policy_names();

// Rule::suite_policy, with what the policy says of this suite.
Result<void> check_suite(const SuitePolicy& policy, const crypto::Suite& suite, Instant now);
// Rule::suite_downgrade, with what would be lost: classical below hybrid and post-quantum, in
// confidentiality and in authentication, and the bits of the suite's name.
Result<void> check_no_downgrade(const SuitePolicy& policy, const crypto::Suite& from,
                                const crypto::Suite& to);

// Where suites are looked for.
struct SuiteChoice {
  const SuitePolicy& policy;
  const crypto::WireProfile& profile;
  const crypto::Provider& provider;
};
// What a new group gets where nobody asks for another: the most wanted suite that profile and
// provider have. Rule::suite_policy if there is none.
Result<const crypto::Suite*> preferred_suite(const SuiteChoice& choice, Instant now);

// A client that a new group is to hold, and the key packages that it offers, one a suite.
struct Candidate {
  Bytes client_id;
  std::vector<KeyPackage> key_packages;
};
struct Negotiated {
  const crypto::Suite* suite = nullptr;
  std::vector<std::size_t> chosen;  // of each candidate, which key package
};
// The most wanted suite for which every candidate has a key package; a classical one only where the
// policy accepts it unasked. O(candidates, suites). Rule::no_common_suite at "candidates[i]", who
// stands in the way of the suite that the fewest do.
Result<Negotiated> negotiate_suite(const SuiteChoice& choice, std::span<const Candidate> candidates,
                                   Instant now);

}  // namespace thicket::group
