// The verbs of the program: each file of this folder adds one.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace thicket::crypto {
class Provider;
}

namespace thicket::cli {

// What a verb is given and gives back.
struct Run {
  // Made by main() when a verb first asks.
  std::function<const crypto::Provider&()> provider;
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
void add_demo(CLI::App& app, Run& run);
void add_inspect(CLI::App& app, Run& run);
void add_rules(CLI::App& app, Run& run);
void add_serve(CLI::App& app, Run& run);
void add_vectors(CLI::App& app, Run& run);

}  // namespace thicket::cli
