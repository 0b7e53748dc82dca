// thicket warm: how a group that was just created becomes warm, with and without a schedule.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/warming.h"
#include "group/warm_group.h"
#include "thicket/verbs.h"

namespace thicket::cli {
namespace {

using bench::WarmingOrder;
using bench::WarmingPoint;

struct WarmArguments {
  std::uint32_t members = 1000;
  std::uint64_t commits = 0;  // 0: as many as members
  std::uint64_t seed = 1;
  std::uint32_t wave = 0;  // 0: a sixteenth of the members
  bool json = false;
};

void run_warm(const WarmArguments& arguments, Run& run) {
  if (arguments.members < 2 || arguments.members > group::warm_members_max)
    throw UsageError{"--members takes 2 to " + std::to_string(group::warm_members_max)};
  const std::uint64_t commits = arguments.commits ? arguments.commits : arguments.members;
  const auto provider = run.make_provider(1);
  for (const auto order : {WarmingOrder::nothing, WarmingOrder::one_by_one, WarmingOrder::scheduled,
                           WarmingOrder::scheduled_then, WarmingOrder::waves}) {
    const auto points =
        bench::warm(*provider, order, {arguments.members, commits, arguments.seed, arguments.wave});
    if (!arguments.json) {
      std::cout << bench::name_of(order)
                << "\n   commits   ciphertexts in all   widest commit   mean of the next\n";
    }
    for (const WarmingPoint& point : points) {
      if (arguments.json) {
        std::cout << nlohmann::ordered_json{{"order", bench::name_of(order)},
                                            {"members", arguments.members},
                                            {"commits", point.commits},
                                            {"ciphertexts", point.ciphertexts},
                                            {"ciphertexts_max", point.ciphertexts_max},
                                            {"mean_ciphertexts", point.mean_ciphertexts}}
                         .dump()
                  << "\n";
        continue;
      }
      std::array<char, 96> line{};
      std::snprintf(line.data(), line.size(), "%10llu %20llu %15llu %18.1f\n",
                    static_cast<unsigned long long>(point.commits),
                    static_cast<unsigned long long>(point.ciphertexts),
                    static_cast<unsigned long long>(point.ciphertexts_max), point.mean_ciphertexts);
      std::cout << line.data();
    }
  }
  run.exit_code = fine;
}

}  // namespace

void add_warm(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand(
      "warm", "How wide commits of a new group are, with and without a schedule of updates.");
  const auto arguments = std::make_shared<WarmArguments>();
  verb->add_option("--members", arguments->members, "of the new group")->capture_default_str();
  verb->add_option("--commits", arguments->commits, "how many are played; 0: one a member")
      ->capture_default_str();
  verb->add_option("--seed", arguments->seed, "draws who updates")->check(CLI::NonNegativeNumber);
  verb->add_option("--wave", arguments->wave,
                   "members added together where they come in waves; 0: a sixteenth of all")
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "one JSON object a line");
  verb->footer("docs/performance/warming.md explains it.\nexample:  thicket warm --members 10000");
  verb->callback([arguments, &run] { run_warm(*arguments, run); });
}

}  // namespace thicket::cli
