// The files of tests/golden are read, go on from where they stand, and are what is written today.
#include "disk/golden.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/machine_failure.h"
#include "crypto/awslc/awslc.h"
#include "group/basic_authenticator.h"
#include "group/group.h"
#include "group/public_group.h"
#include "group_store/head.h"
#include "group_store/own_key_packages.h"
#include "kit/person.h"
#include "kit/temporary_directory.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::disk {
namespace {

using group_store::StoredRows;
using group_store::StoreSink;
using kit::good;

struct Golden {
  const char* file;
  void (*write)(store::Store& store);
};
constexpr Golden member{"format-1-member.sqlite", write_golden_member};
constexpr Golden service{"format-1-service.sqlite", write_golden_service};

std::filesystem::path path_of(const Golden& golden) {
  return std::filesystem::path(THICKET_SOURCE_DIR) / "tests" / "golden" / golden.file;
}

// A copy of the file, to go on with.
class Copy final {
 public:
  explicit Copy(const Golden& golden) {
    std::filesystem::copy_file(path_of(golden), directory_.file("store"));
    reopen();
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  void reopen() {
    store_.reset();
    store_ = store::open_sqlite(directory_.file("store"));
  }
  store::Store& store() { return *store_; }
  Bytes beside(std::string_view name) {
    const auto value = store_->get(golden_space, view_of(name));
    REQUIRE(value);
    return *value;
  }

 private:
  kit::TemporaryDirectory directory_;
  std::unique_ptr<store::Store> store_;
};

struct Surroundings {
  std::unique_ptr<crypto::Provider> provider = crypto::make_awslc();
  group::BasicAuthenticator authenticator;
  group::NoPsks psks;
  group::Policy policy;
  group::Environment environment() { return {*provider, authenticator, psks, policy}; }
  group::PublicEnvironment public_environment() { return {*provider, authenticator, policy}; }
};

// What `act` answers when all that it needs is loaded.
template <class Any, class Act>
auto loaded(Any& group, StoredRows& rows, const Act& act) {
  for (int rounds = 0;; ++rounds) {
    auto outcome = act();
    if (outcome || !outcome.error().is_need()) return good(std::move(outcome));
    REQUIRE(rounds < 64);
    good(group.supply(outcome.error().need, rows));
  }
}

constexpr std::array<std::string_view, 6> spaces{
    group_store::head_space,   group_store::log_space,         group_store::public_space,
    group_store::secret_space, group_store::key_package_space, golden_space};

group_store::Head head_in(store::Store& store) {
  const auto head =
      store.get(group_store::head_space, group_store::of_group(golden_group).octets());
  REQUIRE(head);
  return group_store::decode_head(*head);
}

}  // namespace

TEST_CASE("golden files: what is written today is the same, octet for octet") {
  for (const Golden& golden : {member, service}) {
    CAPTURE(golden.file);
    store::MemoryStore today;
    golden.write(today);
    Copy then(golden);
    for (const std::string_view space : spaces) {
      CAPTURE(space);
      const auto rows = today.scan(space, {});
      const auto golden_rows = then.store().scan(space, {});
      REQUIRE(rows.size() == golden_rows.size());
      for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(to_hex(rows[i].key) == to_hex(golden_rows[i].key));
        CHECK_MESSAGE(rows[i].value == golden_rows[i].value, "the value of row " << i);
      }
    }
  }
}

TEST_CASE("golden files: every part of the format is in them, and they are small") {
  Copy kept(member);
  const group_store::Head head = head_in(kept.store());
  CHECK(head.frozen.slots > 0);
  CHECK(head.active.slots > 0);
  CHECK_FALSE(head.folded_to.empty());
  CHECK_FALSE(head.tail.empty());
  for (const std::string_view space : spaces) CHECK_FALSE(kept.store().scan(space, {}).empty());
  Copy seen(service);
  CHECK(seen.store().scan(group_store::secret_space, {}).empty());
  CHECK(head_in(seen.store()).frozen.slots > 0);
  for (const Golden& golden : {member, service})
    CHECK(std::filesystem::file_size(path_of(golden)) <= std::uintmax_t{128} * 1024);
}

TEST_CASE("golden files: the member opens, reads a late message, and follows the next commit") {
  Copy copy(member);
  Surroundings around;
  {
    StoreSink sink(copy.store());
    StoredRows rows(copy.store(), golden_group);
    const auto group = good(group::Group::open(around.environment(), rows));
    CHECK(group->pending_proposals().size() == 3);
    // A message and a commit.
    CHECK(group->pending_messages().size() == 2);
    const auto receive = [&](std::string_view name) {
      const Bytes message = copy.beside(name);
      auto staged = loaded(*group, rows, [&] { return group->process(message, kit::noon); });
      const auto stored = good(group::store(sink, staged.on_accept()));
      return good(group->accept(std::move(staged), stored));
    };
    const group::Event late = receive(late_message);
    const auto* heard = std::get_if<group::ApplicationMessage>(&late);
    REQUIRE(heard != nullptr);
    CHECK(to_text(heard->data) == "before the epoch ended");
    receive(next_commit);
    CHECK(equal(group->epoch_authenticator(), copy.beside(next_authenticator)));
    CHECK(group->context().tree_hash == copy.beside(next_tree_hash));
  }
  copy.reopen();
  StoredRows rows(copy.store(), golden_group);
  const auto again = good(group::Group::open(around.environment(), rows));
  CHECK(equal(again->epoch_authenticator(), copy.beside(next_authenticator)));
  // It can say something.
  crypto::SeededRandom random(1);
  loaded(*again, rows, [&] { return again->send(view_of("here"), random); });
  group_store::StoredKeyPackages own(copy.store(), *around.provider);
  REQUIRE(own.references().size() == 1);
  CHECK(good(own.find(own.references()[0])));
}

TEST_CASE("golden files: the service's half opens and follows the next commit") {
  Copy copy(service);
  Surroundings around;
  StoreSink sink(copy.store());
  StoredRows rows(copy.store(), golden_group);
  const auto group = good(group::PublicGroup::open(around.public_environment(), rows));
  const Bytes commit = copy.beside(next_commit);
  auto staged = loaded(*group, rows, [&] { return group->check(commit, kit::noon); });
  const auto stored = good(group::store(sink, staged.delta()));
  good(group->accept(std::move(staged), stored));
  CHECK(group->context().tree_hash == copy.beside(next_tree_hash));
  StoredRows anew(copy.store(), golden_group);
  CHECK(good(group::PublicGroup::open(around.public_environment(), anew))->context().tree_hash ==
        copy.beside(next_tree_hash));
}

TEST_CASE("golden files: of a version that is not known, they are refused by name") {
  Copy copy(member);
  const Bytes key = group_store::of_group(golden_group).octets();
  Bytes head = *copy.store().get(group_store::head_space, key);
  head[0] = group_store::format_version + 1;
  store::Batch batch;
  batch.put(group_store::head_space, key, head);
  REQUIRE(copy.store().apply(batch));
  copy.reopen();
  Surroundings around;
  StoredRows rows(copy.store(), golden_group);
  CHECK_THROWS_WITH_AS((void)group::Group::open(around.environment(), rows),
                       "store: group state of format 2; this program reads format 1",
                       MachineFailure);
  StoreSink sink(copy.store());
  group::PublicDelta delta;
  delta.group_id = golden_group;
  delta.rows.push_back({to_bytes("o"), Bytes(1)});
  CHECK_THROWS_WITH_AS(sink.write(delta, {}), doctest::Contains("format 2"), MachineFailure);
}

// build/release/bin/disk_tests --no-skip --test-case="golden files are written anew": after the
// version of the format has changed, under the new one's names.
TEST_CASE("golden files are written anew" * doctest::skip()) {
  for (const Golden& golden : {member, service}) {
    const auto path = path_of(golden);
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::remove(path);
    golden.write(*store::open_sqlite(path.string()));
  }
}

}  // namespace thicket::disk
