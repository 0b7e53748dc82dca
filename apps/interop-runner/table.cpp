// The table read, held against a run, and written.
#include "interop-runner/table.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

namespace thicket::interop {
namespace {

// What is written keeps the order in which it is written.
using Json = nlohmann::ordered_json;

Json read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  Json table = in ? Json::parse(in, nullptr, false) : Json();
  if (!table.is_object()) throw std::runtime_error(file + ": no table of what peers pass");
  return table;
}

const char* form_of(bool encrypt_handshake) {
  return encrypt_handshake ? "private" : "public";
}

// Suites for which a script passes equally often stand in one row.
struct Row {
  std::string script;
  std::size_t in_public = 0;
  std::size_t in_private = 0;
  std::size_t of = 0;
  auto operator<=>(const Row&) const = default;
};

std::map<Row, std::vector<std::uint32_t>> rows_of(const Counts& counts) {
  std::map<std::string, std::map<std::uint32_t, Row>> by_script;
  for (const auto& [key, count] : counts) {
    Row& row = by_script[key.script][key.suite];
    row.script = key.script;
    (key.encrypt_handshake ? row.in_private : row.in_public) = count.passed;
    row.of = std::max(row.of, count.plays());
  }
  std::map<Row, std::vector<std::uint32_t>> rows;
  for (const auto& [script, suites] : by_script) {
    for (const auto& [suite, row] : suites) rows[row].push_back(suite);
  }
  return rows;
}

// A row a line, so that a change shows as one.
std::string text_of(const Json& table) {
  std::string out = "{";
  for (const auto& [peer, part] : table.items()) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += "  " + Json(peer).dump() + ": {\n";
    for (const auto& [name, value] : part.items()) {
      if (name != "passes") out += "    " + Json(name).dump() + ": " + value.dump() + ",\n";
    }
    out += "    \"passes\": [";
    const Json rows = part.value("passes", Json::array());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      out += (i == 0 ? "\n      " : ",\n      ") + rows[i].dump();
    }
    out += "\n    ]\n  }";
  }
  return out + "\n}\n";
}

}  // namespace

std::string to_string(const Key& key) {
  return key.script + ", suite " + std::to_string(key.suite) + ", " +
         form_of(key.encrypt_handshake);
}

Expected read_expected(const std::string& file, const std::string& peer) {
  const Json table = read_file(file);
  if (!table.contains(peer)) throw std::runtime_error(file + ": no peer \"" + peer + "\"");
  const Json& part = table[peer];
  Expected out;
  out.version = part.value("version", "");
  out.profile = part.value("profile", "thicket");
  for (const Json& row : part.value("passes", Json::array())) {
    for (const Json& suite : row.at("suites")) {
      for (const bool encrypt : {false, true}) {
        out.passes[{row.at("script").get<std::string>(), suite.get<std::uint32_t>(), encrypt}] =
            row.at(form_of(encrypt)).get<std::size_t>();
      }
    }
  }
  return out;
}

void record(const std::string& file, const std::string& peer, const std::string& version,
            const Counts& counts) {
  Json table = read_file(file);
  Json rows = Json::array();
  for (const auto& [row, suites] : rows_of(counts)) {
    rows.push_back({{"script", row.script},
                    {"suites", suites},
                    {"public", row.in_public},
                    {"private", row.in_private},
                    {"of", row.of}});
  }
  table[peer]["version"] = version;
  table[peer]["passes"] = std::move(rows);
  std::ofstream out(file, std::ios::binary);
  out << text_of(table);
  if (!out) throw std::runtime_error(file + ": cannot be written");
}

Judgement judge(const Counts& counts, const Expected* expected) {
  Judgement out;
  std::set<std::string> listed;
  if (expected != nullptr) {
    for (const auto& [key, passes] : expected->passes) listed.insert(key.script);
  }
  for (const auto& [key, count] : counts) {
    out.passed += count.passed;
    std::size_t missing = count.failed;
    if (expected == nullptr) {
      missing += count.not_had;
    } else if (listed.contains(key.script)) {
      const auto row = expected->passes.find(key);
      const std::size_t wanted = row == expected->passes.end() ? 0 : row->second;
      missing = wanted > count.passed ? wanted - count.passed : 0;
    }
    out.failed += missing;
    out.not_had += count.plays() - count.passed - missing;
    if (missing > 0) {
      out.complaints.push_back(to_string(key) + ": " + std::to_string(count.passed) + " of " +
                               std::to_string(count.plays()) + " passed: " + count.why);
    }
  }
  return out;
}

}  // namespace thicket::interop
