// One test of a Wycheproof file, as its runner sees it.
#pragma once

#include <optional>
#include <stdexcept>

#include "crypto/provider.h"
#include "vectors/json_case.h"

namespace thicket::vectors {

// What a runner sees of its case.
struct Test {
  const crypto::Provider& provider;
  const nlohmann::json& file;
  const nlohmann::json& group;
  const nlohmann::json& test;
  const std::string& name;

  std::string algorithm() const { return file.at("algorithm").get<std::string>(); }
  std::string curve() const { return group.at("curve").get<std::string>(); }
  Bytes octets(const char* field) const { return octets_at(test, field); }
  bool is(const char* result) const { return test.at("result").get<std::string>() == result; }
};

inline CaseResult pass(const Test& t) {
  return {CaseResult::passed, t.name, ""};
}
inline CaseResult fail(const Test& t, std::string detail) {
  return {CaseResult::failed, t.name, std::move(detail)};
}
// The case is right if what happened is what the file says.
inline CaseResult expect(const Test& t, bool accepted) {
  if (accepted == t.is("valid")) return pass(t);
  return fail(t, accepted ? "accepted, but invalid" : "refused, but valid");
}

[[noreturn]] inline void unknown(const char* what, const std::string& value) {
  throw std::runtime_error(std::string("unknown ") + what + " " + value);
}

// ML-KEM and ML-DSA: wycheproof_lattice.cpp. Nothing for another type of test group.
std::optional<CaseResult> run_lattice(const Test& t, const std::string& type);

}  // namespace thicket::vectors
