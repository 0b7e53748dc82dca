// What a peer is known to pass: the committed table interop/expected.json, and a run held against
// it. A row counts the plays of one script in one form of handshakes that pass in each of its
// suites, of those that the usual assignments make.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interop-runner/play.h"

namespace thicket::interop {

// Of one script, suite and form.
struct Key {
  std::string script;
  std::uint32_t suite = 0;
  bool encrypt_handshake = false;
  auto operator<=>(const Key&) const = default;
};
std::string to_string(const Key& key);

struct Count {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t not_had = 0;
  std::string why;  // of the first that did not pass
  std::size_t plays() const { return passed + failed + not_had; }
};
using Counts = std::map<Key, Count>;

// One peer's part of the file.
struct Expected {
  std::string version;
  std::string profile = "thicket";
  std::map<Key, std::size_t> passes;
};

// Throws std::runtime_error where it is no table, or has not this peer.
Expected read_expected(const std::string& file, const std::string& peer);
// Puts the counts in the place of this peer's rows.
void record(const std::string& file, const std::string& peer, const std::string& version,
            const Counts& counts);

// What a run means: without a table all must pass; with one, all that it says, and of scripts that
// it has not all but what the peer lacks.
struct Judgement {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t not_had = 0;
  std::vector<std::string> complaints;
};
Judgement judge(const Counts& counts, const Expected* expected);

}  // namespace thicket::interop
