// Which suites are created, joined, chosen and moved to.
#include "group/suite_policy.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/awslc/awslc.h"
#include "group/join_external.h"
#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::refused;

constexpr std::string_view x25519_hybrid = "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519";

struct Desk {
  std::unique_ptr<crypto::Provider> provider = kit::usual_provider();
  SuitePolicy policy = default_suites();
  const crypto::WireProfile* profile = &crypto::default_profile();
  SuiteChoice choice() const { return {policy, *profile, *provider}; }
  const crypto::Suite& suite(std::string_view name) const { return **profile->suite_named(name); }
};

// A candidate with a key package of each of these suites; only the code point is looked at.
Candidate candidate(const Desk& desk, std::string_view name,
                    const std::vector<std::string_view>& suites) {
  Candidate out{to_bytes(name), {}};
  for (const std::string_view suite : suites) {
    out.key_packages.emplace_back();
    out.key_packages.back().cipher_suite = desk.suite(suite).id;
  }
  return out;
}

}  // namespace

TEST_CASE("a new group is an X25519 hybrid with SHA-384 unless somebody asks otherwise") {
  const Desk desk;
  CHECK(good(preferred_suite(desk.choice(), kit::noon))->name == x25519_hybrid);
  kit::World world(1, desk.suite(x25519_hybrid).id);
  kit::Member& alice = world["alice"];
  const NewGroup plan{to_bytes("g"), std::nullopt, {}, alice.identity, kit::around_noon};
  const auto staged = good(Group::create(world.environment(alice), plan, world.now, world.random));
  const auto stored = good(store(alice.rows, staged.delta()));
  CHECK(good(Group::open(world.environment(alice), alice.rows))->crypto().suite().name ==
        x25519_hybrid);
}

TEST_CASE("a signer of another suite is no identity for a new group") {
  kit::World world(1, CipherSuite{1});  // where people sign with Ed25519
  const auto plan =
      NewGroup{to_bytes("g"), CipherSuite{2}, {}, world["alice"].identity, kit::around_noon};
  refused(Group::create(world.environment(world["alice"]), plan, world.now, world.random),
          Rule::public_key_encoding, "identity.signer");
}

TEST_CASE("the ready-made policies are there by name, and accept what they say") {
  const auto all = [](const SuitePolicy& policy, auto&& holds) {
    return std::ranges::all_of(policy.accepted, [&](std::string_view name) {
      return holds(**crypto::default_profile().suite_named(name));
    });
  };
  using crypto::Strength;
  for (const std::string_view name : suite_policy_names()) {
    CAPTURE(name);
    const auto policy = suite_policy_named(name);
    REQUIRE(policy);
    CHECK(policy->name == name);
    CHECK(all(*policy, [](const crypto::Suite&) { return true; }));
  }
  CHECK_FALSE(suite_policy_named("naked"));
  CHECK(default_suites().accepted.size() == crypto::all_suites().size());
  CHECK(eu_hybrid_suites().accepted.size() == 6);
  CHECK(all(eu_hybrid_suites(),
            [](const auto& suite) { return suite.confidentiality() == Strength::hybrid; }));
  CHECK(all(nist_hybrid_suites(),
            [](const auto& suite) { return suite.kem == crypto::KemId::mlkem1024_p384; }));
  CHECK(all(cnsa_2_suites(), [](const auto& suite) {
    return suite.kem == crypto::KemId::ml_kem_1024 && suite.signature == SignatureScheme::mldsa87;
  }));
}

TEST_CASE("the most wanted suite that all have is chosen, wherever their key packages stand") {
  const Desk desk;
  const std::string_view pure = "MLS_128_MLKEM768_AES256GCM_SHA384_Ed25519";
  const std::string_view p256 = "MLS_128_MLKEM768P256_AES256GCM_SHA384_P256";
  const std::vector<Candidate> people{candidate(desk, "alice", {x25519_hybrid, p256, pure}),
                                      candidate(desk, "bob", {pure, p256}),
                                      candidate(desk, "carol", {p256, pure, x25519_hybrid})};
  const Negotiated chosen = good(negotiate_suite(desk.choice(), people, kit::noon));
  CHECK(chosen.suite->name == p256);
  CHECK(chosen.chosen == std::vector<std::size_t>{1, 1, 0});
}

TEST_CASE("a group is not made classical because one member offers nothing else") {
  Desk desk;
  const std::string_view naked = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";
  const std::vector<Candidate> people{candidate(desk, "alice", {x25519_hybrid, naked}),
                                      candidate(desk, "bob", {naked})};
  const auto refusal = negotiate_suite(desk.choice(), people, kit::noon);
  refused(refusal, Rule::no_common_suite, "candidates[1]");
  CHECK(refusal.error().detail.find("\"bob\" has no key package for MLS_128_MLKEM768X25519") == 0);
  desk.policy.classical = ClassicalGroups::accepted;
  CHECK(good(negotiate_suite(desk.choice(), people, kit::noon)).suite->name == naked);
  desk.policy.classical_until = Instant{kit::noon.seconds - 1};
  refused(negotiate_suite(desk.choice(), people, kit::noon), Rule::no_common_suite,
          "candidates[1]");
}

TEST_CASE("code points are compared in the wire profile that is in use") {
  Desk desk;
  desk.profile = *crypto::profile_named("mlspp");
  CHECK(desk.suite(x25519_hybrid).id == CipherSuite{8});
  const std::vector<Candidate> people{candidate(desk, "alice", {x25519_hybrid})};
  CHECK(good(negotiate_suite(desk.choice(), people, kit::noon)).suite->profile == "mlspp");
  const Desk ours;
  refused(negotiate_suite(ours.choice(), people, kit::noon), Rule::no_common_suite,
          "candidates[0]");
}

TEST_CASE("a policy has a last day for classical groups") {
  SuitePolicy policy = default_suites();
  const crypto::Suite& naked = **crypto::suite_of(CipherSuite{1});
  CHECK(check_suite(policy, naked, kit::noon));
  policy.classical_until = kit::noon;
  CHECK(check_suite(policy, naked, kit::noon));
  refused(check_suite(policy, naked, Instant{kit::noon.seconds + 1}), Rule::suite_policy,
          "cipher_suite");
  policy.classical = ClassicalGroups::refused;
  refused(check_suite(policy, naked, kit::noon), Rule::suite_policy, "cipher_suite");
}

TEST_CASE("who joins asks the policy, by Welcome and from outside, and who creates does too") {
  kit::World world(1, CipherSuite{1});
  world.create("alice");
  world["bob"];
  world.policy.suites = eu_hybrid_suites();
  kit::Member& bob = world["bob"];
  refused(Group::create(world.environment(bob),
                        {to_bytes("b"), CipherSuite{1}, {}, bob.identity, kit::around_noon},
                        world.now, world.random),
          Rule::suite_policy, "cipher_suite");
  CommitPlan plan;
  plan.proposals.push_back(world.add_of("bob"));
  const Staged commit = world.make_commit("alice", plan);
  const Outgoing sent = world.release(world["alice"], commit);
  refused(join(world.environment(bob), {*sent.welcome, bob.key_packages, world.no_groups},
               world.now, world.random),
          Rule::suite_policy, "welcome.cipher_suite");
  const GroupInfo info = good(world.group_of("alice").group_info({true, true, {}}));
  const Bytes message = codec::encode(MLSMessage{ProtocolVersion::mls10, info});
  refused(
      join_external(world.environment(bob),
                    {.group_info = message, .identity = bob.identity, .groups = world.no_groups},
                    world.now, world.random),
      Rule::suite_policy, "group_info.cipher_suite");
}

TEST_CASE("a downgrade is named by what it would lose") {
  const Desk desk;
  const auto lost = [&](std::string_view from, std::string_view to) {
    const auto outcome = check_no_downgrade(desk.policy, desk.suite(from), desk.suite(to));
    return outcome ? std::string() : outcome.error().detail;
  };
  const std::string_view strong = "MLS_256_MLKEM1024_AES256GCM_SHA384_MLDSA87";
  CHECK(lost(x25519_hybrid, strong).empty());
  CHECK(lost("1", x25519_hybrid).empty());
  CHECK(lost(x25519_hybrid, "MLS_128_MLKEM768_AES256GCM_SHA384_Ed25519").empty());
  CHECK(lost(x25519_hybrid, "1").find("post-quantum confidentiality") != std::string::npos);
  CHECK(lost("MLS_192_MLKEM768_AES256GCM_SHA384_MLDSA65",
             "MLS_192_MLKEM1024P384_AES256GCM_SHA384_P384")
            .find("post-quantum authentication") != std::string::npos);
  CHECK(lost("5", "1").find("256 bits") != std::string::npos);
  SuitePolicy lax = default_suites();
  lax.downgrades = true;
  CHECK(check_no_downgrade(lax, desk.suite(strong), desk.suite("1")));
}

}  // namespace thicket::group
