// The program `thicket`: main(), which makes the parts; the list of verbs is all_verbs.cpp.
// Exit codes: 0 fine, 1 a check failed, 2 usage, 3 the machine. Errors are one line on stderr.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <thread>

#include "base/machine_failure.h"
#include "crypto/awslc/awslc.h"
#ifdef THICKET_HAS_OPENSSL
#include "crypto/openssl/openssl.h"
#endif
#include "thicket/verbs.h"

namespace {

using namespace thicket;

int complain(const CLI::App& app, std::string_view what, int exit_code) {
  std::string name = "thicket";
  for (const CLI::App* verb : app.get_subcommands()) name += " " + verb->get_name();
  std::cerr << name << ": " << what << "\n";
  return exit_code;
}

// CLI11 would say only that a verb is missing.
void check_verb(const CLI::App& app, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--provider") ++i;
    if (word.starts_with('-')) continue;
    const auto verbs = app.get_subcommands([](const CLI::App*) { return true; });
    const auto is_called = [&](const CLI::App* verb) { return verb->get_name() == word; };
    if (std::none_of(verbs.begin(), verbs.end(), is_called))
      throw cli::UsageError{"no verb is called " + word};
    return;
  }
}

int run_program(CLI::App& app, cli::Run& run, int argc, char** argv) {
  try {
    check_verb(app, argc, argv);
    app.parse(argc, argv);
    std::cout.flush();
    return std::cout ? run.exit_code : complain(app, "cannot write the output", cli::machine);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return complain(app, std::string(error.what()) + " (--help says how)", cli::usage);
  } catch (const cli::UsageError& error) {
    return complain(app, error.what + " (--help says how)", cli::usage);
  } catch (const MachineFailure& failure) {
    return complain(app, failure.what(), cli::machine);
  } catch (const std::exception& failure) {
    return complain(app, failure.what(), cli::machine);
  }
}

// All parts are named here: a library that is not built in is not among them.
std::vector<cli::Run::Library> libraries() {
  std::vector<cli::Run::Library> out;
  out.push_back(
      {"awslc", [](std::size_t workers) { return crypto::make_awslc({.workers = workers}); }});
#ifdef THICKET_HAS_OPENSSL
  out.push_back(
      {"openssl", [](std::size_t workers) { return crypto::make_openssl({.workers = workers}); }});
#endif
  return out;
}

}  // namespace

namespace thicket::cli {

std::unique_ptr<crypto::Provider> Run::make_provider(std::size_t workers) const {
  for (const Library& library : libraries) {
    if (library.name == chosen) return library.make(workers);
  }
  throw UsageError{"no cryptographic library " + chosen + " is built in"};
}

const crypto::Provider& Run::provider() {
  if (!made) made = make_provider(std::thread::hardware_concurrency());
  return *made;
}

}  // namespace thicket::cli

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  CLI::App app("End-to-end encrypted groups on Messaging Layer Security (RFC 9420).");
  app.name("thicket");
  app.set_version_flag("--version", "thicket " THICKET_VERSION);
  app.require_subcommand(1);
  app.fallthrough();  // --provider may stand after the verb too
  app.option_defaults()->always_capture_default();
  app.footer(
      "example:  thicket inspect welcome.mls\n"
      "exit codes: 0 fine, 1 a check failed, 2 usage, 3 the machine");
  cli::Run run;
  run.libraries = libraries();
  std::vector<std::string> names;
  for (const cli::Run::Library& library : run.libraries) names.push_back(library.name);
  run.chosen = names.front();
  app.add_option("--provider", run.chosen, "the cryptographic library that is used")
      ->check(CLI::IsMember(names));
  cli::add_verbs(app, run);
  for (CLI::App* verb : app.get_subcommands([](CLI::App*) { return true; }))
    verb->footer(verb->get_footer() +
                 "\n--provider stands before or after every verb: thicket --help");
  return run_program(app, run, argc, argv);
}
