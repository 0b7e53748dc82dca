// Who plays whom, and what a run means beside the committed table.
#include "interop-runner/table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "interop-runner/casting.h"

namespace thicket::interop {
namespace {

TEST_CASE("all castings, where there are not more than wanted") {
  const auto all = assignments({.actors = 5, .most = 32});
  CHECK(std::set(all.begin(), all.end()).size() == 32);
  const auto differing = assignments({.actors = 5, .most = 32, .clients_differ = true});
  CHECK(std::set(differing.begin(), differing.end()).size() == 30);
  CHECK(assignments({.actors = 1, .most = 32}).size() == 2);
}

TEST_CASE("of more castings those first in which every two actors meet either way round") {
  for (const std::size_t actors : {6u, 9u, 840u}) {
    std::size_t digits = 0;
    while ((std::size_t{1} << digits) < actors) ++digits;
    const auto some = assignments({.actors = actors, .most = 2 * digits});
    CHECK(some.size() == 2 * digits);
    for (std::size_t one = 0; one < actors; ++one) {
      for (std::size_t other = 0; other < one; ++other) {
        const bool meet =
            std::ranges::any_of(
                some, [&](const Assignment& cast) { return cast[one] && !cast[other]; }) &&
            std::ranges::any_of(some,
                                [&](const Assignment& cast) { return !cast[one] && cast[other]; });
        if (!meet) FAIL("actors " << one << " and " << other << " of " << actors);
      }
    }
  }
  CHECK(assignments({.actors = 840, .most = 40}).size() == 40);
}

Counts counts_of(const Key& key, std::size_t passed, std::size_t failed, std::size_t lacking) {
  return {{key, Count{passed, failed, lacking, "a reason"}}};
}
const Key key{"commit/add", 1, false};

TEST_CASE("without a table whatever does not pass is a failure") {
  const Judgement judgement = judge(counts_of(key, 5, 2, 1), nullptr);
  CHECK(judgement.passed == 5);
  CHECK(judgement.failed == 3);
  CHECK(judgement.not_offered == 0);
  REQUIRE(judgement.complaints.size() == 1);
  CHECK(judgement.complaints.front() == "commit/add, suite 1, public: 5 of 8 passed: a reason");
}

TEST_CASE("a run fails where fewer pass than the table says, and not where more do") {
  Expected expected;
  expected.rows = {
      {.script = "commit/add", .in_public = 5, .in_private = 0, .of = 8, .suites = {1}}};
  CHECK(judge(counts_of(key, 5, 2, 1), &expected).failed == 0);
  CHECK(judge(counts_of(key, 5, 2, 1), &expected).not_offered == 3);
  CHECK(judge(counts_of(key, 8, 0, 0), &expected).failed == 0);
  CHECK(judge(counts_of(key, 4, 3, 1), &expected).failed == 1);
  // The peer has lost the suite.
  CHECK(judge(counts_of(key, 0, 0, 0), &expected).failed == 5);
  // The table knows the script, and no pass of it in this suite or form.
  CHECK(judge(counts_of({"commit/add", 2, false}, 0, 8, 0), &expected).failed == 0);
  CHECK(judge(counts_of({"commit/add", 1, true}, 0, 8, 0), &expected).failed == 0);
}

TEST_CASE("rows of another number of castings bind where all passed") {
  Expected expected;
  expected.rows = {
      {.script = "commit/add", .in_public = 8, .in_private = 5, .of = 8, .suites = {1}}};
  CHECK(judge(counts_of(key, 3, 1, 0), &expected).failed == 1);
  CHECK(judge(counts_of({"commit/add", 1, true}, 3, 1, 0), &expected).failed == 0);
}

TEST_CASE("a script that the table has not must pass but for what the peer does not offer") {
  const Expected nothing;
  CHECK(judge(counts_of(key, 5, 0, 3), &nothing).failed == 0);
  CHECK(judge(counts_of(key, 5, 1, 2), &nothing).failed == 1);
}

TEST_CASE("suites with one result stand in one row, and a table is read as it was written") {
  Counts counts;
  for (const std::uint32_t suite : {1u, 2u, 3u}) {
    counts[{"commit/add", suite, false}] = {8, 0, 0, ""};
    counts[{"commit/add", suite, true}] = {suite == 3 ? 6u : 8u, 0, suite == 3 ? 2u : 0u,
                                           suite == 3 ? "because | of\nthat" : ""};
  }
  Table table;
  table["peer"] = {.version = "Peer 1.0", .profile = "mlspp", .rows = rows_of(counts)};
  REQUIRE(table["peer"].rows.size() == 2);
  CHECK(table["peer"].rows[0].suites == std::vector<std::uint32_t>{3});
  CHECK(table["peer"].rows[1].suites == std::vector<std::uint32_t>{1, 2});
  CHECK(parse_table(text_of(table)) == table);

  const std::string page = markdown_of(table);
  CHECK(page.find("46 of 48 plays pass") != std::string::npos);
  CHECK(page.find("| commit/add | 3 | 8 | 6 | 8 | because \\| of that |") != std::string::npos);
}

TEST_CASE("what is no table is refused") {
  for (const char* bad : {"", R"({"peer": {}})", R"({"peer": {"version": "1", "passes": [{}]}})",
                          R"({"peer": {"version": "1", "passes": [
            {"script": "a/b", "suites": [1], "public": 3, "private": 0, "of": 2}]}})"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_table(bad), std::runtime_error);
  }
}

TEST_CASE("docs/interop.md says of peers what the table says") {
  const Table table = read_table(THICKET_SOURCE_DIR "/interop/expected.json");
  std::ifstream in(THICKET_SOURCE_DIR "/docs/interop.md", std::ios::binary);
  const std::string page(std::istreambuf_iterator<char>(in), {});
  const std::string wanted = markdown_of(table);
  CHECK_MESSAGE(page.find(wanted) != std::string::npos, "./dev interop --table prints:\n"
                                                            << wanted);
}

}  // namespace
}  // namespace thicket::interop
