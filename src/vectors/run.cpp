// From a file to a verdict a case.
#include "vectors/run.h"

#include "vectors/hpke.h"
#include "vectors/kinds.h"
#include "vectors/partial.h"
#include "vectors/wycheproof.h"
#include "vectors/xwing.h"

namespace thicket::vectors {

namespace {

// Kinds that are told by content, and are not the working group's.
constexpr std::string_view wycheproof = "wycheproof";
constexpr std::string_view hpke = "hpke";
constexpr std::string_view xwing = "xwing";
constexpr std::string_view partial = "partial";
bool by_content(std::string_view kind) {
  return kind == wycheproof || kind == hpke || kind == xwing || kind == partial;
}

CaseResult failed(std::string name, std::string detail) {
  return CaseResult{CaseResult::failed, std::move(name), std::move(detail)};
}

CaseResult run_case(const Setting& setting, const Kind& kind, const nlohmann::json& test,
                    std::size_t number) {
  std::string name = "case " + std::to_string(number);
  try {
    kind.check(setting, Field(test));
  } catch (const Difference& difference) {
    return failed(std::move(name), difference.field + ": " + difference.what);
  }
  return CaseResult{CaseResult::passed, std::move(name), {}};
}

std::string base_name(std::string_view file) {
  const std::size_t slash = file.rfind('/');
  std::string_view base = slash == std::string_view::npos ? file : file.substr(slash + 1);
  if (base.ends_with(".json")) base.remove_suffix(5);
  return std::string(base);
}

}  // namespace

std::string kind_of_file(std::string_view file) {
  const std::string base = base_name(file);
  constexpr std::string_view passive = "passive-client";
  return base.starts_with(passive) ? std::string(passive) : base;
}

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> out;
  for (const Kind& kind : all_kinds()) out.push_back(kind.name);
  for (const std::string_view kind : {wycheproof, hpke, xwing, partial}) out.push_back(kind);
  return out;
}

bool is_kind(std::string_view kind) {
  return by_content(kind) || can_generate(kind);
}

bool can_generate(std::string_view kind) {
  return kind_named(kind) != nullptr;
}

Report run(const crypto::Provider& provider, const Document& document) {
  const auto json = nlohmann::json::parse(document.content, nullptr, false);
  if (json.is_discarded()) return {failed("file", "is not JSON")};
  const bool told = document.kind.has_value();
  const std::string name = told ? *document.kind : kind_of_file(document.name);
  if (is_wycheproof(json) && (!told || name == wycheproof)) return run_wycheproof(provider, json);
  if (is_hpke(json) && (!told || name == hpke)) return run_hpke(provider, json);
  if (is_xwing(json) && (!told || name == xwing)) return run_xwing(provider, json);
  if (is_partial(json) && (!told || name == partial)) return run_partial(json);
  if (by_content(name)) return {failed("file", "is not of the form of " + name)};
  const Kind* kind = kind_named(name);
  if (kind == nullptr)
    return {failed("file", "no kind is called " + name + "; --kind says what it holds")};
  if (!json.is_array()) return {failed("file", "is not an array of cases")};
  Report report;
  for (const auto& test : json) {
    report.push_back(run_case({provider, *document.profile}, *kind, test, report.size()));
  }
  return report;
}

std::string generate(const crypto::Provider& provider, const Wanted& wanted) {
  const Kind* kind = kind_named(wanted.kind);
  THICKET_ASSERT(kind != nullptr);
  crypto::SeededRandom random(wanted.seed);
  Json cases = Json::array();
  const auto add = [&](const crypto::Suite* suite) {
    for (Json& test : kind->generate(Source{provider, *wanted.profile, suite, random}))
      cases.push_back(test);
  };
  if (!kind->has_suite) {
    add(nullptr);
  } else {
    for (const crypto::Suite& suite : wanted.profile->suites()) {
      const bool asked = wanted.suite == nullptr || wanted.suite->name == suite.name;
      if (asked && has(provider, suite)) add(&suite);
    }
  }
  return cases.dump(2) + "\n";
}

}  // namespace thicket::vectors
