// Writes cases for another implementation to judge, a JSON object a line, with what we say of each:
// handshakes, messages, Welcomes and GroupInfos that are forged or damaged, and octets to decode.
// What is judged in a group is judged by a member who joins it by the line "member" before.
#include <CLI/CLI.hpp>
#include <iostream>

#include "acts.h"
#include "damage.h"
#include "vectors/people.h"

namespace {

using namespace thicket;
using fuzz::House;
using fuzz::Script;
using vectors::hex;
using vectors::Json;

// Policy is what an application adds; here only the RFC judges, and the clock for leaves.
void judge_strictly(vectors::Person& person) {
  person.policy().check_lifetimes = true;
  person.policy().check_suite_listed = true;
  person.psks().add(to_bytes("psk"), Bytes(32, 9));
}

Json refused(const Error& error) {
  return {{"accepted", false}, {"rule", text_of(error.rule).name}, {"because", describe(error)}};
}
template <class T>
Json verdict(const Result<T>& result, ByteView outcome) {
  if (!result) return refused(result.error());
  return {{"accepted", true}, {"outcome", hex(outcome)}};
}

template <class T>
Json decoded(ByteView octets) {
  const auto value = codec::decode<T>(octets);
  return verdict(value, value ? codec::encode(*value) : Bytes());
}

// A house, and the member whose part both play: fay joins it by the Welcome.
struct Scene {
  std::string name;
  House house;
  Bytes welcome;

  const group::OwnKeyPackage& own() { return house.world["fay"].key_packages.kept.back().own; }
};

Json line_of(Scene& scene) {
  const group::OwnKeyPackage& own = scene.own();
  MLSMessage package;
  package.wire_format = own.key_package;
  const Json psk = {{"psk_id", hex(to_bytes("psk"))}, {"psk", hex(Bytes(32, 9))}};
  return {{"member", scene.name},
          {"cipher_suite", static_cast<unsigned>(scene.house.world.suite)},
          {"external_psks", Json::array({psk})},
          {"key_package", vectors::hex_of(package)},
          {"signature_priv", hex(own.signer.seed->reveal())},
          {"encryption_priv", hex(own.leaf_key->reveal())},
          {"init_priv", hex(own.init_key->reveal())},
          {"welcome", hex(scene.welcome)},
          {"ratchet_tree", Json()},
          {"initial_epoch_authenticator", ""},
          {"epochs", Json::array()}};
}

class Cases final {
 public:
  Cases(std::uint64_t seed, const crypto::Provider& provider)
      : random_(seed), damage_(seed), setting_{provider, crypto::default_profile()} {
    entrance_.welcome = entrance_.house.welcome;
    for (Scene* scene : {&open_, &closed_}) scene->welcome = scene->house.let_in_fay();
    for (Scene* scene : {&entrance_, &open_, &closed_}) std::cout << line_of(*scene) << "\n";
  }

  // One more, or none where what was drawn cannot be made.
  void draw() {
    switch (random_.below(10)) {
      case 0:
        return decoding();
      case 1:
        return welcome();
      case 2:
        return group_info();
      default:
        return message();
    }
  }
  std::size_t count() const { return count_; }

 private:
  Script script() {
    Script out;
    out.octets = random_.bytes(random_.below(4));
    for (std::uint8_t& octet : out.octets) octet &= 0x7f;  // nothing is cached in a new epoch
    // Some stay as they should be: both must take these.
    for (std::size_t left = random_.below(4); left > 0; --left) {
      out.edits.push_back(fuzz::any_edit(random_));
      if (random_.below(2) == 0) out.edits.back().stage %= 10;
    }
    return out;
  }

  struct Case {
    std::string kind;
    std::string member;  // none: it is about octets alone
    Bytes octets;
    Json says;
  };
  void put(const Case& one) {
    std::cout << Json{{"case", count_++},
                      {"kind", one.kind},
                      {"member", one.member},
                      {"octets", hex(one.octets)},
                      {"says", one.says}}
              << "\n";
  }

  void welcome() {
    entrance_.house.renew_random();
    const auto made = random_.below(4) == 0 ? damage_.of(entrance_.welcome)
                                            : fuzz::welcome_of(entrance_.house, script());
    if (!made) return;
    vectors::Person fay(setting_);
    judge_strictly(fay);
    const auto joined = fay.join({*made, {}}, entrance_.own(), random_);
    const Bytes outcome = joined ? to_bytes(fay.group().epoch_authenticator()) : Bytes();
    put({"welcome", entrance_.name, *made, verdict(joined, outcome)});
  }

  void group_info() {
    House& house = entrance_.house;
    house.renew_random();
    const auto made =
        random_.below(4) == 0 ? damage_.of(house.whole_info) : fuzz::group_info_of(house, script());
    if (!made) return;
    vectors::Person gus(setting_);
    judge_strictly(gus);
    const auto joined = gus.join_external(*made, house.world["gus"].identity, random_);
    put({"group_info", entrance_.name, *made, verdict(joined, {})});
  }

  void message() {
    Script asked = script();
    asked.act = static_cast<std::uint8_t>(random_.below(fuzz::acts));
    const bool is_open = fuzz::handshakes_of(fuzz::act_of(asked)) == WireFormat::mls_public_message;
    Scene& scene = is_open ? open_ : closed_;
    scene.house.renew_random();
    const std::vector<Bytes>& letters = scene.house.letters;
    if (asked.act < 2) asked.octets = damage_.of(letters[random_.below(letters.size())]);
    const auto made = fuzz::message_of(scene.house, asked);
    if (!made) return;
    vectors::Person fay(setting_);
    judge_strictly(fay);
    const auto joined = fay.join({scene.welcome, {}}, scene.own(), random_);
    THICKET_ASSERT(joined.has_value());
    const auto taken = fay.receive(*made);
    const bool stays = taken && !fay.group().removed();
    const Bytes outcome = stays ? to_bytes(fay.group().epoch_authenticator()) : Bytes();
    put({"message", scene.name, *made, verdict(taken, outcome)});
  }

  // Octets of any length, or what was well formed before it was damaged.
  template <class T>
  void decoding_of(const std::string& kind) {
    Bytes octets = random_.bytes(random_.below(80));
    if (random_.below(4) != 0) octets = codec::encode(vectors::arbitrary<T>({random_, true}));
    if (random_.below(4) != 0) octets = damage_.of(std::move(octets));
    put({kind, {}, octets, decoded<T>(octets)});
  }
  void decoding() {
    switch (random_.below(3)) {
      case 0:
        return decoding_of<MLSMessage>("MLSMessage");
      case 1:
        return decoding_of<RatchetTreeExtension>("ratchet_tree");
      default:
        return decoding_of<Proposal>("proposal");
    }
  }

  crypto::SeededRandom random_;
  fuzz::Damage damage_;
  const vectors::Setting setting_;
  Scene entrance_{"entrance", House(WireFormat::mls_public_message, House::Readers::anybody), {}};
  Scene open_{"open", House(WireFormat::mls_public_message, House::Readers::anybody), {}};
  Scene closed_{"closed", House(WireFormat::mls_private_message, House::Readers::anybody), {}};
  std::size_t count_ = 0;
};

struct Options {
  std::uint64_t seed = 1;
  std::size_t count = 1000;
};

void write(const Options& options) {
  fuzz::prepare_kit();
  const auto provider = kit::usual_provider();
  Cases cases(options.seed, *provider);
  while (cases.count() < options.count) cases.draw();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Cases for another implementation to judge, with what Thicket says of each");
  Options options;
  app.add_option("--seed", options.seed, "what they follow from")->capture_default_str();
  app.add_option("--count", options.count, "how many")->capture_default_str();
  app.footer(
      "Exit codes: 0 fine, 2 usage, 3 the machine.\n"
      "example:  differential_cases --seed 7 --count 10000 > cases");
  try {
    app.parse(argc, argv);
    write(options);
    return std::cout.flush() ? 0 : 3;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& failure) {
    std::cerr << "differential_cases: " << failure.what() << "\n";
    return 3;
  }
}
