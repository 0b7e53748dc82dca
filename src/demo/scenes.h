// The scenes: each an assertion that holds or throws Failed, and what there is to say about it.
#pragma once

#include <span>

#include "demo/world.h"

namespace thicket::demo {

struct Scene {
  std::string_view name;   // for programs
  std::string_view title;  // what is asserted
  std::string (*play)(World&);
};

// In the order in which they must be played.
std::span<const Scene> all_scenes();

// Played by files of their own.
std::string create_and_add(World& world);
std::string read_by_all(World& world);
std::string say_the_text(World& world);
std::string renew_keys(World& world);
std::string remove_one(World& world);
std::string join_from_outside(World& world);
std::string kill_the_service(World& world);

// "1,024".
std::string grouped(std::uint64_t number);
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);
// Has this member read this text from that sender, as the last thing?
void expect_heard(const Member& who, const std::vector<group::Event>& events, ByteView text,
                  const Member& from);

}  // namespace thicket::demo
