// Policies as lists of names, and what is chosen by them.
#include "group/suite_policy.h"

#include <algorithm>
#include <charconv>

#include "crypto/provider.h"

namespace thicket::group {
namespace {

using crypto::Strength;
using crypto::Suite;

constexpr std::string_view x25519_hybrid = "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519";
constexpr std::string_view p384_hybrid = "MLS_192_MLKEM1024P384_AES256GCM_SHA384_P384";

std::vector<std::string_view> named(Strength confidentiality) {
  std::vector<std::string_view> out;
  for (const Suite& suite : crypto::all_suites()) {
    if (suite.confidentiality() == confidentiality) out.push_back(suite.name);
  }
  return out;
}

// All hybrids, the default one in front.
std::vector<std::string_view> hybrids() {
  std::vector<std::string_view> out = named(Strength::hybrid);
  std::stable_partition(out.begin(), out.end(),
                        [](std::string_view name) { return name == x25519_hybrid; });
  return out;
}

bool is_classical(const Suite& suite) {
  return suite.confidentiality() == Strength::classical;
}

bool lists(const SuitePolicy& policy, std::string_view suite) {
  return std::ranges::find(policy.accepted, suite) != policy.accepted.end();
}

Error refused(const SuitePolicy& policy, const Suite& suite, std::string_view why) {
  return broken(Rule::suite_policy)
      .at("cipher_suite")
      .because(std::string(suite.name) + ": the policy " + std::string(policy.name) + " " +
               std::string(why));
}

// "MLS_192_...": 192.
unsigned bits_of(const Suite& suite) {
  unsigned bits = 0;
  const std::string_view digits = suite.name.substr(4, 3);
  std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  return bits;
}

bool weaker(Strength from, Strength to) {
  return from != Strength::classical && to == Strength::classical;
}

// The suites that may be chosen without being asked for, the most wanted first.
std::vector<const Suite*> choosable(const SuiteChoice& choice, Instant now) {
  std::vector<const Suite*> out;
  for (const std::string_view name : choice.policy.accepted) {
    const auto suite = choice.profile.suite_named(name);
    if (!suite || !has(choice.provider, **suite)) continue;
    if (is_classical(**suite) && choice.policy.classical != ClassicalGroups::accepted) continue;
    if (check_suite(choice.policy, **suite, now)) out.push_back(*suite);
  }
  return out;
}

std::optional<std::size_t> offered(const Candidate& candidate, CipherSuite suite) {
  const auto found = std::ranges::find(candidate.key_packages, suite, &KeyPackage::cipher_suite);
  if (found == candidate.key_packages.end()) return std::nullopt;
  return static_cast<std::size_t>(found - candidate.key_packages.begin());
}

// Who stands in the way of a suite.
struct Lacking {
  const Suite* suite = nullptr;
  std::size_t count = 0;
  std::size_t first = 0;
};
Lacking lacking(const Suite& suite, std::span<const Candidate> candidates) {
  Lacking out{&suite, 0, 0};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (offered(candidates[i], suite.id)) continue;
    if (out.count++ == 0) out.first = i;
  }
  return out;
}

Error nothing_in_common(const Lacking& best, std::span<const Candidate> candidates) {
  const Bytes& client = candidates[best.first].client_id;
  const bool text = std::ranges::all_of(client, [](auto c) { return c >= 0x20 && c < 0x7f; });
  std::string why = (text ? "\"" + to_text(client) + "\"" : to_hex(client)) +
                    " has no key package for " + std::string(best.suite->name);
  if (best.count > 1) why += ", nor have " + std::to_string(best.count - 1) + " others";
  return broken(Rule::no_common_suite)
      .at("candidates[" + std::to_string(best.first) + "]")
      .because(std::move(why));
}

}  // namespace

SuitePolicy default_suites() {
  SuitePolicy out{
      .name = "default", .accepted = hybrids(), .classical = ClassicalGroups::when_asked};
  for (const Strength strength : {Strength::post_quantum, Strength::classical}) {
    for (const std::string_view name : named(strength)) out.accepted.push_back(name);
  }
  return out;
}

SuitePolicy eu_hybrid_suites() {
  return {.name = "eu-hybrid", .accepted = hybrids()};
}

SuitePolicy nist_hybrid_suites() {
  return {.name = "nist-hybrid", .accepted = {p384_hybrid}};
}

SuitePolicy cnsa_2_suites() {
  return {.name = "cnsa-2.0", .accepted = {"MLS_256_MLKEM1024_AES256GCM_SHA384_MLDSA87"}};
}

std::optional<SuitePolicy> suite_policy_named(std::string_view name) {
  for (const auto make : {default_suites, eu_hybrid_suites, nist_hybrid_suites, cnsa_2_suites}) {
    if (SuitePolicy policy = make(); policy.name == name) return policy;
  }
  return std::nullopt;
}

std::vector<std::string_view> suite_policy_names() {
  return {"default", "eu-hybrid", "nist-hybrid", "cnsa-2.0"};
}

Result<void> check_suite(const SuitePolicy& policy, const Suite& suite, Instant now) {
  if (!lists(policy, suite.name)) return refused(policy, suite, "does not list it");
  if (!is_classical(suite)) return {};
  if (policy.classical == ClassicalGroups::refused) {
    return refused(policy, suite, "has no groups without post-quantum confidentiality");
  }
  if (policy.classical_until && *policy.classical_until < now) {
    return refused(policy, suite,
                   "had groups without post-quantum confidentiality until " +
                       std::to_string(policy.classical_until->seconds));
  }
  return {};
}

Result<void> check_no_downgrade(const SuitePolicy& policy, const Suite& from, const Suite& to) {
  if (policy.downgrades) return {};
  std::string lost;
  if (weaker(from.confidentiality(), to.confidentiality())) {
    lost = "post-quantum confidentiality";
  } else if (weaker(from.authentication(), to.authentication())) {
    lost = "post-quantum authentication";
  } else if (bits_of(to) < bits_of(from)) {
    lost = std::to_string(bits_of(from)) + " bits of strength";
  } else {
    return {};
  }
  return broken(Rule::suite_downgrade)
      .at("cipher_suite")
      .because("from " + std::string(from.name) + " to " + std::string(to.name) + ": " + lost +
               " would be lost");
}

Result<const Suite*> preferred_suite(const SuiteChoice& choice, Instant now) {
  const std::vector<const Suite*> suites = choosable(choice, now);
  if (!suites.empty()) return suites.front();
  return broken(Rule::suite_policy)
      .at("cipher_suite")
      .because("the policy " + std::string(choice.policy.name) +
               " has no suite of the wire profile " + choice.profile.name() + " that " +
               std::string(choice.provider.name()) + " can do");
}

Result<Negotiated> negotiate_suite(const SuiteChoice& choice, std::span<const Candidate> candidates,
                                   Instant now) {
  THICKET_TRY(preferred_suite(choice, now));
  std::optional<Lacking> best;
  for (const Suite* suite : choosable(choice, now)) {
    const Lacking now_lacking = lacking(*suite, candidates);
    if (now_lacking.count == 0) {
      Negotiated out{suite, {}};
      for (const Candidate& one : candidates) out.chosen.push_back(*offered(one, suite->id));
      return out;
    }
    if (!best || now_lacking.count < best->count) best = now_lacking;
  }
  return nothing_in_common(*best, candidates);
}

}  // namespace thicket::group
