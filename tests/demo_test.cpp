// `thicket demo` as a process: every scene holds, with few members too.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/bytes.h"
#include "kit/temporary_directory.h"

namespace thicket {
namespace {

struct Ended {
  int exit_code = -1;
  std::string output;
};

// Run by the shell, in an empty directory for temporary files that must be empty again.
Ended run(const std::string& arguments, const std::string& before = "") {
  const kit::TemporaryDirectory directory;
  const std::string command = before + "TMPDIR=" + directory.path() + " " + THICKET_PROGRAM +
                              " demo " + arguments + " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Ended out;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    out.output.append(part.data(), got);
  const int status = pclose(pipe);
  out.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  CHECK(std::filesystem::is_empty(directory.path()));
  return out;
}

std::vector<nlohmann::json> objects(const std::string& output) {
  std::vector<nlohmann::json> out;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) out.push_back(nlohmann::json::parse(line));
  return out;
}

const std::string hybrid = "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519";
const std::string classical = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";

// Seven scenes that hold and one agreement; the object of the scene that is asked for.
nlohmann::json all_hold(const Ended& ended, std::size_t members, const std::string& scene,
                        const std::string& suite = hybrid) {
  REQUIRE_MESSAGE(ended.exit_code == 0, ended.output);
  const auto found = objects(ended.output);
  const std::vector<std::string> names{"create", "message",  "say", "renew",
                                       "remove", "external", "kill"};
  REQUIRE(found.size() == names.size() + 1);
  nlohmann::json out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(found[i].at("scene") == names[i]);
    CHECK(found[i].at("ok") == true);
    CHECK(found[i].at("ms").get<double>() > 0);
    CHECK(found[i].at("detail").get<std::string>().size() > 20);
    if (names[i] == scene) out = found[i];
  }
  const auto& end = found.back();
  CHECK(end.at("ok") == true);
  CHECK(end.at("members") == members);
  CHECK(end.at("epoch").get<std::uint64_t>() > 4);
  CHECK(end.at("suite") == suite);
  CHECK(from_hex(end.at("epoch_authenticator").get<std::string>())->size() ==
        (suite == hybrid ? 48 : 32));
  return out;
}

}  // namespace

TEST_CASE("sixteen members play all scenes and agree at the end, and leave nothing behind") {
  const auto renew = all_hold(run("--members 16 --json"), 16, "renew");
  CHECK(renew.at("detail").get<std::string>().find("touches 5 of 31 tree nodes") !=
        std::string::npos);
}

TEST_CASE("four members are enough, and the text may come from standard input") {
  const auto say =
      all_hold(run("--members 4 --json --say -", "printf 'over the \"wire\"' | "), 4, "say");
  const std::string detail = say.at("detail");
  CHECK(detail.find("ana says \"over the \"wire\"\" and all read it") != std::string::npos);
  CHECK(detail.find("of ciphertext") != std::string::npos);
}

TEST_CASE("an odd number of members, with an empty text") {
  all_hold(run("--members 5 --json --say ''"), 5, "say");
}

TEST_CASE("another suite is played in where it is asked for") {
  all_hold(run("--members 6 --json --suite 1"), 6, "kill", classical);
  const Ended unknown = run("--suite naked");
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.output.find("no suite is called naked") != std::string::npos);
}

TEST_CASE(
    "people get the suite, one line a scene, and what one person more or less costs in each") {
  for (const char* asked : {"", " --suite 2"}) {
    const Ended ended = run(std::string("--members 8") + asked);
    CHECK(ended.exit_code == 0);
    for (const char* expected :
         {"\nCipher suite MLS_128_", "\n 1 ", "\n 7 ", "add one", "here, hybrid", "here, classical",
          "sender keys", "All 8 agree on epoch"})
      CHECK_MESSAGE(ended.output.find(expected) != std::string::npos, ended.output);
    CHECK(ended.output.find("here, hybrid: " + hybrid + ", measured.") != std::string::npos);
  }
}

TEST_CASE("too few or too many members are an error of usage, in one line") {
  for (const char* members : {"3", "0", "4097"}) {
    const Ended ended = run(std::string("--members ") + members);
    CHECK(ended.exit_code == 2);
    CHECK(ended.output.find("--members takes 4 to 4096") != std::string::npos);
    CHECK(std::count(ended.output.begin(), ended.output.end(), '\n') == 1);
  }
  CHECK(run("--members several").exit_code == 2);
}

}  // namespace thicket
