// What the runner is asked for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "interop-runner/script.h"
#include "interop-runner/table.h"

namespace thicket::interop {

struct Options {
  std::vector<std::string> scripts;  // files, and folders of them
  std::string server;                // the program thicket-interop
  std::vector<std::string> clients;  // addresses
  std::string peer;
  std::string peer_program;
  std::string expected;
  std::string suite;
  std::string profile;
  std::string handshake;
  bool openssl = false;
  bool no_grease = false;
  bool record = false;
  bool print_table = false;
  bool verbose = false;
  bool json = false;
  std::size_t castings = 256;
  std::size_t walk = 0;  // steps
  std::uint64_t seed = 1;
  std::size_t deadline_s = 60;

  std::chrono::milliseconds deadline() const { return std::chrono::seconds(deadline_s); }
};

struct Usage {
  std::string what;
};

// All of them, checked; remarks go to the standard error. Throws BadScript, Usage where there is
// none.
std::vector<Script> scripts_of(const Options& options);

// What a run says: of each script what came of it, and at the end the sums.
void print_script(const Options& options, const std::string& name, const Counts& counts);
// The exit code.
int close(const Options& options, const Judgement& judgement);

}  // namespace thicket::interop
