// The working group's vectors, for tests: below $THICKET_VECTORS, or beside the repository. Without
// them a test skips, and says so; on the CI machine (CI=true) it fails.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/secret.h"

namespace thicket::kit {

inline std::filesystem::path official_folder() {
  if (const char* named = std::getenv("THICKET_VECTORS")) return named;
  return std::filesystem::path(THICKET_SOURCE_DIR) / ".." / "shared" / "vectors";
}

// The octets of a hexadecimal field.
inline Bytes octets(const nlohmann::json& object, const char* field) {
  const auto bytes = from_hex(object.at(field).get<std::string>());
  REQUIRE_MESSAGE(bytes, field);
  return *bytes;
}

template <class S>
S secret(const nlohmann::json& object, const char* field) {
  return S(octets(object, field));
}

// The content of e.g. "mls/treekem.json", if it is there.
inline std::optional<std::string> official_file(const std::string& name) {
  const std::filesystem::path path = official_folder() / name;
  std::ifstream in(path, std::ios::binary);
  if (in) return std::string(std::istreambuf_iterator<char>(in), {});
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") {
    FAIL("no vectors at " << path.string());
  }
  MESSAGE("skipped: no vectors at " << path.string());
  return std::nullopt;
}

// Calls each(case) for every case of e.g. "mls/secret-tree.json"; there are `count` of them.
template <class Each>
void for_each_official(const std::string& file, std::size_t count, Each&& each) {
  const auto content = official_file(file);
  if (!content) return;
  const auto cases = nlohmann::json::parse(*content);
  CHECK(cases.size() == count);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(file << " case " << i);
    each(cases[i]);
  }
}

}  // namespace thicket::kit
