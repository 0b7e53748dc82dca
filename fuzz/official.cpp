// Octets of the official vectors, for the first inputs.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "target.h"

namespace thicket::fuzz {
namespace {

constexpr std::size_t cases_max = 4;

void gather(const nlohmann::json& value, std::vector<Bytes>& out) {
  if (const auto* text = value.get_ptr<const std::string*>()) {
    auto octets = from_hex(*text);
    if (octets && octets->size() > 4) out.push_back(*std::move(octets));
  }
  if (!value.is_structured()) return;
  for (const auto& part : value) gather(part, out);
}

}  // namespace

std::vector<Bytes> official_octets() {
  std::vector<Bytes> out;
  const char* named = std::getenv("THICKET_VECTORS");
  const std::filesystem::path folder = named != nullptr ? named : "../shared/vectors";
  for (const char* name : {"messages", "tree-validation", "welcome", "passive-client-welcome"}) {
    std::ifstream in(folder / "mls" / (std::string(name) + ".json"));
    if (!in) continue;
    const auto cases = nlohmann::json::parse(in);
    for (std::size_t i = 0; i < std::min(cases.size(), cases_max); ++i) gather(cases[i], out);
  }
  std::sort(out.begin(), out.end(),
            [](const Bytes& a, const Bytes& b) { return a.size() < b.size(); });
  return out;
}

}  // namespace thicket::fuzz
