// Scripts read, and checked as a whole before anybody is called.
#include "interop-runner/script.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "interop-runner/grammar.h"

namespace thicket::interop {
namespace {

Script script_of(const std::string& steps) {
  auto scripts = parse_scripts("file", R"({"scripts": {"own": [)" + steps + "]}}");
  REQUIRE(scripts.size() == 1);
  return std::move(scripts.front());
}

// What is wrong, "" where nothing is.
std::string wrong(const std::string& steps) {
  try {
    check(script_of(steps));
    return {};
  } catch (const BadScript& bad) {
    return bad.what;
  }
}
bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

const std::string created = R"({"action": "createGroup", "actor": "ada", "members": ["ben"]})";

TEST_CASE("names of fields are compared without capitals and underscores") {
  for (const char* name : {"forcePath", "force_path", "FORCEPATH", "Force_Path"}) {
    const Script script = script_of(std::string(R"({"action": "x", ")") + name + "\": true}");
    CHECK(script.steps.front().flag("forcepath"));
  }
}

TEST_CASE("an absent field, and null, is zero, empty or false") {
  const Script script = script_of(R"({"action": "x", "members": null, "epochID": null})");
  const Step& step = script.steps.front();
  CHECK(step.actor().empty());
  CHECK(step.texts("members").empty());
  CHECK(step.number("epochid") == 0);
  CHECK_FALSE(step.flag("forcepath"));
  CHECK(step.parts("byvalue").empty());
  CHECK(step.octets("extensiondata").empty());
}

TEST_CASE("a field of another kind is refused, by its name") {
  const Script script = script_of(
      R"({"action": "x", "members": [1], "psks": [-1], "forcePath": "yes", "epochID": 1.5})");
  const Step& step = script.steps.front();
  CHECK_THROWS_AS(step.texts("members"), BadScript);
  CHECK_THROWS_AS(step.numbers("psks"), BadScript);
  CHECK_THROWS_AS(step.flag("forcepath"), BadScript);
  CHECK_THROWS_AS(step.number("epochid"), BadScript);
}

TEST_CASE("octets of extensions are base64 with its padding") {
  const auto octets = [](const std::string& text) {
    return script_of(R"({"action": "x", "data": ")" + text + "\"}").steps.front().octets("data");
  };
  // RFC 4648 10.
  CHECK(octets("").empty());
  CHECK(octets("Zg==") == "f");
  CHECK(octets("Zm8=") == "fo");
  CHECK(octets("Zm9v") == "foo");
  CHECK(octets("Zm9vYmFy") == "foobar");
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Z===", "Zm9v====", "Zm 9", "Zg=v"}) {
    INFO(bad);
    CHECK_THROWS_AS(octets(bad), BadScript);
  }
}

TEST_CASE("what is no file of scripts is refused") {
  for (const char* bad : {"", "[]", "{}", R"({"scripts": []})", R"({"scripts": {"a": {}}})",
                          R"({"scripts": {"a": ["step"]}})", R"({"scripts": {"a": [{}]} )"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_scripts("file", bad), BadScript);
  }
  CHECK_THROWS_AS(read_scripts("no/such/file.json"), std::runtime_error);
}

TEST_CASE("a script is refused by step and field before it is played") {
  struct Bad {
    std::string steps;
    std::string what;
  };
  const std::vector<Bad> all = {
      {R"({"action": "jump", "actor": "ada"})", "no action \"jump\""},
      {R"({"action": "createGroup"})", "no actor"},
      {created + R"(, {"action": "updateProposal", "actor": "cleo"})", "cleo is in no group"},
      {created + R"(, {"action": "fullCommit", "actor": "ada", "members": ["cleo"]})",
       "members: cleo is in no group"},
      {created + R"(, {"action": "fullCommit", "actor": "ada", "joiners": ["cleo"]})",
       "joiners: cleo offered no key package"},
      {created + R"(, {"action": "addProposal", "actor": "ada"})",
       "keypackage: step 0 makes no key_package"},
      {created + R"(, {"action": "fullCommit", "actor": "ada", "byReference": [1]})",
       "byreference: step 1 does not come before"},
      {created + R"(, {"action": "fullCommit", "actor": "ada", "byValue": [{}]})",
       "no proposal type \"\""},
      {created + R"(, {"action": "fullCommit", "actor": "ada",
                      "byValue": [{"proposalType": "externalPSK", "pskID": 0}]})",
       "pskid: step 0 makes no psk_id"},
      {created + R"(, {"action": "unprotect", "actor": "ben", "ciphertext": 0})",
       "ciphertext: step 0 makes no ciphertext"},
      {created + R"(, {"action": "externalSignerProposal", "actor": "ds", "member": "ada"})",
       "ds may not sign from outside"},
      {created + R"(, {"action": "reinit", "committer": "ada", "welcomer": "ben"})",
       "externalreinitproposal: step 0 makes no proposal"},
      {created + R"(, {"action": "groupContextExtensionsProposal", "actor": "ada",
                      "extensions": [{"extension_type": 70000}]})",
       "no type of two octets"},
      {created + R"(, {"action": "groupContextExtensionsProposal", "actor": "ada",
                      "extensions": [{"extension_type": 3, "extension_data": "!"}]})",
       "extensiondata is no base64"},
  };
  for (const Bad& bad : all) CHECK(says(wrong(bad.steps), bad.what));
  CHECK(says(wrong(all.back().steps), "file/own, step 1 (groupContextExtensionsProposal)"));
}

TEST_CASE("unknown fields are let be, and named") {
  const auto remarks =
      check(script_of(created + R"(, {"action": "fullCommit", "actor": "ada", "member": ["ben"],
                     "byValue": [{"proposalType": "remove", "remove": "ben"}]})"));
  REQUIRE(remarks.size() == 2);
  CHECK(says(remarks[0], "unknown field member"));
  CHECK(says(remarks[1], "unknown field remove"));
}

TEST_CASE("actors are all who act or are acted for") {
  CHECK(actors_of(script_of(created + R"(, {"action": "addExternalSigner", "actor": "ada",
                                           "signer": "ds"},
      {"action": "externalJoin", "actor": "ben", "joiner": "cleo", "members": ["ada"]},
      {"action": "installExternalPSK", "clients": ["emil"]})")) ==
        std::vector<std::string>{"ada", "ben", "ds", "cleo", "emil"});
}

TEST_CASE("our own scripts are in order, and say nothing that nobody reads") {
  std::size_t scripts = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(THICKET_SOURCE_DIR "/interop/scripts")) {
    for (const Script& script : read_scripts(entry.path().string())) {
      INFO(script.name);
      CHECK(check(script).empty());
      ++scripts;
    }
  }
  CHECK(scripts >= 12);
}

}  // namespace
}  // namespace thicket::interop
