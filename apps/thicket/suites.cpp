// thicket suites: the cipher suites, what protects in each, and its numbers.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "crypto/wire_profile.h"
#include "thicket/verbs.h"

namespace thicket::cli {

namespace {

using crypto::Suite;
using crypto::WireProfile;

std::string hexadecimal(CipherSuite id) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "0x%04x", static_cast<unsigned>(id));
  return text.data();
}

// The suite's number in a profile, if it has one.
std::optional<CipherSuite> code_point(const WireProfile& profile, const Suite& suite) {
  const auto row = profile.suite_named(suite.name);
  if (!row) return std::nullopt;
  return (*row)->id;
}

std::vector<std::string> providers_of(const Run& run, const Suite& suite) {
  std::vector<std::string> out;
  for (const Run::Library& library : run.libraries) {
    if (has(*library.make(1), suite)) out.push_back(library.name);
  }
  return out;
}

void print_json(const Run& run) {
  auto out = nlohmann::ordered_json::array();
  for (const Suite& suite : crypto::all_suites()) {
    auto points = nlohmann::ordered_json::object();
    for (const WireProfile* profile : crypto::wire_profiles()) {
      if (const auto id = code_point(*profile, suite)) points[profile->name()] = hexadecimal(*id);
    }
    out.push_back({{"name", suite.name},
                   {"confidentiality", name_of(suite.confidentiality())},
                   {"authentication", name_of(suite.authentication())},
                   {"code_points", std::move(points)},
                   {"providers", providers_of(run, suite)}});
  }
  std::cout << out.dump(2) << "\n";
}

void print_text(const Run& run) {
  std::cout << "confidentiality  authentication";
  for (const WireProfile* profile : crypto::wire_profiles()) {
    std::cout << "  " << profile->name();
  }
  std::cout << "  suite (providers)\n";
  for (const Suite& suite : crypto::all_suites()) {
    std::string row(name_of(suite.confidentiality()));
    row.resize(17, ' ');
    row += name_of(suite.authentication());
    row.resize(33, ' ');
    for (const WireProfile* profile : crypto::wire_profiles()) {
      const auto id = code_point(*profile, suite);
      std::string cell = id ? hexadecimal(*id) : "-";
      cell.resize(profile->name().size() + 2, ' ');
      row += cell;
    }
    row += suite.name;
    row += " (";
    std::string_view separator;
    for (const std::string& provider : providers_of(run, suite)) {
      row += std::string(separator) + provider;
      separator = ", ";
    }
    std::cout << row << ")\n";
  }
}

}  // namespace

void add_suites(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand(
      "suites", "List the cipher suites, what protects in each, and its code points");
  const auto json = std::make_shared<bool>(false);
  verb->add_flag("--json", *json, "print JSON");
  verb->footer(
      "Confidentiality is the KEM's, authentication the signature's: classical falls to a quantum\n"
      "computer, hybrid holds while either of two families does, post-quantum stands on one.\n"
      "example:  thicket suites --json");
  verb->callback([json, &run] {
    *json ? print_json(run) : print_text(run);
    run.exit_code = fine;
  });
}

}  // namespace thicket::cli
