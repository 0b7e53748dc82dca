// The program `thicket` as people run it: exit codes, one line of complaint, what is printed.
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/proof.h"
#include "messages/wire.h"
#include "program/run.h"

namespace {

using namespace thicket;
using program::content_of;
using program::Folder;
using program::lines;
using program::Outcome;
using program::thicket_program;

// Octets that are no text in any reading.
Bytes some_message() {
  PrivateMessage message;
  message.group_id = to_bytes("group");
  message.epoch = Epoch{7};
  message.content_type = ContentType::application;
  message.ciphertext = Bytes{0, 255, 10, 32};
  MLSMessage outer;
  outer.wire_format = message;
  return codec::encode(outer);
}

constexpr std::string_view some_message_shown =
    "version: mls10 (1)\n"
    "wire_format: mls_private_message (2)\n"
    "private_message:\n"
    "  group_id: 67726f7570 \"group\"\n"
    "  epoch: 7\n"
    "  content_type: application (1)\n"
    "  authenticated_data: (empty)\n"
    "  encrypted_sender_data: (empty)\n"
    "  ciphertext: 00ff0a20\n";

}  // namespace

TEST_CASE("inspect reads binary, hexadecimal and base64, from a file or standard input") {
  const Folder folder;
  const Bytes message = some_message();
  const std::string hex = to_hex(message);
  const std::string binary = folder.write("binary", to_text(message));
  CHECK(thicket_program(folder, "inspect " + binary).out == some_message_shown);
  const std::string spaced = hex.substr(0, 7) + "\n " + hex.substr(7) + "\n";
  CHECK(thicket_program(folder, "inspect " + folder.write("hex", spaced)).out ==
        some_message_shown);
  CHECK(thicket_program(folder, "inspect - <" + binary).out == some_message_shown);
  // Version 1 and wire format 2 in base64 are "AAEAAg".
  const std::string base64 = "AAEAAgVncm91cAAAAAAAAAAHAQAABAD/\nCiA=\n";
  CHECK(thicket_program(folder, "inspect " + folder.write("base64", base64)).out ==
        some_message_shown);
}

TEST_CASE("inspect --json gives one value with the same fields") {
  const Folder folder;
  const std::string file = folder.write("message", to_hex(some_message()));
  const Outcome outcome = thicket_program(folder, "inspect --json " + file);
  CHECK(outcome.exit_code == 0);
  const auto json = nlohmann::json::parse(outcome.out);
  CHECK(json["private_message"]["epoch"] == 7);
  CHECK(json["wire_format"]["name"] == "mls_private_message");
}

TEST_CASE("inspect names rule and field of what does not decode, in one line, with exit code 1") {
  const Folder folder;
  const std::string cut = to_hex(some_message()).substr(0, 20);
  const Outcome outcome = thicket_program(folder, "inspect " + folder.write("cut", cut));
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.out.empty());
  CHECK(lines(outcome.complaint) == 1);
  CHECK(outcome.complaint.find("truncated") != std::string::npos);
  CHECK(outcome.complaint.find("epoch") != std::string::npos);
}

TEST_CASE(
    "inspect takes PrivateMessageContent by its name, and says what it tried if that is not "
    "enough") {
  const Folder folder;
  const std::string type = "inspect --type PrivateMessageContent ";
  const Outcome shown = thicket_program(folder, type + folder.write("said",
                                                                    "026869"
                                                                    "01ee"));
  CHECK(shown.exit_code == 0);
  CHECK(shown.out.starts_with("application_data: 6869\n"));
  const Outcome cut = thicket_program(folder, type + folder.write("cut", "0568"));
  CHECK(cut.exit_code == 1);
  CHECK(lines(cut.complaint) == 1);
  for (const std::string content : {"application", "proposal", "commit"}) {
    CHECK(cut.complaint.find("PrivateMessageContent." + content) != std::string::npos);
  }
}

TEST_CASE("usage errors are one line and exit code 2, help is exit code 0 with an example") {
  const Folder folder;
  for (const std::string arguments :
       {"",
        "frobnicate",
        "inspect",
        "inspect /does/not/exist",
        "inspect --type Nonsense -",
        "vectors",
        "vectors --kind nonsense x",
        "vectors --profile nonsense x",
        "vectors --generate psk_secret",
        "vectors --generate nonsense --seed 1",
        "vectors --generate psk_secret --seed 1 --suite 77",
        "rules surplus",
        "bench nonsense",
        "bench commit --members 1",
        "bench commit --members 10,0",
        "bench commit --members 4294967295",
        "bench commit --suite nonsense",
        "bench export-warm --members 10",
        "bench commit --seed -1",
        "inspect /tmp",
        "serve --data x --certificate /does/not/exist --key /does/not/exist"}) {
    CAPTURE(arguments);
    const Outcome outcome = thicket_program(folder, arguments + " </dev/null");
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK(lines(outcome.complaint) == 1);
  }
  for (const std::string arguments : {"--help", "inspect --help", "vectors --help", "rules --help",
                                      "bench --help", "serve --help", "demo --help"}) {
    CAPTURE(arguments);
    const Outcome outcome = thicket_program(folder, arguments);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.find("example:  thicket ") != std::string::npos);
  }
}

TEST_CASE("a verb that is none is named, and --provider may stand on either side of the verb") {
  const Folder folder;
  CHECK(thicket_program(folder, "frobnicate").complaint.find("frobnicate") != std::string::npos);
  const std::string generate = "vectors --generate psk_secret --suite 1 --seed 1";
  const Outcome before = thicket_program(folder, "--provider awslc " + generate);
  const Outcome after = thicket_program(folder, generate + " --provider awslc");
  CHECK(before.exit_code == 0);
  CHECK(after.out == before.out);
  CHECK(thicket_program(folder, generate + " --provider nonsense").exit_code == 2);
}

TEST_CASE("vectors ends with the counts, and names file, case and field of what failed") {
  const Folder folder;
  const std::string good = folder.file("deserialization.json");
  const std::string cases =
      thicket_program(folder, "vectors --generate deserialization --seed 3").out;
  folder.write("deserialization.json", cases);
  const Outcome passed = thicket_program(folder, "vectors " + good);
  CHECK(passed.exit_code == 0);
  CHECK(passed.out == "10 passed, 0 failed\n");

  auto spoilt = nlohmann::json::parse(cases);
  spoilt[2]["length"] = 64;
  const std::string bad = folder.write("spoilt.json", spoilt.dump());
  const Outcome failed =
      thicket_program(folder, "vectors --kind deserialization " + good + " " + bad);
  CHECK(failed.exit_code == 1);
  CHECK(failed.out == bad + ": case 2 failed: length: expected 64, got 63\n19 passed, 1 failed\n");

  const Outcome empty = thicket_program(folder, "vectors " + folder.write("treekem.json", "[]"));
  CHECK(empty.exit_code == 2);
  CHECK(empty.complaint.find("no case") != std::string::npos);

  const Outcome unknown = thicket_program(folder, "vectors " + bad);
  CHECK(unknown.exit_code == 1);
  CHECK(unknown.out.ends_with("\n0 passed, 1 failed\n"));
  const Outcome no_json = thicket_program(folder, "vectors " + folder.write("treekem.json", "{"));
  CHECK(no_json.exit_code == 1);
}

TEST_CASE("rules --json lists every rule with its section, sentence, blame and who sees it") {
  const Folder folder;
  const auto json = nlohmann::json::parse(thicket_program(folder, "rules --json").out);
  REQUIRE(json.size() == all_rules().size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    CHECK(json[i]["name"] == all_rules()[i].name);
    CHECK(json[i]["section"] == all_rules()[i].section);
    CHECK(json[i]["sentence"] == all_rules()[i].sentence);
    CHECK(json[i]["blame"] == name_of(all_rules()[i].blame));
    CHECK(json[i]["seen_by"] == name_of(all_rules()[i].seen_by));
    const std::string test = test_of(all_rules()[i].rule);
    if (test.empty()) {
      CHECK(json[i]["test"].is_null());
      CHECK(json[i]["untested"] == excuse_of(all_rules()[i].rule));
    } else {
      CHECK(json[i]["test"] == test);
    }
  }
}

TEST_CASE("docs/conformance.md is what rules --markdown prints") {
  const Folder folder;
  const std::string page = thicket_program(folder, "rules --markdown").out;
  CHECK(page == content_of(std::string(THICKET_SOURCE_DIR) + "/docs/conformance.md"));
}

TEST_CASE("compare and plan print a line a scheme, and refuse what is no size or interval") {
  const Folder folder;
  const auto objects = [](const Outcome& outcome) {
    REQUIRE(outcome.exit_code == 0);
    std::vector<nlohmann::json> out;
    std::istringstream text(outcome.out);
    for (std::string line; std::getline(text, line);) out.push_back(nlohmann::json::parse(line));
    return out;
  };
  const auto acts = objects(thicket_program(folder, "compare --members 2,16 --json"));
  CHECK(acts.size() == 2 * 4 * 4);
  CHECK(acts[16].at("members") == 16);
  CHECK(acts[16].at("act") == "join");
  CHECK(acts[18].at("delivered").get<int>() == 15 * acts[18].at("uploaded").get<int>());
  const auto days =
      objects(thicket_program(folder, "plan --members 16 --update-every 12h --suite 2 --json"));
  REQUIRE(days.size() == 5);
  CHECK(days[2].at("scheme") == "MLS_128_DHKEMP256_AES128GCM_SHA256_P256");
  for (const auto& day : days) CHECK(day.at("member_octets") > 0);
  CHECK(days[0].at("shortest_update_seconds") < days[1].at("shortest_update_seconds"));
  const Outcome table = thicket_program(folder, "plan --members 16");
  CHECK(table.out.find("shortest update") != std::string::npos);
  for (const char* wrong : {"compare --members 1", "plan --update-every daily", "plan --suite none",
                            "plan --budget 0"}) {
    const Outcome refused = thicket_program(folder, wrong);
    CHECK(refused.exit_code == 2);
    CHECK(lines(refused.complaint) == 1);
  }
}

TEST_CASE("warm prints how wide a new group is, by five orders") {
  const Folder folder;
  const Outcome table = thicket_program(folder, "warm --members 32 --commits 16");
  CHECK(table.exit_code == 0);
  CHECK(lines(table.out) == 5 * (2 + 6));
  const Outcome points = thicket_program(folder, "warm --members 32 --commits 16 --json");
  CHECK(lines(points.out) == 5 * 6);
  const auto first = nlohmann::json::parse(points.out.substr(0, points.out.find('\n')));
  CHECK(first.at("mean_ciphertexts") == 31);
  CHECK(thicket_program(folder, "warm --members 1").exit_code == 2);
}
