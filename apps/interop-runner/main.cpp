// The program `thicket-interop-runner`: plays the working group's interop scripts over two clients.
// Exit codes: 0 fine, 1 something did not pass, 2 usage, 3 the machine.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>

#include "crypto/wire_profile.h"
#include "interop-runner/options.h"
#include "interop-runner/run.h"
#include "interop-runner/walk.h"

namespace {

using namespace thicket;
using namespace thicket::interop;

// The suites that both have, or the one of them that was asked for.
std::vector<std::uint32_t> suites_of(const Options& options, const crypto::WireProfile& profile,
                                     const Client& first, const Client& second) {
  std::vector<std::uint32_t> out;
  std::ranges::set_intersection(first.suites, second.suites, std::back_inserter(out));
  const std::string both = first.name + " and " + second.name;
  if (out.empty()) throw std::runtime_error(both + " have no cipher suite in common");
  if (options.suite.empty()) return out;
  const auto wanted = profile.suite_named(options.suite);
  if (!wanted) throw Usage{"no cipher suite is called " + options.suite};
  const auto number = static_cast<std::uint32_t>((*wanted)->id);
  if (std::ranges::find(out, number) == out.end()) {
    throw Usage{both + " do not both have cipher suite " + options.suite};
  }
  return {number};
}

Client thicket_client(const Options& options, std::string_view profile, bool second,
                      bool grease = true) {
  std::vector<std::string> command{options.server, "--port", "0", "--profile",
                                   std::string(profile)};
  // The second is as different from the first as we can be from ourselves.
  if (second) command.emplace_back("--reopen");
  if (!grease) command.emplace_back("--no-grease");
  if (second && options.openssl) command.insert(command.end(), {"--provider", "openssl"});
  return start_server(command, options.deadline());
}

RunPlan plan_of(const Options& options) {
  RunPlan plan;
  plan.scripts = scripts_of(options);
  if (options.handshake == "public") plan.encrypt_handshake = {false};
  if (options.handshake == "private") plan.encrypt_handshake = {true};
  plan.castings_max = options.castings;
  plan.seed = options.seed;
  plan.done = [&options](const Script& script, const Counts& counts) {
    print_script(options, script.name, counts);
  };
  if (options.verbose) {
    plan.report = [](const Key& key, const std::string& cast, const Ending& ending) {
      const bool lacks = ending.verdict == Ending::not_offered;
      std::cerr << to_string(key) << " (" << cast << "): " << (lacks ? "not offered" : "failed")
                << ", " << ending.where << ": " << ending.why << "\n";
    };
  }
  return plan;
}

// Rows of the table that this run should have played, and could not.
void add_unplayed(Counts& counts, const Expected& expected, const RunPlan& plan,
                  const Options& options, const crypto::WireProfile& profile) {
  const auto wanted = profile.suite_named(options.suite);
  for (const Row& row : expected.rows) {
    if (std::ranges::find(plan.scripts, row.script, &Script::name) == plan.scripts.end()) continue;
    for (const std::uint32_t suite : row.suites) {
      const bool asked =
          options.suite.empty() || (wanted && static_cast<std::uint32_t>((*wanted)->id) == suite);
      for (const bool encrypt : plan.encrypt_handshake) {
        if (!asked) continue;
        Count& count = counts[{row.script, suite, encrypt}];
        if (count.plays() == 0) count.because = "not both have the suite";
      }
    }
  }
}

// Thicket with itself in one wire profile; the suites of RFC 9420, which are in all, only once.
Counts run_profile(const Options& options, RunPlan plan, const crypto::WireProfile& profile,
                   std::set<std::string_view>& done) {
  Client first = thicket_client(options, profile.name(), false);
  Client second = thicket_client(options, profile.name(), true);
  plan.suites = suites_of(options, profile, first, second);
  std::erase_if(plan.suites, [&](std::uint32_t number) {
    const crypto::Suite& suite = **profile.suite_of(static_cast<CipherSuite>(number));
    return suite.confidentiality() == crypto::Strength::classical &&
           !done.insert(suite.name).second;
  });
  if (plan.suites.empty()) return {};
  std::cerr << first.name << " with itself, wire profile " << profile.name() << ", "
            << plan.suites.size() << (plan.suites.size() == 1 ? " suite\n" : " suites\n");
  return run(plan, first, second);
}

int play_own(const Options& options) {
  RunPlan plan = plan_of(options);
  Counts counts;
  std::set<std::string_view> done;
  for (const crypto::WireProfile* profile : crypto::wire_profiles()) {
    if (!options.profile.empty() && options.profile != profile->name()) continue;
    std::string suffix;
    if (profile != &crypto::default_profile()) suffix = " (" + std::string(profile->name()) + ")";
    plan.done = [&](const Script& script, const Counts& some) {
      print_script(options, script.name + suffix, some);
    };
    for (const auto& [key, count] : run_profile(options, plan, *profile, done)) {
      counts[{key.script + suffix, key.suite, key.encrypt_handshake}] = count;
    }
  }
  if (counts.empty()) throw Usage{"no cipher suite is called " + options.suite};
  return close(options, judge(counts, nullptr));
}

// Servers that listen already: one, to play with thicket-interop, or two.
int play_with_servers(const Options& options) {
  RunPlan plan = plan_of(options);
  const std::string name = options.profile.empty() ? "thicket" : options.profile;
  Client first = options.clients.size() > 1 ? connect(options.clients.front(), options.deadline())
                                            : thicket_client(options, name, false);
  Client second = connect(options.clients.back(), options.deadline());
  std::cerr << first.name << " and " << second.name << "\n";
  plan.suites = suites_of(options, **crypto::profile_named(name), first, second);
  plan.clients_differ = first.name != second.name;
  const Counts counts = run(plan, first, second);
  // What one of two does not offer is not known to be wrong.
  const Expected nothing;
  return close(options, judge(counts, &nothing));
}

// Whoever plays, and in which wire profile.
struct Players {
  const crypto::WireProfile& profile;
  Client first;
  Client second;
  bool late_of_gone = true;
};

// The peer of the table, or thicket-interop with itself.
Players players_of(const Options& options) {
  if (options.peer.empty()) {
    const std::string name = options.profile.empty() ? "thicket" : options.profile;
    return {**crypto::profile_named(name), thicket_client(options, name, false),
            thicket_client(options, name, true)};
  }
  const Table table = read_table(options.expected);
  const auto expected = table.find(options.peer);
  if (expected == table.end()) throw Usage{options.expected + " has no peer " + options.peer};
  const auto& [name, part] = *expected;
  return {**crypto::profile_named(part.profile),
          thicket_client(options, part.profile, false, part.grease),
          start_server({options.peer_program, "--port", "0"}, options.deadline()),
          part.late_of_gone};
}

void print_walk(const Key& key, const WalkEnding& ending) {
  std::cout << to_string(key) << ": " << ending.steps << " steps agree (";
  const char* between = "";
  for (const auto& [kind, count] : ending.kinds) {
    std::cout << between << count << " x " << kind;
    between = ", ";
  }
  std::cout << ")" << (ending.why.empty() ? "" : "; failed: " + ending.why) << std::endl;
}

int walk_with(const Options& options) {
  Players players = players_of(options);
  std::cerr << players.first.name << " and " << players.second.name << "\n";
  Judgement judgement;
  for (const std::uint32_t suite :
       suites_of(options, players.profile, players.first, players.second)) {
    for (const bool encrypt : {false, true}) {
      if (options.handshake == (encrypt ? "public" : "private")) continue;
      const WalkEnding ending = walk({players.first, players.second, suite, encrypt, options.walk,
                                      options.seed, players.late_of_gone});
      print_walk({"walk", suite, encrypt}, ending);
      ++(ending.why.empty() ? judgement.passed : judgement.failed);
    }
  }
  return close(options, judgement);
}

void write_table(const Options& options, const Table& table) {
  std::ofstream out(options.expected, std::ios::binary);
  out << text_of(table) << std::flush;
  if (!out) throw std::runtime_error(options.expected + ": cannot be written");
  std::cerr << "recorded in " << options.expected << "\n";
}

int play_with_peer(const Options& options) {
  Table table = read_table(options.expected);
  if (!table.contains(options.peer)) {
    table[options.peer].grease = !options.no_grease;
    if (!options.record) throw Usage{options.expected + " has no peer " + options.peer};
    if (!options.profile.empty()) table[options.peer].profile = options.profile;
  }
  Expected& expected = table[options.peer];
  const auto profile = crypto::profile_named(expected.profile);
  if (!profile) throw Usage{options.expected + ": no wire profile is called " + expected.profile};
  RunPlan plan = plan_of(options);
  Client first = thicket_client(options, expected.profile, false, expected.grease);
  Client second = start_server({options.peer_program, "--port", "0"}, options.deadline());
  std::cerr << first.name << " and " << second.name << "\n";
  plan.clients_differ = true;
  plan.suites = suites_of(options, **profile, first, second);
  Counts counts = run(plan, first, second);
  if (options.record) {
    expected.version = second.name;
    expected.rows = rows_of(counts);
    write_table(options, table);
  }
  add_unplayed(counts, expected, plan, options, **profile);
  Judgement judgement = judge(counts, &expected);
  if (second.name != expected.version) {
    ++judgement.failed;
    judgement.complaints.push_back(second.name + " plays, and the table is of " + expected.version);
  }
  return close(options, judgement);
}

int play_all(const Options& options) {
  if (options.print_table) {
    std::cout << markdown_of(read_table(options.expected));
    return 0;
  }
  if (!options.profile.empty() && !crypto::profile_named(options.profile)) {
    throw Usage{"no wire profile is called " + options.profile};
  }
  if (options.server.empty() && options.clients.size() < 2) throw Usage{"--server is missing"};
  if (options.walk > 0) return walk_with(options);
  if (!options.peer.empty()) return play_with_peer(options);
  return options.clients.empty() ? play_own(options) : play_with_servers(options);
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("--script", options.scripts, "a file of scripts, or a folder of such files");
  app.add_option("--suite", options.suite, "only this cipher suite, by number or name");
  app.add_option("--handshake", options.handshake,
                 "only with handshakes as public or as private messages")
      ->check(CLI::IsMember({"public", "private"}));
  app.add_option("--peer", options.peer, "play with this peer of the table");
  app.add_flag("--json", options.json, "one JSON object a line");
  app.add_flag("--verbose", options.verbose, "say of each play that does not pass where and why");
  app.add_option("--castings", options.castings,
                 "at most so many castings of a script's actors to clients")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--seed", options.seed, "what is random follows from it")->capture_default_str();
  app.add_option("--profile", options.profile,
                 "only this wire profile: thicket, mlspp or openmls-0.9");
  app.add_flag("--record", options.record, "with --peer: write what passes into the table");
  app.add_flag("--no-grease", options.no_grease,
               "with --record, of a new peer: it cannot read GREASE");
  app.add_flag("--table", options.print_table, "print the table as docs/interop.md has it");
  app.add_option("--walk", options.walk,
                 "instead of scripts: so many random steps in each suite and form")
      ->check(CLI::PositiveNumber);
  app.add_flag("--openssl", options.openssl, "the second thicket-interop on OpenSSL");
  app.add_option("--client", options.clients,
                 "a server that listens at ADDRESS, to play with; two: without thicket-interop")
      ->expected(1, 2);
  app.add_option("--deadline", options.deadline_s, "seconds that a call may take")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.add_option("--server", options.server, "the program thicket-interop (./dev names it)");
  app.add_option("--peer-program", options.peer_program, "the peer's program (./dev names it)");
  app.add_option("--expected", options.expected, "the table of what peers pass (./dev names it)");
  app.footer(
      "The last line is \"N passed, N failed\" (with --json on stderr, after the sums); the exit\n"
      "code is 1 if something failed. ./dev interop builds what is needed and names it.\n"
      "example:  ./dev interop --script commit.json --suite 1 --handshake private");
}

int complain(const std::string& what, int exit_code) {
  std::cerr << "thicket-interop-runner: " << what << "\n";
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Plays the working group's interop scripts between two clients.");
  app.name("thicket-interop-runner");
  Options options;
  add_options(app, options);
  try {
    app.parse(argc, argv);
    return play_all(options);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return complain(std::string(error.what()) + " (--help says how)", 2);
  } catch (const Usage& usage) {
    return complain(usage.what + " (--help says how)", 2);
  } catch (const BadScript& bad) {
    return complain(bad.what, 2);
  } catch (const std::exception& failure) {
    return complain(failure.what(), 3);
  }
}
