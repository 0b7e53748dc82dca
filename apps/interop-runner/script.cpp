// JSON into steps.
#include "interop-runner/script.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

namespace thicket::interop {
namespace {

using nlohmann::json;

std::string folded(const std::string& name) {
  std::string out;
  for (const char letter : name) {
    if (letter != '_') out.push_back(static_cast<char>(std::tolower(letter)));
  }
  return out;
}

[[noreturn]] void bad(const std::string& field, const std::string& what) {
  throw BadScript{field + " " + what};
}

// RFC 4648 4, padded; nothing where it is not that.
std::optional<std::string> decoded(std::string_view text) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char letter : text) {
    const std::size_t digit = digits.find(letter);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>((bits >> count) & 0xff));
    bits &= (1u << count) - 1;
  }
  return bits == 0 ? std::optional(out) : std::nullopt;
}

}  // namespace

Step::Step(const json& step) {
  if (!step.is_object()) throw BadScript{"a step is no object"};
  for (const auto& [name, value] : step.items()) fields_[folded(name)] = value;
  action_ = text("action");
  actor_ = text("actor");
}

const json* Step::find(const std::string& field) const {
  const auto found = fields_.find(field);
  return found == fields_.end() || found->is_null() ? nullptr : &*found;
}

std::string Step::text(const std::string& field) const {
  const json* value = find(field);
  if (value == nullptr) return {};
  if (!value->is_string()) bad(field, "is no text");
  return value->get<std::string>();
}

std::vector<std::string> Step::texts(const std::string& field) const {
  const json* value = find(field);
  if (value == nullptr) return {};
  if (value->is_string()) return {value->get<std::string>()};
  if (!value->is_array()) bad(field, "is no list");
  std::vector<std::string> out;
  for (const json& one : *value) {
    if (!one.is_string()) bad(field, "holds something else than texts");
    out.push_back(one.get<std::string>());
  }
  return out;
}

std::size_t Step::number(const std::string& field) const {
  const json* value = find(field);
  if (value == nullptr) return 0;
  if (!value->is_number_unsigned()) bad(field, "is no number");
  return value->get<std::size_t>();
}

std::vector<std::size_t> Step::numbers(const std::string& field) const {
  const json* value = find(field);
  if (value == nullptr) return {};
  if (!value->is_array()) bad(field, "is no list");
  std::vector<std::size_t> out;
  for (const json& one : *value) {
    if (!one.is_number_unsigned()) bad(field, "holds something else than numbers");
    out.push_back(one.get<std::size_t>());
  }
  return out;
}

bool Step::flag(const std::string& field) const {
  const json* value = find(field);
  if (value == nullptr) return false;
  if (!value->is_boolean()) bad(field, "is neither true nor false");
  return value->get<bool>();
}

std::vector<Step> Step::parts(const std::string& field) const {
  const json* value = find(field);
  if (value == nullptr) return {};
  if (value->is_object()) return {Step(*value)};
  if (!value->is_array()) bad(field, "is no list");
  std::vector<Step> out;
  for (const json& one : *value) out.emplace_back(one);
  return out;
}

std::string Step::octets(const std::string& field) const {
  auto out = decoded(text(field));
  if (!out) bad(field, "is no base64");
  return *std::move(out);
}

std::vector<std::string> Step::names() const {
  std::vector<std::string> out;
  for (const auto& [name, value] : fields_.items()) out.push_back(name);
  return out;
}

std::vector<Script> parse_scripts(const std::string& name, const std::string& content) {
  const json file = json::parse(content, nullptr, false);
  if (!file.is_object() || !file.contains("scripts") || !file["scripts"].is_object()) {
    throw BadScript{name + ": no JSON object with \"scripts\""};
  }
  std::vector<Script> out;
  for (const auto& [own, steps] : file["scripts"].items()) {
    Script script;
    script.name = name + "/" + own;
    try {
      if (!steps.is_array()) throw BadScript{"no list of steps"};
      for (const json& step : steps) {
        try {
          script.steps.emplace_back(step);
        } catch (const BadScript& what) {
          throw BadScript{"step " + std::to_string(script.steps.size()) + ": " + what.what};
        }
      }
    } catch (const BadScript& what) {
      throw BadScript{script.name + ": " + what.what};
    }
    out.push_back(std::move(script));
  }
  return out;
}

std::vector<Script> read_scripts(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file + ": cannot be read");
  const std::string content(std::istreambuf_iterator<char>(in), {});
  return parse_scripts(std::filesystem::path(file).stem().string(), content);
}

}  // namespace thicket::interop
