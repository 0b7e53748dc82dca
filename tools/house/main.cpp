// house_check [--only CHECK] ROOT: holds the sources against STYLE.md and layers.txt; exit 1 if a
// rule is broken. CHECK is one of layers, system, limits, words, paths,
// documents.
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "house/documents.h"
#include "house/layers.h"
#include "house/limits.h"
#include "house/system.h"
#include "house/words.h"

namespace {

using namespace thicket::house;
namespace fs = std::filesystem;

Source read(const fs::path& root, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {fs::relative(file, root).generic_string(),
          {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}};
}

// What is committed and read by people: not what was built, and not git's own.
bool skipped(const fs::path& path) {
  const std::string name = path.filename().string();
  return name == "build" || name == ".git" || name == "third_party" || name == "corpus";
}

bool is_text(const fs::path& path) {
  const std::string name = path.filename().string();
  const std::array<std::string_view, 13> ends = {".h",     ".cpp",       ".c",   ".md",   ".txt",
                                                 ".cmake", ".def",       ".yml", ".html", ".js",
                                                 ".rs",    "Cargo.toml", "run"};
  if (name == "dev" || path.parent_path().filename() == "tools") return true;
  for (const std::string_view end : ends) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

std::vector<Source> sources(const fs::path& root) {
  std::vector<Source> all;
  for (fs::recursive_directory_iterator at(root), end; at != end; ++at) {
    if (at->is_directory() && skipped(at->path())) at.disable_recursion_pending();
    if (at->is_regular_file() && is_text(at->path())) all.push_back(read(root, at->path()));
  }
  return all;
}

Findings check_documents(const fs::path& root, const std::vector<Source>& all,
                         const Layers& layers) {
  Findings found;
  std::vector<Source> examples;
  for (const Source& source : all) {
    if (source.path.starts_with("examples/")) examples.push_back(source);
  }
  const auto exists = [&](const std::string& path) { return fs::exists(root / path); };
  const auto add = [&](const Findings& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  for (const Source& source : all) {
    if (!source.path.ends_with(".md")) continue;
    if (source.path == "ARCHITECTURE.md") add(check_architecture(source, layers));
    add(check_links(source, exists));
    add(check_code(source, examples));
    add(check_cited_tests(source, all));
  }
  return found;
}

int check(const fs::path& root, std::string_view only) {
  const auto wanted = [&](std::string_view name) { return only.empty() || only == name; };
  const Layers layers = parse_layers(read(root, root / "layers.txt"));
  Findings found;
  const auto add = [&](const Findings& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  if (wanted("layers")) add(layers.broken);
  const auto all = sources(root);
  std::size_t cpp = 0;
  for (const Source& source : all) {
    cpp += is_cpp(source) ? 1U : 0U;
    if (wanted("layers")) add(check_layers(source, layers));
    if (wanted("system")) add(check_system(source));
    if (wanted("limits")) add(check_limits(source));
    if (wanted("words")) add(check_words(source));
    if (wanted("paths")) add(check_paths(source));
  }
  if (wanted("documents")) add(check_documents(root, all, layers));
  for (const Finding& finding : found) {
    std::cout << finding.path << ":" << finding.line << ": " << finding.what << "\n";
  }
  if (cpp == 0) {
    std::cout << "no C++ source below " << root << ": nothing was checked\n";
    return 1;
  }
  std::cout << found.size() << " broken rules in " << all.size() << " files, " << cpp
            << " of C++\n";
  return found.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.size() == 1 && !arguments[0].starts_with("-")) return check(arguments[0], "");
  const std::array<std::string_view, 6> names = {"layers", "system", "limits",
                                                 "words",  "paths",  "documents"};
  if (arguments.size() == 3 && arguments[0] == "--only") {
    for (const std::string_view name : names) {
      if (arguments[1] == name) return check(arguments[2], name);
    }
  }
  std::cerr << "usage: house_check [--only layers|system|limits|words|paths|documents] ROOT\n";
  return 2;
}
