// The table read and written.
#include "interop-runner/table.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace thicket::interop {
namespace {

// What is written keeps the order in which it is written.
using Json = nlohmann::ordered_json;

const char* form_of(bool encrypt_handshake) {
  return encrypt_handshake ? "private" : "public";
}

Row row_from(const Json& json) {
  Row row{.script = json.at("script").get<std::string>(),
          .in_public = json.at("public").get<std::size_t>(),
          .in_private = json.at("private").get<std::size_t>(),
          .of = json.at("of").get<std::size_t>(),
          .because = json.value("because", ""),
          .suites = json.at("suites").get<std::vector<std::uint32_t>>()};
  if (std::max(row.in_public, row.in_private) > row.of) {
    throw std::runtime_error(row.script + ": more passes than plays");
  }
  return row;
}

Json json_of(const Row& row) {
  Json out = {{"script", row.script},
              {"suites", row.suites},
              {"public", row.in_public},
              {"private", row.in_private},
              {"of", row.of}};
  if (!row.because.empty()) out["because"] = row.because;
  return out;
}

std::string list_of(const std::vector<std::uint32_t>& suites) {
  std::string out;
  for (const std::uint32_t suite : suites) out += (out.empty() ? "" : ", ") + std::to_string(suite);
  return out;
}

// Within a cell of a table.
std::string cell(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

}  // namespace

std::string to_string(const Key& key) {
  return key.script + ", suite " + std::to_string(key.suite) + ", " +
         form_of(key.encrypt_handshake);
}

Table parse_table(const std::string& content) {
  try {
    const Json json = Json::parse(content);
    Table table;
    for (const auto& [peer, part] : json.items()) {
      Expected& expected = table[peer];
      expected.version = part.at("version").get<std::string>();
      expected.profile = part.value("profile", expected.profile);
      expected.grease = part.value("grease", expected.grease);
      expected.late_of_gone = part.value("late_of_gone", expected.late_of_gone);
      for (const Json& row : part.at("passes")) expected.rows.push_back(row_from(row));
    }
    return table;
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(error.what());
  }
}

Table read_table(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file + ": cannot be read");
  try {
    return parse_table(std::string(std::istreambuf_iterator<char>(in), {}));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(file + ": no table of what peers pass: " + error.what());
  }
}

std::string text_of(const Table& table) {
  std::string out = "{";
  for (const auto& [peer, expected] : table) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += "  " + Json(peer).dump() + ": {\n    \"version\": " + Json(expected.version).dump() +
           ",\n    \"profile\": " + Json(expected.profile).dump() +
           ",\n    \"grease\": " + Json(expected.grease).dump() +
           ",\n    \"late_of_gone\": " + Json(expected.late_of_gone).dump() +
           ",\n    \"passes\": [";
    for (std::size_t i = 0; i < expected.rows.size(); ++i) {
      out += (i == 0 ? "\n      " : ",\n      ") + json_of(expected.rows[i]).dump();
    }
    out += "\n    ]\n  }";
  }
  return out + "\n}\n";
}

std::vector<Row> rows_of(const Counts& counts) {
  std::map<std::string, std::map<std::uint32_t, Row>> by_script;
  for (const auto& [key, count] : counts) {
    Row& row = by_script[key.script][key.suite];
    row.script = key.script;
    (key.encrypt_handshake ? row.in_private : row.in_public) = count.passed;
    row.of = std::max(row.of, count.plays());
    if (row.because.empty()) row.because = count.because;
  }
  // Suites for which a script passes equally often stand in one row.
  std::map<Row, std::vector<std::uint32_t>> together;
  for (const auto& [script, suites] : by_script) {
    for (const auto& [suite, row] : suites) together[row].push_back(suite);
  }
  std::vector<Row> rows;
  for (const auto& [row, suites] : together) {
    rows.push_back(row);
    rows.back().suites = suites;
  }
  return rows;
}

std::string markdown_of(const Table& table) {
  std::string out;
  for (const auto& [peer, expected] : table) {
    std::size_t passes = 0;
    std::size_t plays = 0;
    std::string rest;
    for (const Row& row : expected.rows) {
      passes += (row.in_public + row.in_private) * row.suites.size();
      plays += 2 * row.of * row.suites.size();
      if (row.in_public == row.of && row.in_private == row.of) continue;
      rest += "| " + row.script + " | " + list_of(row.suites) + " | " +
              std::to_string(row.in_public) + " | " + std::to_string(row.in_private) + " | " +
              std::to_string(row.of) + " | " + cell(row.because) + " |\n";
    }
    out += "\n### " + peer + ": " + expected.version + "\n\n" + std::to_string(passes) + " of " +
           std::to_string(plays) + " plays pass (`./dev interop --peer " + peer + "`).\n";
    if (rest.empty()) continue;
    out += "What does not:\n\n| script | suites | public | private | of | because |\n" +
           std::string("|---|---|---|---|---|---|\n") + rest;
  }
  return out;
}

}  // namespace thicket::interop
