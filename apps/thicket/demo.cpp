// thicket demo: a service, a group of members, and what they do with each other.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "demo/play.h"
#include "thicket/input.h"
#include "thicket/verbs.h"

namespace thicket::cli {
namespace {

struct DemoArguments {
  std::uint32_t members = 1024;
  std::string suite;  // empty: what a new group gets
  std::string say = "Nobody between us can read this.";
  bool json = false;
};

// The text goes to every member by itself.
constexpr std::size_t text_octets_max = 64 << 10;

const crypto::Suite& suite_of(const std::string& name, const crypto::Provider& provider) {
  const auto suite = crypto::suite_named(name);
  if (!suite) throw UsageError{"no suite is called " + name + " (thicket suites lists them)"};
  if (!crypto::has(provider, **suite))
    throw UsageError{std::string(provider.name()) + " does not have " + name};
  return **suite;
}

void play(const DemoArguments& arguments, Run& run) {
  if (arguments.members < demo::members_min || arguments.members > demo::members_max) {
    throw UsageError{"--members takes " + std::to_string(demo::members_min) + " to " +
                     std::to_string(demo::members_max)};
  }
  demo::WorldPlan plan{arguments.members,
                       arguments.say == "-" ? read_input("-") : to_bytes(arguments.say)};
  if (!arguments.suite.empty()) plan.suite = &suite_of(arguments.suite, run.provider());
  if (plan.say.size() > text_octets_max)
    throw UsageError{"--say takes at most " + std::to_string(text_octets_max) + " bytes"};
  const bool ok = arguments.json ? demo::play_for_programs(run.provider(), plan, std::cout)
                                 : demo::play_for_people(run.provider(), plan, std::cout);
  run.exit_code = ok ? fine : check_failed;
}

}  // namespace

void add_demo(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand(
      "demo", "Start a service and play a group's life through it, in seven scenes.");
  const auto arguments = std::make_shared<DemoArguments>();
  verb->add_option("--members", arguments->members, "how many, 4 to 4096")->capture_default_str();
  verb->add_option("--suite", arguments->suite,
                   "the cipher suite, by name or number; without it, what a new group gets");
  verb->add_option("--say", arguments->say,
                   "a text that all are to read and the service is not; - reads standard input")
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "one JSON object a scene, and one at the end");
  verb->footer(
      "Every member has keys, tree and store of its own. docs/demo.md explains the scenes and\n"
      "the table at the end.\n"
      "example:  thicket demo --members 64 --say \"see you at eight\"");
  verb->callback([arguments, &run] { play(*arguments, run); });
}

}  // namespace thicket::cli
