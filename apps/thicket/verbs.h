// The verbs of the program: each file of this folder adds one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crypto/provider.h"

namespace CLI {
class App;
}

namespace thicket::cli {

// What a verb is given and gives back.
struct Run {
  // A cryptographic library that is built in, by the name that --provider takes.
  struct Library {
    std::string name;
    std::function<std::unique_ptr<crypto::Provider>(std::size_t workers)> make;
  };
  std::vector<Library> libraries;  // the default one first
  std::string chosen;              // --provider

  // The chosen one, for a verb that wants its own.
  std::unique_ptr<crypto::Provider> make_provider(std::size_t workers) const;
  // The chosen one, with a worker for each core; made when a verb first asks.
  const crypto::Provider& provider();

  std::unique_ptr<crypto::Provider> made;
  int exit_code = 0;  // fine, check_failed, usage or machine
};

inline constexpr int fine = 0;
inline constexpr int check_failed = 1;
inline constexpr int usage = 2;
inline constexpr int machine = 3;

// The caller's mistake in the arguments: one line, exit 2.
struct UsageError {
  std::string what;
};

// All verbs of the program: all_verbs.cpp, or demo_verbs.cpp for the program of `./dev demo`.
void add_verbs(CLI::App& app, Run& run);

// Each adds a subcommand whose callback fills run.exit_code. `run` outlives the app.
void add_bench(CLI::App& app, Run& run);
void add_compare(CLI::App& app, Run& run);
void add_demo(CLI::App& app, Run& run);
void add_inspect(CLI::App& app, Run& run);
void add_plan(CLI::App& app, Run& run);
void add_rules(CLI::App& app, Run& run);
void add_serve(CLI::App& app, Run& run);
void add_suites(CLI::App& app, Run& run);
void add_vectors(CLI::App& app, Run& run);
void add_warm(CLI::App& app, Run& run);

}  // namespace thicket::cli
