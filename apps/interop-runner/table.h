// What a peer is known to pass: the committed table interop/expected.json, and a run held against
// it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace thicket::interop {

// Of one script, suite and form.
struct Key {
  std::string script;
  std::uint32_t suite = 0;
  bool encrypt_handshake = false;
  auto operator<=>(const Key&) const = default;
};
std::string to_string(const Key& key);

// Plays of it: each another casting of actors to clients.
struct Count {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t not_offered = 0;
  std::string because;  // of the first that did not pass
  std::size_t plays() const { return passed + failed + not_offered; }
};
using Counts = std::map<Key, Count>;

// How many plays of a script pass in each form, in each of these suites, of how many.
struct Row {
  std::string script;
  std::size_t in_public = 0;
  std::size_t in_private = 0;
  std::size_t of = 0;
  std::string because{};  // where not all do
  std::vector<std::uint32_t> suites;
  auto operator<=>(const Row&) const = default;
  std::size_t passes(bool encrypt_handshake) const {
    return encrypt_handshake ? in_private : in_public;
  }
};

// One peer's part of the file.
struct Expected {
  std::string version;
  std::string profile = "thicket";  // what the code points of suites mean to it
  bool grease = true;               // it reads GREASE, RFC 9420 13.5
  bool late_of_gone = true;         // it reads late messages of members who have left since
  std::vector<Row> rows;
  bool operator==(const Expected&) const = default;
};
using Table = std::map<std::string, Expected>;  // by the peer's name

// Both throw std::runtime_error.
Table parse_table(const std::string& content);
Table read_table(const std::string& file);
// A row a line, so that a change shows as one.
std::string text_of(const Table& table);
std::vector<Row> rows_of(const Counts& counts);
// For docs/interop.md: what does not pass, and how much does.
std::string markdown_of(const Table& table);

// What a run means: without a table all must pass; with one, all that it says, and of scripts that
// it has not all but what the peer does not offer. Rows of another number of castings bind only
// where all or none passed.
struct Judgement {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t not_offered = 0;  // or known to fail, by the table
  std::vector<std::string> complaints;
};
Judgement judge(const Counts& counts, const Expected* expected);

}  // namespace thicket::interop
