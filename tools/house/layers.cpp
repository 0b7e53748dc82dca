// The table of layers and the #include lines that must obey it.
#include "house/layers.h"

#include <optional>
#include <sstream>

namespace thicket::house {
namespace {

struct Include {
  std::string path;
  bool system = false;  // in angle brackets
};

std::optional<Include> include_of(std::string_view line) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string_view::npos || line[hash] != '#') return std::nullopt;
  const std::size_t word = line.find_first_not_of(" \t", hash + 1);
  if (word == std::string_view::npos || !line.substr(word).starts_with("include")) {
    return std::nullopt;
  }
  const std::size_t open = line.find_first_of("\"<", word);
  if (open == std::string_view::npos) return std::nullopt;
  const bool system = line[open] == '<';
  const std::size_t close = line.find(system ? '>' : '"', open + 1);
  return Include{std::string(line.substr(open + 1, close - open - 1)), system};
}

// The layer that a path relative to src/ lies in: the longest folder of it that the table names.
std::optional<std::string> layer_of(std::string_view path, const Layers& layers) {
  for (std::size_t end = path.rfind('/'); end != std::string_view::npos;
       end = end == 0 ? std::string_view::npos : path.rfind('/', end - 1)) {
    const std::string folder(path.substr(0, end));
    if (layers.uses.contains(folder)) return folder;
  }
  return std::nullopt;
}

// Tests name a backend, as main() does.
// They share what lies in tests/kit.
bool is_kit(const Source& source, const Include& include) {
  return is_test(source) && include.path.starts_with("kit/");
}

bool test_may(const std::string& used) {
  return used == "crypto/awslc" || used == "crypto/openssl" || used == "store/memory" ||
         used == "store/sqlite";
}

std::string wrong_library(const std::string& header, const std::string& layer,
                          const Layers& layers) {
  for (const auto& [library, allowed] : layers.libraries) {
    if (header.starts_with(library) && !allowed.contains(layer)) {
      return "layer " + layer + " may not include <" + header + ">";
    }
  }
  return "";
}

}  // namespace

Layers parse_layers(const Source& table) {
  Layers layers;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(table.text)) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      layers.broken.push_back({table.path, number, "a line without a colon"});
      continue;
    }
    std::string name(line.substr(0, colon));
    const bool library = name.starts_with("<");
    std::set<std::string> named;
    std::istringstream words{std::string(line.substr(colon + 1))};
    for (std::string word; words >> word;) {
      if (!library && !layers.uses.contains(word)) {
        layers.broken.push_back(
            {table.path, number, name + " uses " + word + ", which is not above it"});
      }
      named.insert(word);
    }
    (library ? layers.libraries : layers.uses)[library ? name.substr(1) : name] = named;
  }
  return layers;
}

Findings check_layers(const Source& source, const Layers& layers) {
  Findings found;
  if (!is_cpp(source) || !source.path.starts_with("src/")) return found;
  const auto own = layer_of(std::string_view(source.path).substr(4), layers);
  if (!own) return {{source.path, 1, "a folder that layers.txt does not name"}};
  const auto& allowed = layers.uses.at(*own);
  std::size_t number = 0;
  for (const std::string_view line : lines_of(source.text)) {
    ++number;
    const auto include = include_of(line);
    if (!include || is_kit(source, *include)) continue;
    if (include->system) {
      const std::string wrong = wrong_library(include->path, *own, layers);
      if (!wrong.empty()) found.push_back({source.path, number, wrong});
      continue;
    }
    if (is_test(source) && include->path.starts_with("kit/")) continue;  // tests/kit
    const auto used = layer_of(include->path, layers);
    if (!used) {
      found.push_back(
          {source.path, number, "\"" + include->path + "\" is not a path from src/ into a layer"});
    } else if (*used != *own && !allowed.contains(*used) && !(is_test(source) && test_may(*used))) {
      found.push_back({source.path, number, "layer " + *own + " may not include " + *used});
    }
  }
  return found;
}

}  // namespace thicket::house
