// A run: every script, suite, form and casting that was asked for, and what came of it.
#pragma once

#include <functional>

#include "interop-runner/casting.h"
#include "interop-runner/play.h"
#include "interop-runner/table.h"

namespace thicket::interop {

struct RunPlan {
  std::vector<Script> scripts;
  std::vector<std::uint32_t> suites;
  std::vector<bool> encrypt_handshake{false, true};
  std::size_t castings_max = 256;
  std::uint64_t seed = 1;
  bool clients_differ = false;
  // Called after each play that did not pass, and after all plays of a script.
  std::function<void(const Key&, const std::string& cast, const Ending&)> report;
  std::function<void(const Script&, const Counts&)> done;
};

// Starts a client anew that is gone; throws std::runtime_error where it is gone too often.
Counts run(const RunPlan& plan, Client& first, Client& second);

}  // namespace thicket::interop
