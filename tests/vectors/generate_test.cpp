// What we generate is of the working group's format: every kind and suite passes our own runner.
#include <nlohmann/json.hpp>
#include <set>

#include "crypto/awslc/awslc.h"
#include "kit/official.h"
#include "vectors/run.h"

namespace thicket::vectors {
namespace {

using nlohmann::json;

// The names of all fields, "[]" for any element of an array.
void names_of(const json& value, const std::string& path, std::set<std::string>& names) {
  if (value.is_object()) {
    for (const auto& [name, part] : value.items()) names_of(part, path + "." + name, names);
  } else if (value.is_array()) {
    for (const json& element : value) names_of(element, path + "[]", names);
  } else {
    names.insert(path);
  }
}

std::set<std::string> names_of(const json& value) {
  std::set<std::string> names;
  names_of(value, "", names);
  return names;
}

}  // namespace

TEST_CASE("generated vectors of every kind pass, for every suite") {
  const auto provider = crypto::make_awslc();
  std::size_t cases = 0;
  for (std::string_view kind : kind_names()) {
    if (!can_generate(kind)) continue;
    const std::string name(kind);
    CAPTURE(name);
    const std::string content = generate(*provider, {kind, nullptr, 1});
    const Report report = run(*provider, {name + ".json", to_bytes(content), std::nullopt});
    CHECK_FALSE(report.empty());
    for (const CaseResult& one : report) {
      if (one.verdict != CaseResult::passed) FAIL_CHECK(one.name << ": " << one.detail);
    }
    cases += report.size();
  }
  MESSAGE(cases << " generated cases");
}

TEST_CASE("generated vectors of other wire profiles pass under these, and not under ours") {
  const auto provider = crypto::make_awslc();
  for (const char* name : {"mlspp", "openmls-0.9"}) {
    const crypto::WireProfile* profile = *crypto::profile_named(name);
    const crypto::Suite* suite =
        *profile->suite_named("MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519");
    for (std::string_view kind : {"welcome", "treekem", "passive-client", "key-schedule"}) {
      CAPTURE(name);
      CAPTURE(kind);
      const std::string content = generate(*provider, {kind, suite, 3, profile});
      Document document{std::string(kind) + ".json", to_bytes(content), std::nullopt, profile};
      for (const CaseResult& one : run(*provider, document)) {
        if (one.verdict != CaseResult::passed) FAIL_CHECK(one.name << ": " << one.detail);
      }
      document.profile = &crypto::default_profile();
      for (const CaseResult& one : run(*provider, document)) {
        CHECK(one.verdict == CaseResult::failed);
      }
    }
  }
}

TEST_CASE("generated vectors follow from their seed") {
  const auto provider = crypto::make_awslc();
  const crypto::Suite* suite = crypto::suite_named("1").value();
  for (std::string_view kind : kind_names()) {
    if (!can_generate(kind)) continue;
    CAPTURE(kind);
    const std::string once = generate(*provider, {kind, suite, 7});
    CHECK(generate(*provider, {kind, suite, 7}) == once);
  }
}

TEST_CASE("generated vectors have the fields of the official ones") {
  const auto provider = crypto::make_awslc();
  const crypto::Suite* suite = crypto::suite_named("1").value();
  for (std::string_view kind : kind_names()) {
    if (!can_generate(kind)) continue;
    const std::string name(kind);
    CAPTURE(name);
    const std::string file = name == "passive-client" ? "passive-client-handling-commit" : name;
    const auto official = kit::official_file("mls/" + file + ".json");
    if (!official) return;
    const json ours = json::parse(generate(*provider, {kind, suite, 1}));
    CHECK(names_of(ours) == names_of(json::parse(*official)));
  }
}

}  // namespace thicket::vectors
