// Cipher suites as configuration and policy: what a client does not have, may not use, or has
// under another number.
#include "crypto/wire_profile.h"
#include "group/move.h"
#include "rules/doors.h"

namespace thicket::rules {
namespace {

constexpr std::string_view hybrid = "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519";

const crypto::Suite& suite_of(std::string_view profile, std::string_view name) {
  return **(*crypto::profile_named(profile))->suite_named(name);
}

}  // namespace

TEST_CASE("rule kem_output_length: a kem_output that is too short") {
  Stage stage;
  path_refused(
      stage,
      {.proposals = {},
       .path_made =
           [](UpdatePath& p) { p.nodes.at(0).encrypted_path_secret.at(0).kem_output.pop_back(); }},
      {Rule::kem_output_length, "commit.path.nodes[0].encrypted_path_secret.kem_output"});
}

TEST_CASE("rule unknown_profile: a group of a wire profile that is not here is not opened") {
  const std::array points{crypto::CodePoint{CipherSuite{0xf777}, hybrid}};
  const auto mine = good(crypto::WireProfile::make("mine", points, crypto::KemDerivation::plain));
  World world(1, CipherSuite{1});
  world.policy.profile = mine.get();
  world.create("alice");
  kit::Member& alice = world["alice"];
  const Bytes before = to_bytes(alice.group->epoch_authenticator());
  world.policy.profile = &crypto::default_profile();
  const auto refused = group::Group::open(world.environment(alice), alice.rows);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::unknown_profile, ""});
  world.policy.profile = mine.get();
  world.restart("alice");
  CHECK(equal(alice.group->epoch_authenticator(), before));
}

TEST_CASE("rule profile_clash: a group's code point never gets another meaning") {
  const std::array then{crypto::CodePoint{CipherSuite{0xf777}, hybrid}};
  const std::array now{
      crypto::CodePoint{CipherSuite{0xf777}, "MLS_128_MLKEM768_AES256GCM_SHA384_Ed25519"}};
  const auto first = good(crypto::WireProfile::make("mine", then, crypto::KemDerivation::labelled));
  const auto second = good(crypto::WireProfile::make("mine", now, crypto::KemDerivation::labelled));
  World world(1, suite_of("thicket", hybrid).id);
  kit::Member& alice = world["alice"];  // whose keys are of the hybrid, whatever its number
  world.policy.profile = first.get();
  world.suite = CipherSuite{0xf777};
  alice.identity.capabilities.cipher_suites = {world.suite};
  world.create("alice");
  world.policy.profile = second.get();
  const auto refused = group::Group::open(world.environment(alice), alice.rows);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::profile_clash, "cipher_suite"});
  world.policy.profile = first.get();
  world.restart("alice");
}

TEST_CASE("rule suite_policy: a suite that the policy does not list is not joined") {
  Stage stage({}, [](World& world) { world.suite = CipherSuite{1}; });
  const Bytes welcome = stage.welcome_for("grace");
  stage.world.policy.suites = group::eu_hybrid_suites();
  const auto refused = stage.join("grace", welcome);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::suite_policy, "welcome.cipher_suite"});
  stage.world.policy.suites = group::default_suites();
  CHECK(stage.join("grace", welcome).has_value());
}

// What a member of a group with post-quantum keys can send wrong, in each family of KEMs.
TEST_CASE("an unreduced ML-KEM key and a point off its curve, in a path, are refused by name") {
  for (const std::string_view name :
       {hybrid, std::string_view("MLS_192_MLKEM1024P384_AES256GCM_SHA384_P384"),
        std::string_view("MLS_256_MLKEM1024_AES256GCM_SHA384_MLDSA87")}) {
    CAPTURE(name);
    const Refusal refusal{Rule::public_key_encoding, "commit.path.nodes[0].encryption_key"};
    const auto spoiled = [&](const std::function<void(Bytes&)>& spoil) {
      Stage stage({}, [&](World& world) { world.suite = suite_of("thicket", name).id; });
      path_refused(stage,
                   {.proposals = {},
                    .path_made = [&](UpdatePath& p) { spoil(p.nodes.at(0).encryption_key); }},
                   refusal);
    };
    // FIPS 203 7.2, the modulus check: a coefficient of 3329 or more.
    spoiled([](Bytes& key) { key[0] = 0xff, key[1] |= 0x0f; });
    // The hybrids of a P curve end in an uncompressed point.
    if (name.find("P384_AES") != std::string_view::npos) spoiled([](Bytes& key) { flip(key); });
  }
}

TEST_CASE("a ciphertext of ML-KEM that was changed opens nothing, and gives no other sign") {
  for (const std::string_view name :
       {hybrid, std::string_view("MLS_256_MLKEM1024_AES256GCM_SHA384_MLDSA87")}) {
    CAPTURE(name);
    const auto broken = [&](const std::function<void(HPKECiphertext&)>& spoil,
                            const Refusal& refusal) {
      Stage stage({}, [&](World& world) { world.suite = suite_of("thicket", name).id; });
      path_refused(
          stage,
          {.proposals = {},
           .path_made = [&](UpdatePath& p) { spoil(p.nodes.at(0).encrypted_path_secret.at(0)); }},
          refusal);
    };
    const Refusal closed{Rule::hpke_open, "commit.path.nodes[0].encrypted_path_secret"};
    // Implicit rejection (FIPS 203 6.3) is seen as what a changed sealed secret is seen as.
    broken([](HPKECiphertext& c) { c.kem_output[7] ^= 1; }, closed);
    broken([](HPKECiphertext& c) { flip(c.ciphertext); }, closed);
    broken([](HPKECiphertext& c) { c.kem_output.pop_back(); },
           {Rule::kem_output_length, "commit.path.nodes[0].encrypted_path_secret.kem_output"});
  }
}

TEST_CASE("rule no_common_suite: the member that offers no hybrid is named") {
  const World world;
  const group::SuitePolicy policy = group::default_suites();
  const group::SuiteChoice choice{policy, crypto::default_profile(), world.provider};
  KeyPackage offered;
  offered.cipher_suite = suite_of("thicket", hybrid).id;
  KeyPackage naked;
  naked.cipher_suite = CipherSuite{1};
  std::vector<group::Candidate> people{{to_bytes("alice"), {naked, offered}},
                                       {to_bytes("bob"), {naked}}};
  const auto refused = group::negotiate_suite(choice, people, world.now);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::no_common_suite, "candidates[1]"});
  people[1].key_packages.push_back(offered);
  CHECK(group::negotiate_suite(choice, people, world.now).has_value());
}

TEST_CASE("rule suite_downgrade: a hybrid group is not moved to a classical suite") {
  World world(1, suite_of("thicket", hybrid).id);
  world.create("alice");
  world.add("alice", {"bob"});
  const auto step = [&](const crypto::Suite& to) {
    const group::MovePlan plan{.group_id = to_bytes("moved"),
                               .suite = to,
                               .identity = world["alice"].identity,
                               .lifetime = kit::around_noon};
    return group::who_cannot_follow(world.group_of("alice"), plan, world.now);
  };
  const auto refused = step(suite_of("thicket", "1"));
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::suite_downgrade, "plan.cipher_suite"});
  CHECK(step(suite_of("thicket", "MLS_192_MLKEM1024P384_AES256GCM_SHA384_P384")).has_value());
}

}  // namespace thicket::rules
