// Every official vector of the MLS working group passes on each provider, and as many of them as
// there are.
#include "kit/official.h"

#include "kit/providers.h"
#include "vectors/run.h"

namespace thicket::vectors {
namespace {

void run_all_of(const std::string& name, std::size_t count) {
  const auto content = kit::official_file("mls/" + name + ".json");
  if (!content) return;
  for (const auto& provider : kit::all_providers()) {
    CAPTURE(provider->name());
    const Report report = run(*provider, {name + ".json", to_bytes(*content), std::nullopt});
    CHECK(report.size() == count);
    for (const CaseResult& one : report) {
      if (one.verdict != CaseResult::passed) FAIL_CHECK(one.name << ": " << one.detail);
    }
  }
}

}  // namespace

TEST_CASE("official vectors: tree-math") {
  run_all_of("tree-math", 10);
}
TEST_CASE("official vectors: crypto-basics") {
  run_all_of("crypto-basics", 7);
}
TEST_CASE("official vectors: deserialization") {
  run_all_of("deserialization", 14);
}
TEST_CASE("official vectors: secret-tree") {
  run_all_of("secret-tree", 21);
}
TEST_CASE("official vectors: message-protection") {
  run_all_of("message-protection", 7);
}
TEST_CASE("official vectors: key-schedule") {
  run_all_of("key-schedule", 7);
}
TEST_CASE("official vectors: psk_secret") {
  run_all_of("psk_secret", 77);
}
TEST_CASE("official vectors: transcript-hashes") {
  run_all_of("transcript-hashes", 7);
}
TEST_CASE("official vectors: welcome") {
  run_all_of("welcome", 7);
}
TEST_CASE("official vectors: tree-operations") {
  run_all_of("tree-operations", 5);
}
TEST_CASE("official vectors: tree-validation") {
  run_all_of("tree-validation", 98);
}
TEST_CASE("official vectors: treekem") {
  run_all_of("treekem", 77);
}
TEST_CASE("official vectors: passive-client-welcome") {
  run_all_of("passive-client-welcome", 56);
}
TEST_CASE("official vectors: passive-client-handling-commit") {
  run_all_of("passive-client-handling-commit", 91);
}
TEST_CASE("official vectors: passive-client-random") {
  run_all_of("passive-client-random", 1);
}
TEST_CASE("official vectors: messages") {
  run_all_of("messages", 300);
}

}  // namespace thicket::vectors
