// thicket compare, thicket plan: MLS beside what teams come from, for one act and for a day.
#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "compare/plan.h"
#include "group/suite_policy.h"
#include "group/warm_group.h"
#include "thicket/verbs.h"

namespace thicket::cli {
namespace {

using compare::Act;
using compare::Cost;
using compare::Day;
using compare::Scheme;

struct CompareArguments {
  std::vector<std::uint32_t> members{2, 10, 100, 1024, 10'000};
  std::string suite;
  bool json = false;
};

struct PlanArguments {
  std::uint32_t members = 1000;
  double changes_per_day = 10;
  std::string update_every = "1d";
  double budget_megabytes = 10;
  std::string suite;
  bool json = false;
};

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

// 1,234; 56.7 k; 8.90 M: three digits that mean something.
std::string counted(double number) {
  constexpr std::array<const char*, 5> units{"", " k", " M", " G", " T"};
  std::size_t unit = 0;
  while (number >= 9999.5 && unit + 1 < units.size()) number /= 1000, ++unit;
  if (unit == 0)
    return formatted(number < 10 && number != std::floor(number) ? "%.1f" : "%.0f", number);
  return formatted(number < 100 ? "%.1f%s" : "%.0f%s", number, units[unit]);
}

std::string lasting(double microseconds) {
  if (microseconds < 999.5) return formatted("%.0f us", microseconds);
  if (microseconds < 999.5e3) return formatted("%.3g ms", microseconds / 1e3);
  return formatted("%.3g s", microseconds / 1e6);
}

std::string interval(double seconds) {
  if (seconds < 90) return formatted("%.0f s", seconds);
  if (seconds < 90 * 60) return formatted("%.0f min", seconds / 60);
  if (seconds < 48 * 3600) return formatted("%.1f h", seconds / 3600);
  return formatted("%.1f d", seconds / 86'400);
}

// "90s", "30m", "6h", "7d", "2w".
double seconds_of(const std::string& text) {
  double number = 0;
  char unit = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%lf%c%c", &number, &unit, &rest) == 2 && number > 0) {
    constexpr std::string_view units = "smhdw";
    constexpr std::array<double, 5> seconds{1, 60, 3600, 86'400, 7 * 86'400};
    if (const auto at = units.find(unit); at != units.npos) return number * seconds[at];
  }
  throw UsageError{"--update-every takes a number and s, m, h, d or w, as 12h, not " + text};
}

// Suite 1, the default of a new group, and the one that was asked for.
std::vector<const crypto::Suite*> suites_of(const std::string& asked,
                                            const crypto::Provider& provider) {
  const group::SuitePolicy policy = group::default_suites();
  std::vector<const crypto::Suite*> out{
      *crypto::suite_of(CipherSuite{1}),
      *group::preferred_suite({policy, crypto::default_profile(), provider}, group::warm_now)};
  if (asked.empty()) return out;
  const auto suite = crypto::suite_named(asked);
  if (!suite) throw UsageError{"no suite is called " + asked + " (thicket suites lists them)"};
  if (!crypto::has(provider, **suite))
    throw UsageError{std::string(provider.name()) + " does not have " + asked};
  if (std::find(out.begin(), out.end(), *suite) == out.end()) out.push_back(*suite);
  return out;
}

std::vector<Scheme> schemes(const crypto::Provider& provider, const std::string& suite,
                            std::uint32_t members) {
  if (members < 2 || members >= group::warm_members_max)
    throw UsageError{"--members takes 2 to " + std::to_string(group::warm_members_max - 1)};
  std::vector<Scheme> out;
  for (const crypto::Suite* one : suites_of(suite, provider))
    out.push_back(compare::mls(provider, *one, members));
  const compare::Units units = compare::measure_units(provider);
  out.push_back(compare::pairwise_sessions(members, units));
  out.push_back(compare::sender_keys(members, units));
  return out;
}

nlohmann::ordered_json json_of(const Cost& cost) {
  return {{"messages", cost.messages},           {"uploaded", cost.uploaded},
          {"delivered", cost.delivered},         {"actor_octets", cost.actor_octets},
          {"member_octets", cost.member_octets}, {"actor_cpu_us", cost.actor_cpu_us},
          {"member_cpu_us", cost.member_cpu_us}, {"total_cpu_us", cost.total_cpu_us},
          {"server_cpu_us", cost.server_cpu_us}};
}

void print_table(std::uint32_t members, const std::vector<Scheme>& schemes) {
  std::cout << "\n"
            << members << " members\n"
            << formatted("%-9s%-50s%9s %9s %9s %9s %9s %9s %9s\n", "", "", "messages", "up", "down",
                         "actor", "its CPU", "another", "its CPU");
  for (const Act act : compare::all_acts) {
    std::string_view what = compare::name_of(act);
    for (const Scheme& scheme : schemes) {
      const Cost& cost = scheme[act];
      std::cout << formatted("%-9.*s%-50s%9s %9s %9s %9s %9s %9s %9s\n",
                             static_cast<int>(what.size()), what.data(), scheme.name.c_str(),
                             counted(static_cast<double>(cost.messages)).c_str(),
                             counted(static_cast<double>(cost.uploaded)).c_str(),
                             counted(static_cast<double>(cost.delivered)).c_str(),
                             counted(static_cast<double>(cost.actor_octets)).c_str(),
                             lasting(cost.actor_cpu_us).c_str(),
                             counted(static_cast<double>(cost.member_octets)).c_str(),
                             lasting(cost.member_cpu_us).c_str());
      what = "";
    }
  }
}

void run_compare(const CompareArguments& arguments, Run& run) {
  const auto provider = run.make_provider(1);
  for (const std::uint32_t members : arguments.members) {
    const std::vector<Scheme> rows = schemes(*provider, arguments.suite, members);
    if (!arguments.json) {
      print_table(members, rows);
      continue;
    }
    for (const Scheme& scheme : rows) {
      for (const Act act : compare::all_acts) {
        nlohmann::ordered_json line{
            {"members", members}, {"scheme", scheme.name}, {"act", compare::name_of(act)}};
        line.update(json_of(scheme[act]));
        std::cout << line.dump() << "\n";
      }
    }
  }
  if (!arguments.json)
    std::cout << "\nOctets up and down of all; of who acts and of each other member, with the CPU "
                 "time of each.\nMLS is measured in a tree that is warm; the others are counts "
                 "times acts measured in this run:\ndocs/performance/migration.md says how.\n";
  run.exit_code = fine;
}

void print_day(const Day& day) {
  std::cout << formatted(
      "%-50s %11s %10s %9s %12s %10s  %s\n", day.name.c_str(), counted(day.member_octets).c_str(),
      lasting(day.member_cpu_us).c_str(), counted(day.member_rows).c_str(),
      counted(day.server_octets).c_str(), counted(day.server_rows).c_str(),
      day.shortest_update_seconds ? interval(*day.shortest_update_seconds).c_str() : "none");
}

void run_plan(const PlanArguments& arguments, Run& run) {
  compare::Habits habits;
  habits.members = arguments.members;
  habits.changes_per_day = arguments.changes_per_day;
  habits.update_every_seconds = seconds_of(arguments.update_every);
  habits.budget_octets_per_day = arguments.budget_megabytes * 1e6;
  if (!(habits.changes_per_day >= 0 && habits.changes_per_day <= 1e9) ||
      !(habits.budget_octets_per_day > 0 && habits.budget_octets_per_day <= 1e18))
    throw UsageError{"--changes-per-day takes 0 to 1e9, and --budget more than nothing"};
  const auto provider = run.make_provider(1);
  const std::vector<Scheme> rows = schemes(*provider, arguments.suite, arguments.members);
  if (!arguments.json) {
    std::cout << arguments.members << " members, " << counted(arguments.changes_per_day)
              << " changes a day (half join, half leave), each member updates every "
              << interval(habits.update_every_seconds) << "\n\n"
              << formatted("%-50s %11s %10s %9s %12s %10s  %s\n", "a day", "member", "its CPU",
                           "rows", "server out", "stored", "shortest update");
  }
  for (const Scheme& scheme : rows) {
    const Day day = compare::a_day(scheme, habits);
    if (!arguments.json) {
      print_day(day);
      continue;
    }
    nlohmann::ordered_json line{{"scheme", day.name},
                                {"members", habits.members},
                                {"changes_per_day", habits.changes_per_day},
                                {"update_every_seconds", habits.update_every_seconds},
                                {"budget_octets", habits.budget_octets_per_day},
                                {"member_octets", day.member_octets},
                                {"member_cpu_us", day.member_cpu_us},
                                {"member_rows", day.member_rows},
                                {"server_octets", day.server_octets},
                                {"server_rows", day.server_rows},
                                {"shortest_update_seconds", nullptr}};
    if (day.shortest_update_seconds) line["shortest_update_seconds"] = *day.shortest_update_seconds;
    std::cout << line.dump() << "\n";
  }
  if (!arguments.json)
    std::cout << "\nThe shortest interval at which every member may update its keys, so that a "
                 "member stays within\n"
              << counted(arguments.budget_megabytes)
              << " MB a day (--budget). Octets are up and down together. docs/performance/plan.md "
                 "explains the trade.\n";
  run.exit_code = fine;
}

}  // namespace

void add_compare(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand(
      "compare", "What joining, leaving, updating and a message cost, beside other ways.");
  const auto arguments = std::make_shared<CompareArguments>();
  verb->add_option("--members", arguments->members, "sizes of the group")
      ->delimiter(',')
      ->capture_default_str();
  verb->add_option("--suite", arguments->suite, "one more suite, by name or number");
  verb->add_flag("--json", arguments->json, "one JSON object a scheme and act");
  verb->footer("example:  thicket compare --members 1024");
  verb->callback([arguments, &run] { run_compare(*arguments, run); });
}

void add_plan(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand(
      "plan", "What a group costs a day, and how often its members can afford to update.");
  const auto arguments = std::make_shared<PlanArguments>();
  verb->add_option("--members", arguments->members, "of the group")->capture_default_str();
  verb->add_option("--changes-per-day", arguments->changes_per_day, "half join, half leave")
      ->capture_default_str();
  verb->add_option("--update-every", arguments->update_every,
                   "how often each member renews its keys: 30m, 12h, 7d")
      ->capture_default_str();
  verb->add_option("--budget", arguments->budget_megabytes, "megabytes a day, of one member")
      ->capture_default_str();
  verb->add_option("--suite", arguments->suite, "one more suite, by name or number");
  verb->add_flag("--json", arguments->json, "one JSON object a scheme");
  verb->footer("example:  thicket plan --members 10000 --changes-per-day 20 --update-every 1d");
  verb->callback([arguments, &run] { run_plan(*arguments, run); });
}

}  // namespace thicket::cli
