// A group's rows in a Store: written by deltas, read back, the secret ones apart.
#include "group_store/group_rows.h"

#include <doctest/doctest.h>

#include "group/basic_authenticator.h"
#include "group/group.h"
#include "group_store/own_key_packages.h"
#include "kit/person.h"
#include "store/memory/memory_store.h"

namespace thicket::group_store {
namespace {

using kit::good;

struct Person {
  std::unique_ptr<crypto::Provider> provider = kit::usual_provider();
  crypto::SeededRandom random{7};
  group::BasicAuthenticator authenticator;
  group::NoPsks psks;
  group::Policy policy;
  store::MemoryStore store;
  StoreSink sink{store};
  group::Environment environment() { return {*provider, authenticator, psks, policy}; }

  std::unique_ptr<group::Group> create(std::string_view id) {
    const auto identity = kit::person(*provider, "ana", random);
    auto staged = good(group::Group::create(
        environment(), {to_bytes(id), kit::usual_suite(), {}, identity, kit::around_noon},
        kit::noon, random));
    return good(std::move(staged).open(good(group::store(sink, staged.delta()))));
  }
  void commit(group::Group& group) {
    group::CommitPlan plan;
    plan.force_path = true;
    auto staged = good(group.commit(plan, kit::noon, random));
    good(group::store(sink, staged.before_send()));
    good(group.accept(std::move(staged), good(group::store(sink, staged.on_accept()))));
  }
};

}  // namespace

TEST_CASE("a group opened from its rows is the group that was stored, among others") {
  Person ana;
  const auto first = ana.create("group");
  const auto second = ana.create("group 2");
  ana.commit(*first);
  StoredRows rows(ana.store, view_of("group"));
  const auto again = good(group::Group::open(ana.environment(), rows));
  CHECK(again->epoch() == Epoch{1});
  CHECK(equal(again->epoch_authenticator(), first->epoch_authenticator()));
  StoredRows others(ana.store, view_of("group 2"));
  CHECK(good(group::Group::open(ana.environment(), others))->epoch() == Epoch{0});
}

TEST_CASE("public and secret rows lie in spaces of their own, and are read as one") {
  store::MemoryStore store;
  group::Delta delta;
  delta.open.group_id = to_bytes("g");
  delta.open.rows.push_back({to_bytes("b"), to_bytes("open")});
  delta.secrets.push_back({to_bytes("a"), SecretBytes(to_bytes("secret"))});
  delta.secrets.push_back({to_bytes("c"), SecretBytes(to_bytes("secret"))});
  StoreSink sink(store);
  sink.write(delta.open, delta.secrets);
  for (const std::string_view space : {head_space, log_space, public_space, secret_space}) {
    for (const store::Row& row : store.scan(space, {})) {
      CHECK((to_text(row.value).find("secret") != std::string::npos) == (space == secret_space));
    }
  }
  CHECK(store.scan(public_space, {}).size() == 1);
  CHECK(store.scan(secret_space, {}).size() == 1);
  StoredRows rows(store, view_of("g"));
  const auto keys = [&](std::string_view first, std::string_view last) {
    std::string out;
    for (const group::StoredRow& row : rows.range(view_of(first), view_of(last)))
      out += to_text(row.key);
    return out;
  };
  CHECK(keys("a", "c") == "abc");
  CHECK(keys("b", "bz") == "b");
  CHECK(keys("", "b") == "ab");
  CHECK(equal(rows.find(view_of("c"))->reveal(), view_of("secret")));
  CHECK(equal(rows.find(view_of("b"))->reveal(), view_of("open")));
  CHECK_FALSE(rows.find(view_of("d")));
}

TEST_CASE(
    "a delta erases what stands under its prefixes, rows without value, and used key packages") {
  store::MemoryStore store;
  StoreSink sink(store);
  group::Delta delta;
  delta.open.group_id = to_bytes("g");
  for (const char* key : {"x1", "x2", "y1", "z"})
    delta.open.rows.push_back({to_bytes(key), to_bytes("old")});
  delta.secrets.push_back({to_bytes("x3"), SecretBytes(to_bytes("old"))});
  sink.write(delta.open, delta.secrets);
  store::Batch batch;
  batch.put(key_package_space, view_of("reference"), view_of("own"));
  REQUIRE(store.apply(batch));
  group::PublicDelta next;
  next.group_id = to_bytes("g");
  next.erased = {to_bytes("x")};
  next.rows.push_back({to_bytes("x2"), to_bytes("new")});
  next.rows.push_back({to_bytes("z"), std::nullopt});
  next.consumed_key_packages = {to_bytes("reference")};
  sink.write(next, {});
  StoredRows rows(store, view_of("g"));
  std::string left;
  for (const group::StoredRow& row : rows.range(view_of("a"), view_of("zz")))
    left += to_text(row.key) + "=" + to_text(row.value.reveal()) + " ";
  CHECK(left == "x2=new y1=old ");
  CHECK(store.scan(key_package_space, {}).empty());
}

TEST_CASE("an own key package is found again by its reference") {
  Person ana;
  const auto identity = kit::person(*ana.provider, "ana", ana.random);
  const group::KeyPackagePlan plan{kit::usual_suite(), kit::around_noon, {}, false, true};
  const auto own = good(group::make_key_package(*ana.provider, identity, plan, ana.random));
  store::Batch batch;
  put_own(batch, view_of("reference"), own);
  REQUIRE(ana.store.apply(batch));
  StoredKeyPackages found(ana.store, *ana.provider);
  const auto again = good(found.find(view_of("reference")));
  REQUIRE(again);
  CHECK(again->key_package == own.key_package);
  CHECK(found.references() == std::vector<Bytes>{to_bytes("reference")});
  CHECK_FALSE(good(found.find(view_of("another"))));
}

}  // namespace thicket::group_store
