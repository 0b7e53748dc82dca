// Scripts collected, and results printed.
#include "interop-runner/options.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "interop-runner/grammar.h"

namespace thicket::interop {
namespace fs = std::filesystem;

std::vector<Script> scripts_of(const Options& options) {
  std::vector<std::string> files;
  for (const std::string& path : options.scripts) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().extension() == ".json") inside.push_back(entry.path().string());
    }
    std::ranges::sort(inside);
    std::ranges::move(inside, std::back_inserter(files));
  }
  std::vector<Script> out;
  for (const std::string& file : files) {
    for (Script& script : read_scripts(file)) {
      for (const std::string& remark : check(script)) {
        std::cerr << "thicket-interop-runner: " << remark << "\n";
      }
      out.push_back(std::move(script));
    }
  }
  if (out.empty()) throw Usage{"no scripts: name a file or a folder with --script"};
  return out;
}

void print_script(const Options& options, const std::string& name, const Counts& counts) {
  Count sum;
  std::set<std::uint32_t> suites;
  for (const auto& [key, count] : counts) {
    if (options.json) {
      const nlohmann::ordered_json line{{"script", name},
                                        {"suite", key.suite},
                                        {"handshake", key.encrypt_handshake ? "private" : "public"},
                                        {"passed", count.passed},
                                        {"failed", count.failed},
                                        {"not_offered", count.not_offered},
                                        {"because", count.because}};
      std::cout << line.dump() << "\n";
    }
    sum.passed += count.passed;
    sum.failed += count.failed;
    sum.not_offered += count.not_offered;
    if (sum.because.empty()) sum.because = count.because;
    suites.insert(key.suite);
  }
  if (!options.json) {
    std::cout << name << ": " << sum.passed << " of " << sum.plays() << " plays passed in "
              << suites.size() << (suites.size() == 1 ? " suite" : " suites");
    if (!sum.because.empty()) std::cout << "; " << sum.because;
    std::cout << "\n";
  }
  std::cout << std::flush;
}

int close(const Options& options, const Judgement& judgement) {
  std::ostream& words = options.json ? std::cerr : std::cout;
  for (const std::string& complaint : judgement.complaints) {
    words << "failed: " << complaint << "\n";
  }
  if (judgement.not_offered > 0) {
    words << judgement.not_offered << " not offered, or known by the table not to pass\n";
  }
  if (options.json) {
    const nlohmann::ordered_json line{{"passed", judgement.passed},
                                      {"failed", judgement.failed},
                                      {"not_offered", judgement.not_offered}};
    std::cout << line.dump() << std::endl;
  }
  words << judgement.passed << " passed, " << judgement.failed << " failed" << std::endl;
  return judgement.failed == 0 ? 0 : 1;
}

}  // namespace thicket::interop
