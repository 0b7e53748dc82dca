// The provider and the suite that a run of the group tests is about: THICKET_TEST_PROVIDER, by
// default AWS-LC; THICKET_TEST_SUITE, by default suite 1. tests/suites.cmake names the other runs.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <string_view>

#include "crypto/suite.h"
#include "kit/providers.h"

namespace thicket::kit {

inline std::string_view setting(const char* name, std::string_view otherwise) {
  const char* text = std::getenv(name);
  return text ? std::string_view(text) : otherwise;
}

inline std::unique_ptr<crypto::Provider> usual_provider() {
  auto all = all_providers();
  const std::string_view wanted = setting("THICKET_TEST_PROVIDER", all.front()->name());
  for (auto& provider : all) {
    if (provider->name() == wanted) return std::move(provider);
  }
  FAIL("THICKET_TEST_PROVIDER is not built in: " << wanted);
  return nullptr;
}

inline const crypto::Suite& usual_suite_row() {
  const auto suite = crypto::suite_named(setting("THICKET_TEST_SUITE", "1"));
  if (!suite) FAIL("THICKET_TEST_SUITE: " << describe(suite.error()));
  return **suite;
}
inline CipherSuite usual_suite() {
  return usual_suite_row().id;
}
// Of its secrets and PSK nonces, in octets.
inline std::size_t usual_nh() {
  return size_of(usual_suite_row().hash);
}
// A classical suite that is not the usual one.
inline CipherSuite another_suite() {
  const CipherSuite second{2};
  return usual_suite() == second ? CipherSuite{1} : second;
}

}  // namespace thicket::kit
