// thicket bench: what an operation costs, beside what its primitives alone cost; and warm groups
// for other implementations to join.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "base/machine_failure.h"
#include "bench/disk/disk.h"
#include "bench/export_warm.h"
#include "bench/measure.h"
#include "group/warm_group.h"
#include "messages/wire.h"
#include "thicket/input.h"
#include "thicket/verbs.h"

namespace thicket::cli {
namespace {

using bench::OpKind;

struct BenchArguments {
  std::vector<std::string> ops;
  std::vector<std::uint32_t> members{1000};
  std::string suite = "1";
  std::string tree = "warm";
  bool tree_apart = false;
  bool cold = false;
  bool explain = false;
  bool json = false;
  std::size_t workers = 1;
  double budget_ms = 1500;
  std::uint64_t seed = 1;
  std::string key_package;
  std::string out;
};

const crypto::Suite& suite_of(const BenchArguments& arguments) {
  auto suite = crypto::suite_named(arguments.suite);
  if (!suite) throw UsageError{"no suite is called " + arguments.suite};
  return **suite;
}

bench::Shape shape_of(const BenchArguments& arguments) {
  if (arguments.tree == "fresh") return bench::Shape::fresh;
  return arguments.tree == "churned" ? bench::Shape::churned : bench::Shape::warm;
}

void add_op(std::vector<OpKind>& ops, const std::string& name) {
  if (name == "receive") ops.push_back(OpKind::receive_first);
  for (std::uint8_t i = 0; i < bench::op_kinds; ++i) {
    const OpKind kind = static_cast<OpKind>(i);
    if (bench::name_of(kind) != name || kind == OpKind::receive_first) continue;
    ops.push_back(kind);
    return;
  }
  throw UsageError{"no operation is called " + name};
}

std::string table_row(const bench::Request& request, const bench::Line& line) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), "%-20s %8u %12.1f %12.1f %7.2f %10zu %10zu %12zu",
                std::string(bench::name_of(request.op)).c_str(), request.members, line.cpu_us,
                line.floor_us, line.ratio, line.bytes_sent, line.delta_bytes, line.heap_bytes);
  return text.data();
}

void check_members(const BenchArguments& arguments) {
  for (const std::uint32_t members : arguments.members) {
    if (members >= 2 && members <= group::warm_members_max) continue;
    throw UsageError{"--members takes 2 to " + std::to_string(group::warm_members_max)};
  }
}

bench::Request request_of(const BenchArguments& arguments, OpKind op, std::uint32_t members) {
  bench::Request request;
  request.op = op;
  request.members = members;
  request.suite = &suite_of(arguments);
  request.shape = shape_of(arguments);
  request.budget_us = 1000 * arguments.budget_ms;
  request.tree_apart = arguments.tree_apart;
  request.cold = arguments.cold;
  request.explain = arguments.explain;
  request.seed = arguments.seed;
  return request;
}

void print_line(const BenchArguments& arguments, const bench::Request& request,
                const bench::Line& line) {
  std::cout << (arguments.json ? bench::to_json(request, line) : table_row(request, line))
            << std::endl;
  if (arguments.json) return;
  for (const bench::Explained& row : line.explained)
    std::cout << "    " << bench::name_of(row.kind) << ": formula " << row.formula << ", made "
              << row.made << "\n";
}

bool invites(OpKind op) {
  return op == OpKind::add || op == OpKind::add_100 || op == OpKind::create;
}

void run_bench(const BenchArguments& arguments, const Run& run) {
  std::vector<OpKind> ops;
  for (const std::string& name : arguments.ops) add_op(ops, name);
  check_members(arguments);
  suite_of(arguments);  // before anything is printed
  if (arguments.tree_apart && !std::all_of(ops.begin(), ops.end(), invites))
    throw UsageError{"--tree-apart is for add, add_100 and create"};
  const auto provider = run.make_provider(arguments.workers);
  if (!arguments.json) {
    std::cout
        << suite_of(arguments).name << ", " << provider->name() << ", " << arguments.tree
        << " tree, seed " << arguments.seed << "\n"
        << "operation             members       cpu us     floor us   ratio bytes sent delta bytes "
           "  heap bytes\n";
  }
  for (std::uint32_t members : arguments.members) {
    std::map<std::uint32_t, bench::Fixture> fixtures;
    for (OpKind op : ops) {
      const bench::Request request = request_of(arguments, op, members);
      const std::uint32_t before = bench::members_before(op, members);
      if (!fixtures.contains(before)) {
        fixtures.try_emplace(before, *provider, *request.suite, bench::fixture_plan(request));
      }
      print_line(arguments, request, bench::measure(*provider, request, fixtures.at(before)));
    }
  }
}

void run_disk(const BenchArguments& arguments, const Run& run) {
  if (arguments.out.empty()) throw UsageError{"disk needs --out, where the files are made"};
  check_members(arguments);
  const crypto::Suite& suite = suite_of(arguments);
  const auto provider = run.make_provider(arguments.workers);
  if (!arguments.json) {
    std::cout << "operation           members       cpu us  octets written    syncs  octets read\n";
  }
  for (const std::uint32_t members : arguments.members) {
    bench::DiskPlan plan{members, &suite, arguments.seed, 1000,
                         arguments.out + "/" + std::to_string(members)};
    std::filesystem::create_directories(plan.folder);
    for (const bench::DiskLine& line : bench::measure_disk(*provider, plan)) {
      std::array<char, 120> text{};
      std::snprintf(text.data(), text.size(), "%-18s %8u %12.1f %15.1f %8.3f %12.1f",
                    line.op.c_str(), members, line.cpu_us, line.written, line.syncs, line.read);
      std::cout << (arguments.json ? to_json(plan, line) : text.data()) << std::endl;
    }
  }
}

void write_file(const std::filesystem::path& path, ByteView octets) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(octets.data()),
             static_cast<std::streamsize>(octets.size()));
  file.close();
  if (!file) throw MachineFailure("cannot write " + path.string());
}

// Of what a file can mean, the message that it is; if it is none, what it says itself.
Bytes message_in(const std::string& file) {
  std::vector<Bytes> readings = readings_of(read_input(file));
  for (Bytes& reading : readings) {
    if (codec::decode<MLSMessage>(reading)) return std::move(reading);
  }
  return std::move(readings.back());
}

int run_export(const BenchArguments& arguments, const Run& run) {
  if (arguments.key_package.empty() || arguments.out.empty())
    throw UsageError{"export-warm needs --key-package and --out"};
  if (arguments.members.size() != 1) throw UsageError{"export-warm takes one --members"};
  check_members(arguments);
  const auto provider = run.make_provider(1);
  const Bytes input = message_in(arguments.key_package);
  auto warm = bench::export_warm(
      *provider, {arguments.members.front(), arguments.seed, input,
                  Instant{static_cast<std::uint64_t>(std::time(nullptr))}, shape_of(arguments)});
  if (!warm) {
    std::cerr << "thicket bench export-warm: " << describe(warm.error()) << "\n";
    return check_failed;
  }
  const std::filesystem::path out(arguments.out);
  std::filesystem::create_directories(out);
  write_file(out / "welcome.mls", warm->welcome);
  write_file(out / "ratchet_tree.mls", warm->ratchet_tree);
  write_file(out / "info.json", view_of(warm->info_json));
  std::cout << "wrote welcome.mls, ratchet_tree.mls and info.json of a warm group of "
            << arguments.members.front() << " to " << arguments.out << "\n";
  return fine;
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<BenchArguments>();
  CLI::App* verb = app.add_subcommand("bench", "What an operation costs, and what its floor costs");
  verb->footer(
      "example:  thicket bench commit --members 1000,100000 --json\n"
      "          thicket bench export-warm --members 1000 --key-package kp.mls --out DIR");
  verb->add_option(
          "op", arguments->ops,
          "create, add, add_100, commit, remove; process, process_add, process_add_100, "
          "process_remove; join, join_outside, process_join_outside; send, receive; keypackage "
          "(several: with commas); disk; or export-warm")
      ->delimiter(',')
      ->required();
  verb->add_option("--members", arguments->members, "members of the group")->delimiter(',');
  verb->add_option("--suite", arguments->suite, "a suite by name, decimal or 0x number");
  verb->add_option("--tree", arguments->tree,
                   "warm: all parents filled; fresh: none; churned: after joins, leaves, updates")
      ->check(CLI::IsMember({"warm", "fresh", "churned"}));
  verb->add_option("--seed", arguments->seed, "draws committers and receivers, and makes all keys")
      ->check(CLI::NonNegativeNumber);
  verb->add_flag("--tree-apart", arguments->tree_apart,
                 "create, add: the tree is not in the Welcome");
  verb->add_flag("--cold", arguments->cold, "flush the CPU's caches before each operation");
  verb->add_flag("--explain", arguments->explain, "the formula's calls beside those made");
  verb->add_flag("--json", arguments->json, "one JSON object a line");
  verb->add_option("--workers", arguments->workers, "threads that signatures are spread over")
      ->check(CLI::Range(1, 256));
  verb->add_option("--budget-ms", arguments->budget_ms,
                   "CPU time of an operation's draws, beyond five of them")
      ->check(CLI::PositiveNumber);
  verb->add_option("--key-package", arguments->key_package,
                   "export-warm: an MLSMessage, binary, hexadecimal or base64");
  verb->add_option("--out", arguments->out, "export-warm, disk: a folder");
  verb->callback([arguments, &run] {
    if (arguments->ops.front() == "disk") return run_disk(*arguments, run);
    if (arguments->ops.front() != "export-warm") return run_bench(*arguments, run);
    run.exit_code = run_export(*arguments, run);
  });
}

}  // namespace thicket::cli
