// A run: every script, suite, form and assignment that was asked for, and what came of it.
#pragma once

#include <functional>
#include <optional>

#include "interop-runner/casting.h"
#include "interop-runner/table.h"

namespace thicket::interop {

struct RunPlan {
  std::vector<Script> scripts;
  std::vector<std::uint32_t> suites;
  std::vector<bool> encrypt_handshake{false, true};
  std::size_t assignments_max = 8;
  std::uint64_t seed = 1;
  bool clients_differ = false;
  // Called after each play that did not pass.
  std::function<void(const Key&, const std::string& cast, const Ending&)> report;
};

// "alice bob | carol": who was at the first client, and who at the second.
std::string cast_of(const std::vector<std::string>& actors, const Assignment& assignment);

Counts run(const RunPlan& plan, Client& first, Client& second);

}  // namespace thicket::interop
