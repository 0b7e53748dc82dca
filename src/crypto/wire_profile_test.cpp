// Code points as configuration: what the ready-made profiles say, and what clashes.
#include "crypto/wire_profile.h"

#include <doctest/doctest.h>

#include <array>

#include "crypto/awslc/awslc.h"
#include "crypto/crypto.h"

namespace thicket::crypto {
namespace {

constexpr std::string_view hybrid = "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519";
constexpr std::string_view pure = "MLS_192_MLKEM1024_AES256GCM_SHA384_P384";

Error clash(std::span<const CodePoint> points) {
  const auto made = WireProfile::make("mine", points, KemDerivation::labelled);
  REQUIRE_FALSE(made.has_value());
  return made.error();
}

}  // namespace

TEST_CASE("every profile has the seven registered suites under their numbers") {
  for (const WireProfile* profile : wire_profiles()) {
    CAPTURE(profile->name());
    CHECK(*profile_named(profile->name()) == profile);
    for (std::uint16_t id = 1; id <= 7; ++id) {
      const Suite& suite = **profile->suite_of(CipherSuite{id});
      CHECK(suite.name == (*suite_of(CipherSuite{id}))->name);
      CHECK(suite.profile == profile->name());
    }
  }
  CHECK(profile_named("nobody's").error().rule == Rule::unknown_profile);
}

TEST_CASE("one suite has another number in each profile, one number another suite") {
  const auto number = [](std::string_view profile) {
    return (*(*profile_named(profile))->suite_named(hybrid))->id;
  };
  CHECK(number("thicket") == CipherSuite{0xf102});
  CHECK(number("mlspp") == CipherSuite{0x0008});
  CHECK(number("openmls-0.9") == CipherSuite{0x004e});
  CHECK((*profile_named("openmls-0.9"))->suite_of(CipherSuite{8}).error().rule ==
        Rule::unknown_suite);
  for (const Suite& suite : all_suites().subspan(7)) {
    CHECK(suite.id >= CipherSuite{0xf000});  // RFC 9420 17.1: reserved for private use
  }
}

TEST_CASE("profiles with the labelled and with the plain DeriveKeyPair give other keys") {
  const auto provider = make_awslc();
  const auto derived = [&](std::string_view profile, std::string_view suite) {
    const Crypto crypto(*provider, **(*profile_named(profile))->suite_named(suite));
    return crypto.derive_key_pair(Bytes(48, 7))->public_key();
  };
  CHECK(derived("thicket", hybrid) == derived("mlspp", hybrid));
  CHECK(derived("thicket", hybrid) != derived("openmls-0.9", hybrid));
  CHECK(derived("thicket", pure) != derived("openmls-0.9", pure));
  CHECK(derived("thicket", "1") == derived("openmls-0.9", "1"));
}

TEST_CASE("a profile of one's own is made, with numbers that nobody else has") {
  const std::array points{CodePoint{CipherSuite{0xf777}, hybrid}};
  const auto mine = WireProfile::make("mine", points, KemDerivation::plain);
  REQUIRE(mine.has_value());
  const Suite& suite = **(*mine)->suite_of(CipherSuite{0xf777});
  CHECK(suite.name == hybrid);
  CHECK(suite.derivation == KemDerivation::plain);
  CHECK((*mine)->suites().size() == 8);
}

TEST_CASE("a number with two meanings, and what is not free to take, is a clash that says so") {
  const std::array twice{CodePoint{CipherSuite{0xf777}, hybrid},
                         CodePoint{CipherSuite{0xf777}, pure}};
  const Error two_suites = clash(twice);
  CHECK(two_suites.rule == Rule::profile_clash);
  CHECK(two_suites.path == "code_points[1]");
  CHECK(two_suites.detail.find(hybrid) != std::string::npos);
  const std::array both{CodePoint{CipherSuite{0xf777}, hybrid},
                        CodePoint{CipherSuite{0xf778}, hybrid}};
  CHECK(clash(both).rule == Rule::profile_clash);
  const std::array registered{CodePoint{CipherSuite{3}, hybrid}};
  CHECK(clash(registered).path == "code_points[0]");
  const std::array grease{CodePoint{CipherSuite{0x2a2a}, hybrid}};
  CHECK(clash(grease).detail.find("reserved") != std::string::npos);
  const std::array unknown{CodePoint{CipherSuite{0xf777}, "MLS_512_HOPE"}};
  CHECK(clash(unknown).rule == Rule::unknown_suite);
}

}  // namespace thicket::crypto
