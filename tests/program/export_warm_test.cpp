// thicket bench export-warm: whoever has a key package can enter a warm group.
#include <nlohmann/json.hpp>

#include "kit/world.h"
#include "program/run.h"

namespace {

using namespace thicket;
using kit::good;
using program::content_of;
using program::Folder;
using program::lines;
using program::Outcome;
using program::thicket_program;

// dana, her key package of that lifetime, and the message that publishes it.
struct Joiner {
  explicit Joiner(const Lifetime& lifetime) {
    kit::Member& dana = world["dana"];
    auto own = good(group::make_key_package(world.provider, dana.identity,
                                            {kit::usual_suite(), lifetime, {}, false, true},
                                            world.random));
    MLSMessage outer;
    outer.wire_format = own.key_package;
    message = codec::encode(outer);
    dana.key_packages.kept.push_back(
        {group::key_package_ref(world.crypto(), own.key_package), std::move(own)});
  }
  std::unique_ptr<group::Group> enter(const Folder& folder, const std::string& out) {
    kit::Member& dana = world["dana"];
    const std::string welcome = content_of(folder.file(out) + "/welcome.mls");
    const std::string tree = content_of(folder.file(out) + "/ratchet_tree.mls");
    auto staged =
        good(group::join(world.environment(dana),
                         {view_of(welcome), dana.key_packages, world.no_groups, view_of(tree)},
                         world.now, world.random));
    return good(std::move(staged).open(good(group::store(dana.rows, staged.delta()))));
  }

  kit::World world;
  Bytes message;
};

std::string export_to(const Folder& folder, const std::string& key_package,
                      const std::string& members = "9") {
  return "bench export-warm --members " + members + " --key-package " + key_package + " --out " +
         folder.file("out");
}

}  // namespace

TEST_CASE("export-warm: the joiner agrees with info.json, whatever its key package's lifetime") {
  const Folder folder;
  Lifetime lifetime = kit::around_noon;
  SUBCASE("long over") {}
  SUBCASE("for ever") {
    lifetime = {0, 0xffff'ffff'ffff'ffff};
  }
  Joiner dana(lifetime);
  dana.world.policy.lifetime_seconds_max.reset();
  const std::string file = folder.write("binary", to_text(dana.message));
  const Outcome outcome = thicket_program(folder, export_to(folder, file));
  INFO(outcome.complaint);
  REQUIRE(outcome.exit_code == 0);
  const auto group = dana.enter(folder, "out");
  const auto info = nlohmann::json::parse(content_of(folder.file("out") + "/info.json"));
  CHECK(info["epoch_authenticator"] == to_hex(group->epoch_authenticator()));
  CHECK(info["epoch"] == group->epoch().value);
  CHECK(info["group_id"] == to_hex(group->group_id()));
  CHECK(info["own_leaf"] == group->own_leaf().value);
  CHECK(info["members"] == 9);
  CHECK(group->member_count() == 9);
}

TEST_CASE("export-warm reads a key package in hexadecimal, too") {
  const Folder folder;
  Joiner dana(kit::around_noon);
  const std::string file = folder.write("hex", to_hex(dana.message) + "\n");
  REQUIRE(thicket_program(folder, export_to(folder, file)).exit_code == 0);
  CHECK(dana.enter(folder, "out")->member_count() == 9);
}

TEST_CASE("export-warm says in one line what it cannot do") {
  const Folder folder;
  Joiner dana(kit::around_noon);
  const std::string file = folder.write("binary", to_text(dana.message));
  for (const char* members : {"0", "1", "4294967295", "8,9", "-1"}) {
    CAPTURE(members);
    const Outcome outcome = thicket_program(folder, export_to(folder, file, members));
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK(lines(outcome.complaint) == 1);
  }
  for (const std::string text : {"", "no key package", "0001"}) {
    CAPTURE(text);
    const Outcome outcome = thicket_program(folder, export_to(folder, folder.write("bad", text)));
    CHECK(outcome.exit_code == 1);
    CHECK(lines(outcome.complaint) == 1);
  }
}
