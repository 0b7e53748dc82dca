// People of the tests: a basic credential under a name, and a key of a suite.
#pragma once

#include <doctest/doctest.h>

#include "crypto/seeded_random.h"
#include "group/key_package.h"
#include "kit/usual.h"

namespace thicket::kit {

inline constexpr Instant noon{1'700'000'000};
inline constexpr Lifetime around_noon{1'700'000'000 - 3600, 1'700'000'000 + 86'400};

// The value of an outcome; the error is shown where there is none.
template <class T>
T good(Result<T> outcome) {
  if constexpr (std::is_void_v<T>) {
    if (!outcome) FAIL(describe(outcome.error()));
  } else {
    if (!outcome) FAIL(describe(outcome.error()));
    return *std::move(outcome);
  }
}

// That an outcome is an error of this rule, at this path.
template <class T>
void refused(const Result<T>& outcome, Rule rule, std::string_view path) {
  REQUIRE_FALSE(outcome.has_value());
  CHECK_MESSAGE(outcome.error().rule == rule, describe(outcome.error()));
  CHECK(outcome.error().path == path);
}

// The same, wherever it is.
template <class T>
void refused_by(const Result<T>& outcome, Rule rule) {
  REQUIRE_FALSE(outcome.has_value());
  CHECK_MESSAGE(outcome.error().rule == rule, describe(outcome.error()));
}

inline group::Identity person(const crypto::Provider& provider, std::string_view name,
                              Random& random, const crypto::Suite& suite) {
  const crypto::Crypto crypto(provider, suite);
  group::Identity identity;
  identity.credential = BasicCredential{to_bytes(name)};
  identity.signer = crypto.generate_signature_key(random);
  const CipherSuite suites[] = {suite.id};
  identity.capabilities = group::default_capabilities(suites);
  return identity;
}
// In the default wire profile.
inline group::Identity person(const crypto::Provider& provider, std::string_view name,
                              Random& random, CipherSuite suite = usual_suite()) {
  return person(provider, name, random, **crypto::suite_of(suite));
}

}  // namespace thicket::kit
