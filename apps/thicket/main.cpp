// The program `thicket`: main(), which makes the parts; the list of verbs is all_verbs.cpp.
// Exit codes: 0 fine, 1 a check failed, 2 usage, 3 the machine. Errors are one line on stderr.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <thread>

#include "base/machine_failure.h"
#include "crypto/awslc/awslc.h"
#include "thicket/verbs.h"

namespace {

using namespace thicket;

int complain(const CLI::App& app, std::string_view what, int exit_code) {
  std::string name = "thicket";
  for (const CLI::App* verb : app.get_subcommands()) name += " " + verb->get_name();
  std::cerr << name << ": " << what << "\n";
  return exit_code;
}

int run_program(CLI::App& app, cli::Run& run, int argc, char** argv) {
  try {
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

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  CLI::App app("End-to-end encrypted groups on Messaging Layer Security (RFC 9420).");
  app.name("thicket");
  app.set_version_flag("--version", "thicket " THICKET_VERSION);
  app.require_subcommand(1);
  app.footer(
      "example:  thicket inspect welcome.mls\n"
      "exit codes: 0 fine, 1 a check failed, 2 usage, 3 the machine");
  std::unique_ptr<crypto::Provider> provider;
  cli::Run run;
  run.provider = [&provider]() -> const crypto::Provider& {
    if (!provider) provider = crypto::make_awslc({.workers = std::thread::hardware_concurrency()});
    return *provider;
  };
  cli::add_verbs(app, run);
  return run_program(app, run, argc, argv);
}
