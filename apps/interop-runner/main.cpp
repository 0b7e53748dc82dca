// The program `thicket-interop-runner`: plays the working group's interop scripts over two clients.
// Exit codes: 0 fine, 1 something did not pass, 2 usage, 3 the machine.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "crypto/wire_profile.h"
#include "interop-runner/run.h"

namespace {

using namespace thicket;
using namespace thicket::interop;
namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> scripts;
  std::string server;  // the program thicket-interop
  std::vector<std::string> clients;
  std::string peer;
  std::string peer_program;
  std::string expected;
  std::string suite;
  std::string profile;
  bool only_public = false;
  bool only_private = false;
  bool openssl = false;
  bool record = false;
  bool verbose = false;
  std::size_t assignments = 8;
  std::uint64_t seed = 1;
};

struct Usage {
  std::string what;
};

std::vector<Script> scripts_of(const Options& options) {
  std::vector<std::string> files;
  for (const std::string& path : options.scripts) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().extension() == ".json") files.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files, {}, [](const std::string& file) { return fs::path(file).filename(); });
  std::vector<Script> out;
  for (const std::string& file : files)
    std::ranges::move(read_scripts(file), std::back_inserter(out));
  if (out.empty()) throw Usage{"no scripts: name a file or a folder with --script"};
  return out;
}

// The suites that both have, or the one of them that was asked for.
std::vector<std::uint32_t> suites_of(const Options& options, const crypto::WireProfile& profile,
                                     const Client& first, const Client& second) {
  std::vector<std::uint32_t> out;
  std::ranges::set_intersection(first.suites, second.suites, std::back_inserter(out));
  if (options.suite.empty()) return out;
  const auto wanted = profile.suite_named(options.suite);
  if (!wanted) throw Usage{"no cipher suite is called " + options.suite};
  const auto number = static_cast<std::uint32_t>((*wanted)->id);
  if (std::ranges::find(out, number) == out.end()) return {};
  return {number};
}

Client thicket_client(const Options& options, const std::string& profile, bool second) {
  std::vector<std::string> command{options.server, "--profile", profile};
  // The second is as different from the first as we can be from ourselves.
  if (second) command.emplace_back("--reopen");
  if (second && options.openssl) command.insert(command.end(), {"--provider", "openssl"});
  return start_server(command);
}

std::string form_of(const Key& key) {
  return key.encrypt_handshake ? "private" : "public";
}

RunPlan plan_of(const Options& options, std::vector<Script> scripts) {
  RunPlan plan;
  plan.scripts = std::move(scripts);
  if (options.only_public) plan.encrypt_handshake = {false};
  if (options.only_private) plan.encrypt_handshake = {true};
  plan.assignments_max = options.assignments;
  plan.seed = options.seed;
  if (options.verbose) {
    plan.report = [](const Key& key, const std::string& cast, const Ending& ending) {
      const char* how = ending.verdict == Ending::failed ? "failed" : "not had";
      std::cout << to_string(key) << " (" << cast << "): " << how << " at step " << ending.step
                << ": " << ending.why << "\n";
    };
  }
  return plan;
}

// Rows of the table that this run should have played, and could not.
void add_unplayed(Counts& counts, const Expected& expected, const Options& options,
                  const crypto::WireProfile& profile) {
  std::set<std::string> played;
  for (const auto& [key, count] : counts) played.insert(key.script);
  const auto wanted = profile.suite_named(options.suite);
  for (const auto& [key, passes] : expected.passes) {
    if (!played.contains(key.script)) continue;
    if (!options.suite.empty() && static_cast<std::uint32_t>((*wanted)->id) != key.suite) continue;
    if (key.encrypt_handshake ? options.only_public : options.only_private) continue;
    Count& count = counts[key];
    if (count.plays() == 0) count.why = "not both have the suite";
  }
}

void print(const Counts& counts) {
  std::map<std::string, Count> by_script;
  std::map<std::string, std::set<std::uint32_t>> suites;
  for (const auto& [key, count] : counts) {
    Count& sum = by_script[key.script];
    sum.passed += count.passed;
    sum.failed += count.failed;
    sum.not_had += count.not_had;
    if (sum.why.empty() && !count.why.empty()) sum.why = form_of(key) + ": " + count.why;
    suites[key.script].insert(key.suite);
  }
  for (const auto& [script, count] : by_script) {
    std::cout << script << ": " << count.passed << " of " << count.plays() << " plays passed in "
              << suites[script].size() << " suites";
    if (!count.why.empty()) std::cout << "; " << count.why;
    std::cout << "\n";
  }
}

int close(const Judgement& judgement) {
  for (const std::string& complaint : judgement.complaints) {
    std::cout << "failed: " << complaint << "\n";
  }
  if (judgement.not_had > 0) {
    std::cout << judgement.not_had << " not had (what the table does not expect of this peer)\n";
  }
  std::cout << judgement.passed << " passed, " << judgement.failed << " failed\n";
  return judgement.failed == 0 && judgement.passed > 0 ? 0 : 1;
}

// Thicket with itself, in every wire profile; the suites of RFC 9420, which are in all, once.
Counts run_own(const Options& options, const RunPlan& plan) {
  Counts counts;
  std::set<std::string_view> done;
  for (const crypto::WireProfile* profile : crypto::wire_profiles()) {
    if (!options.profile.empty() && options.profile != profile->name()) continue;
    Client first = thicket_client(options, profile->name(), false);
    Client second = thicket_client(options, profile->name(), true);
    RunPlan here = plan;
    here.suites = suites_of(options, *profile, first, second);
    std::erase_if(here.suites, [&](std::uint32_t number) {
      const crypto::Suite& suite = **profile->suite_of(static_cast<CipherSuite>(number));
      return suite.confidentiality() == crypto::Strength::classical &&
             !done.insert(suite.name).second;
    });
    std::cout << "wire profile " << profile->name() << ", " << here.suites.size() << " suites\n";
    for (auto& [key, count] : run(here, first, second)) {
      Key named = key;
      if (profile != &crypto::default_profile()) {
        named.script += " (" + profile->name() + ")";
      }
      counts[named] = std::move(count);
    }
  }
  return counts;
}

int play_own(const Options& options, const RunPlan& plan) {
  const Counts counts = run_own(options, plan);
  print(counts);
  return close(judge(counts, nullptr));
}

int play_with_peer(const Options& options, RunPlan plan) {
  const Expected expected = read_expected(options.expected, options.peer);
  const crypto::WireProfile& profile = **crypto::profile_named(expected.profile);
  Client first = thicket_client(options, expected.profile, false);
  Client second = start_lines({options.peer_program});
  std::cout << first.name << " and " << second.name << "\n";
  plan.clients_differ = true;
  plan.suites = suites_of(options, profile, first, second);
  Counts counts = run(plan, first, second);
  print(counts);
  if (options.record) {
    record(options.expected, options.peer, second.name, counts);
    std::cout << "recorded in " << options.expected << "\n";
    return close(judge(counts, nullptr)), 0;
  }
  if (second.name != expected.version) {
    std::cout << "failed: the table is of " << expected.version << "\n";
    return 1;
  }
  add_unplayed(counts, expected, options, profile);
  return close(judge(counts, &expected));
}

int play_with_servers(const Options& options, RunPlan plan) {
  const std::string name = options.profile.empty() ? "thicket" : options.profile;
  Client first = options.clients.size() > 1 ? connect(options.clients.front())
                                            : thicket_client(options, name, false);
  Client second = connect(options.clients.back());
  std::cout << first.name << " and " << second.name << "\n";
  plan.suites = suites_of(options, **crypto::profile_named(name), first, second);
  const Counts counts = run(plan, first, second);
  print(counts);
  return close(judge(counts, nullptr));
}

int play_all(const Options& options) {
  if (!options.profile.empty() && !crypto::profile_named(options.profile)) {
    throw Usage{"no wire profile is called " + options.profile};
  }
  if (!options.suite.empty() && !crypto::default_profile().suite_named(options.suite) &&
      options.profile.empty() && options.peer.empty()) {
    throw Usage{"no cipher suite is called " + options.suite};
  }
  const RunPlan plan = plan_of(options, scripts_of(options));
  if (!options.peer.empty()) return play_with_peer(options, plan);
  return options.clients.empty() ? play_own(options, plan) : play_with_servers(options, plan);
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("--script", options.scripts, "a file of scripts, or a folder of such files");
  app.add_option("--server", options.server, "the program thicket-interop")->required();
  app.add_option("--client", options.clients,
                 "a server that listens at ADDRESS, to play with; two: without thicket-interop");
  app.add_option("--peer", options.peer, "play with this peer of the table --expected");
  app.add_option("--peer-program", options.peer_program, "the peer's program");
  app.add_option("--expected", options.expected, "the table of what peers pass");
  app.add_flag("--record", options.record, "write what this run passes into the table");
  app.add_option("--suite", options.suite, "only this cipher suite, by number or name");
  app.add_option("--profile", options.profile,
                 "only this wire profile: thicket, mlspp or openmls-0.9");
  app.add_flag("--public", options.only_public, "only handshakes as PublicMessages");
  app.add_flag("--private", options.only_private, "only handshakes as PrivateMessages")
      ->excludes("--public");
  app.add_option("--assignments", options.assignments,
                 "at most so many assignments of actors to clients for a script")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--seed", options.seed, "what is random follows from it")->capture_default_str();
  app.add_flag("--openssl", options.openssl, "the second thicket-interop on OpenSSL");
  app.add_flag("--verbose", options.verbose, "say of each play that does not pass where and why");
  app.footer(
      "The last line is \"N passed, N failed\"; the exit code is 1 if something failed.\n"
      "example:  thicket-interop-runner --server bin/thicket-interop --script commit.json --suite "
      "1");
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
