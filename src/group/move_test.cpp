// A group that moves to another suite with all its members.  RFC 9420 11.2.
#include "group/move.h"

#include <doctest/doctest.h>

#include "kit/world.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::refused;
using kit::World;

class Former final : public OwnGroups {
 public:
  explicit Former(const Group& group) : group_(group) {}
  const Group* find(ByteView group_id) const override {
    return equal(group_.group_id(), group_id) ? &group_ : nullptr;
  }

 private:
  const Group& group_;
};

const crypto::Suite& suite(std::string_view name) {
  return **crypto::suite_named(name);
}
constexpr std::string_view classical = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";
constexpr std::string_view hybrid = "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519";

// Alice, bob and carol in a group of one suite, and the same people with keys of another.
class Removal {
 public:
  Removal(std::string_view from, std::string_view to)
      : before(1, suite(from).id), after(2, suite(to).id) {
    before.create("alice");
    before.add("alice", {"bob", "carol"});
  }

  MovePlan plan(const std::string& by) {
    return {.group_id = to_bytes("the group, moved"),
            .suite = after.crypto().suite(),
            .identity = after[by].identity,
            .lifetime = kit::around_noon,
            .offers = offers,
            .next = after[by].group.get()};
  }
  void offer(const std::string& name) {
    offers.push_back({to_bytes(name), after.key_package(name)});
  }
  void offer_all() {
    for (const char* name : {"alice", "bob", "carol"}) offer(name);
  }
  Result<MoveStep> step(const std::string& by) {
    return move_group(after.environment(after[by]), before.group_of(by), plan(by), after.now,
                      after.random);
  }
  // The whole way, by one member; answers the Welcome.
  Bytes move(const std::string& by) {
    before.everybody_takes(by, std::get<CommitReInit>(good(step(by))).commit);
    return finish(by);
  }
  // From a ReInit that is committed.
  Bytes finish(const std::string& by) {
    Member& member = after[by];
    StagedGroup made = std::move(std::get<OpenNext>(good(step(by))).group);
    const Stored stored = good(store(member.rows, made.delta()));
    member.group = good(std::move(made).open(stored));
    Staged carried = std::move(std::get<CarryOver>(good(step(by))).commit);
    const Bytes welcome = *after.release(member, carried).welcome;
    after.accept(member, std::move(carried));
    return welcome;
  }
  Result<StagedGroup> join(const std::string& name, ByteView welcome) {
    const Former former(before.group_of(name));
    return group::join(after.environment(after[name]), {welcome, after[name].key_packages, former},
                       after.now, after.random);
  }
  void follow(const std::string& name, ByteView welcome) {
    StagedGroup staged = good(join(name, welcome));
    const Stored stored = good(store(after[name].rows, staged.delta()));
    after[name].group = good(std::move(staged).open(stored));
  }

  World before;
  World after;
  std::vector<Offer> offers;
};

}  // namespace

TEST_CASE("a classical group becomes a hybrid one, with everybody in it") {
  Removal removal(classical, hybrid);
  removal.offer_all();
  const Bytes welcome = removal.move("bob");
  for (const char* name : {"alice", "carol"}) removal.follow(name, welcome);
  removal.after.agree();
  Group& alice = removal.after.group_of("alice");
  CHECK(alice.crypto().suite().name == hybrid);
  CHECK(alice.epoch() == Epoch{1});
  CHECK(alice.member_count() == 3);
  removal.after.commit("carol", {.force_path = true});
  // The old group is sealed, and the new one is asked for once.
  refused(removal.before.group_of("carol").send(view_of("more"), removal.before.random),
          Rule::group_reinitialised, "");
  refused(removal.step("bob"), Rule::resumed_epoch, "group");
}

TEST_CASE("whoever committed the ReInit, another member may carry the group over") {
  Removal removal(classical, hybrid);
  removal.offer_all();
  removal.before.everybody_takes("carol",
                                 std::get<CommitReInit>(good(removal.step("carol"))).commit);
  const Bytes welcome = removal.finish("alice");
  for (const char* name : {"bob", "carol"}) removal.follow(name, welcome);
  removal.after.agree();
}

TEST_CASE("a dry run lists who cannot follow and why, and changes nothing") {
  Removal removal(classical, hybrid);
  Group& alice = removal.before.group_of("alice");
  const auto dry_run = [&] {
    return good(who_cannot_follow(alice, removal.plan("alice"), removal.after.now));
  };
  SUBCASE("without offers by what the leaves list") {
    const std::vector<Stray> strays = dry_run();
    REQUIRE(strays.size() == 2);
    CHECK(to_text(strays[0].client_id) == "bob");
    CHECK(strays[0].why.rule == Rule::no_common_suite);
    CHECK(strays[0].why.path == "leaf_node.capabilities.cipher_suites");
  }
  SUBCASE("with offers by these") {
    removal.offer("bob");
    const std::vector<Stray> strays = dry_run();
    REQUIRE(strays.size() == 1);
    CHECK(to_text(strays[0].client_id) == "carol");
    CHECK(strays[0].leaf == LeafIndex{2});
    CHECK(strays[0].why.path == "offers");
  }
  SUBCASE("an offer that is spoilt does not count") {
    removal.offer("bob");
    removal.offer("carol");
    removal.offers[1].key_package.signature.back() ^= 1;
    const std::vector<Stray> strays = dry_run();
    REQUIRE(strays.size() == 1);
    CHECK(strays[0].why.rule == Rule::key_package_signature);
    CHECK(strays[0].why.path == "offers.signature");
  }
  SUBCASE("nor one of somebody else") {
    removal.offer("bob");
    removal.offers.push_back({to_bytes("carol"), removal.after.key_package("dave")});
    const std::vector<Stray> strays = dry_run();
    REQUIRE(strays.size() == 1);
    CHECK(strays[0].why.rule == Rule::credential_successor);
  }
  SUBCASE("nobody, where all can") {
    removal.offer_all();
    CHECK(dry_run().empty());
  }
  CHECK(alice.epoch() == Epoch{1});
  CHECK_FALSE(alice.reinitialised());
}

TEST_CASE("whom the authority lets succeed is still to be the same client") {
  class Lenient final : public Authenticator {
   public:
    explicit Lenient(const Authenticator& basic) : basic_(basic) {}
    Result<void> check(const CredentialCheck& shown) const override { return basic_.check(shown); }
    Result<void> check_successor(const Succession&) const override { return {}; }
    Result<Bytes> client_id(const Credential& credential, ByteView key) const override {
      return basic_.client_id(credential, key);
    }

   private:
    const Authenticator& basic_;
  };
  Removal removal(classical, hybrid);
  const Lenient lenient(removal.after.authenticator);
  removal.after.authority = &lenient;
  removal.offer("bob");
  removal.offers.push_back({to_bytes("carol"), removal.after.key_package("dave")});
  refused(removal.step("alice"), Rule::credential_successor, "former.offers.leaf_node.credential");
  removal.offers.back() = {to_bytes("carol"), removal.after.key_package("carol")};
  CHECK(removal.step("alice").has_value());
}

TEST_CASE("a group does not move without somebody: the error names the member") {
  Removal removal(classical, hybrid);
  removal.offer("bob");
  const auto refusal = removal.step("alice");
  refused(refusal, Rule::no_common_suite, "former.offers");
  CHECK(refusal.error().leaf == LeafIndex{2});
  // Removed from the old group, he is not waited for.
  CommitPlan without_carol;
  without_carol.proposals.push_back(Remove{LeafIndex{2}});
  removal.before.commit("alice", without_carol);
  const Bytes welcome = removal.move("alice");
  removal.follow("bob", welcome);
  removal.after.agree();
}

TEST_CASE("a downgrade is refused, by who would make it and by who would join it") {
  Removal removal(hybrid, classical);
  removal.offer_all();
  refused(removal.step("alice"), Rule::suite_downgrade, "plan.cipher_suite");
  removal.after.policy.suites.downgrades = true;
  const Bytes welcome = removal.move("alice");
  removal.follow("bob", welcome);
  removal.after.policy.suites.downgrades = false;
  refused(removal.join("carol", welcome), Rule::suite_downgrade, "welcome.cipher_suite");
}

TEST_CASE("a move asks the policy, and keeps to the wire profile") {
  Removal removal(classical, hybrid);
  removal.offer_all();
  removal.after.policy.suites = nist_hybrid_suites();
  refused(removal.step("alice"), Rule::suite_policy, "plan.cipher_suite");
  removal.after.policy.suites = default_suites();
  removal.after.policy.profile = *crypto::profile_named("mlspp");
  refused(removal.step("alice"), Rule::profile_clash, "plan.suite");
}

TEST_CASE("a move does not go on where another ReInit was committed") {
  Removal removal(classical, hybrid);
  removal.offer_all();
  CommitPlan other;
  other.proposals.push_back(
      ReInit{to_bytes("elsewhere"), ProtocolVersion::mls10, suite(hybrid).id, {}});
  removal.before.commit("bob", other);
  refused(removal.step("alice"), Rule::resumed_parameters, "plan");
}

}  // namespace thicket::group
