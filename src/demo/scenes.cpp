// The list of the scenes, and those in which the group comes to be and talks.
#include "demo/scenes.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/os/files.h"

namespace thicket::demo {

std::span<const Scene> all_scenes() {
  static constexpr std::array<Scene, 7> scenes{{
      {"create", "ana creates the group and adds all others", create_and_add},
      {"message", "a message is read by all", read_by_all},
      {"say", "the text is read by all, and not by the service", say_the_text},
      {"renew", "members renew their keys", renew_keys},
      {"remove", "one is removed and can no longer read", remove_one},
      {"external", "one joins from outside while nobody is online", join_from_outside},
      {"kill", "the service is killed in mid-commit and loses nothing", kill_the_service},
  }};
  return scenes;
}

std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return grouped(number) + " " + std::string(number == 1 ? one : many);
}

void expect_heard(const Member& who, const std::vector<group::Event>& events, ByteView text,
                  const Member& from) {
  expect(!events.empty(), who.name() + " has something to read");
  if (&who == &from) {
    expect(std::holds_alternative<group::OwnEcho>(events.back()), "what comes back is the own");
    return;
  }
  const auto* said = std::get_if<group::ApplicationMessage>(&events.back());
  expect(said != nullptr, who.name() + " reads a message");
  expect(equal(said->data, text), who.name() + " reads what was said");
  expect(to_text(said->client_id) == from.name(), who.name() + " knows who said it");
}

std::string create_and_add(World& world) {
  const std::uint32_t count = world.plan.members;
  world.invite("ana");
  world.invite("ben");
  for (std::uint32_t i = 2; i < count; ++i) world.invite("member " + std::to_string(i + 1));
  Member& ana = world.ana();
  world.each("uploading key packages", [&](Member& member, Line& line) {
    if (&member != &ana) member.publish_key_package(line);
  });

  ana.create(world.line(), world.group_id);
  std::vector<std::string> names;
  for (const auto& member : world.members) {
    if (member.get() != &ana) names.push_back(member->name());
  }
  const auto outgoing = ana.commit(world.line(), ana.adding(world.line(), names));

  Member::Joined handed_out;
  world.each("joining", [&](Member& member, Line& line) {
    if (&member == &ana) return;
    const auto joined = member.join(line);
    if (&member == &world.ben()) handed_out = joined;
  });
  world.agree();
  return "ana creates the group and adds " + grouped(count - 1) + " in one commit of " +
         grouped(outgoing.message.size()) + " bytes: each verifies the tree (" +
         grouped(handed_out.tree) + " bytes) and its own Welcome (" + grouped(handed_out.welcome) +
         "), and all " + grouped(count) + " agree on epoch " +
         std::to_string(ana.group().epoch().value);
}

std::string read_by_all(World& world) {
  Member& speaker = *world.members.back();
  const ByteView text = view_of("Good morning, everybody.");
  const Bytes sent = speaker.say(world.line(), text);
  world.catch_up([&](const Member& member, const auto& events) {
    expect_heard(member, events, text, speaker);
  });
  return speaker.name() + " says \"" + to_text(text) + "\" in one message of " +
         grouped(sent.size()) + " bytes: all others read it";
}

namespace {

// Octets of all files of the service, and whether the text stands in one of them.
struct Search {
  std::uint64_t octets = 0;
  bool found = false;
};
Search search(const std::string& directory, ByteView text) {
  Search out;
  for (const Bytes& content : os::files_in(directory)) {
    out.octets += content.size();
    out.found = out.found || std::search(content.begin(), content.end(), text.begin(),
                                         text.end()) != content.end();
  }
  return out;
}

// The last entry of the log, as the service keeps it.
Bytes last_stored(World& world) {
  std::uint64_t from = 0;
  for (;;) {
    auto part =
        world.line().ask<transport::LogPart>(transport::ReadLog{world.group_id, from, 1 << 20});
    expect(!part.entries.empty(), "the log has entries");
    from = part.entries.back().number + 1;
    if (from >= part.head.next) return std::move(part.entries.back().message);
  }
}

// Short texts of plain ASCII; others are described.
std::string quoted(ByteView text) {
  const bool plain = text.size() <= 60 && std::all_of(text.begin(), text.end(), [](auto octet) {
                       return octet >= 0x20 && octet < 0x7f;
                     });
  if (plain) return "\"" + to_text(text) + "\"";
  return "the text of " + counted(text.size(), "byte", "bytes");
}

}  // namespace

std::string say_the_text(World& world) {
  // Shorter ones stand somewhere by chance.
  constexpr std::size_t searched_octets_min = 8;
  const ByteView text = world.plan.say;
  Member& ana = world.ana();
  const Bytes sent = ana.say(world.line(), text);
  world.catch_up(
      [&](const Member& member, const auto& events) { expect_heard(member, events, text, ana); });
  const Bytes stored = last_stored(world);
  expect(stored == sent, "the service stores what was sent");
  std::string out = "ana says " + quoted(text) + " and all read it; the service stored " +
                    counted(stored.size(), "byte", "bytes") + " of ciphertext, " +
                    to_hex(ByteView(stored).first(std::min<std::size_t>(stored.size(), 24))) +
                    "...";
  if (text.size() >= searched_octets_min) {
    const Search result = search(world.served.data(), text);
    expect(result.octets > stored.size(), "the service's files are there to be searched");
    expect(!result.found, "the service's files do not hold the text");
    out += ", and none of its " + grouped(result.octets) + " bytes on disk hold the text";
  }
  return out;
}

}  // namespace thicket::demo
