// Members whose rows lie in a real store: random histories, and a process that is killed. Each
// store was empty at the start and was written by deltas alone.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "group_store/group_rows.h"
#include "kit/history.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::group_store {
namespace {

using kit::good;
using kit::Member;
using kit::World;

const Bytes group_id = to_bytes("the group");  // as the world calls it

// The log of a small group is folded all the time, a block at a time.
constexpr FoldPolicy eager{
    .segment_min = 4000, .segment_max = 4000, .step_octets = 1, .step_record_min = 100};

// The rows of one member in a store of its own.
class InMemory final : public kit::Backing {
 public:
  group::DeltaSink& sink() override { return sink_; }
  group::RowSource& source() override { return source_; }
  void reopen() override {}

 private:
  store::MemoryStore store_;
  StoreSink sink_{store_, eager};
  StoredRows source_{store_, group_id};
};

class InFile final : public kit::Backing {
 public:
  explicit InFile(std::filesystem::path path) : path_(std::move(path)) { reopen(); }
  group::DeltaSink& sink() override { return *sink_; }
  group::RowSource& source() override { return *source_; }
  void close() {
    source_.reset();
    sink_.reset();
    store_.reset();
  }
  void reopen() override {
    close();
    store_ = store::open_sqlite(path_.string());
    sink_.emplace(*store_, eager);
    source_.emplace(*store_, group_id);
  }

 private:
  std::filesystem::path path_;
  std::unique_ptr<store::Store> store_;
  std::optional<StoreSink> sink_;
  std::optional<StoredRows> source_;
};

// SQLite files that are gone with it.
class Folder final {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() / ("thicket-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path file(std::string_view name) const { return path_ / name; }
  std::filesystem::path next() { return file("store-" + std::to_string(count_++)); }

 private:
  std::filesystem::path path_;
  unsigned count_ = 0;
};

void live(std::uint64_t first, std::uint64_t last, const kit::History::MakeBacking& backing) {
  std::set<std::string> seen;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    CAPTURE(seed);
    kit::History history(seed, backing);
    history.reopen_beside();
    history.steps(60);
    seen.merge(history.seen);
  }
  CHECK(seen.size() == kit::History::all_kinds());
}

}  // namespace

TEST_CASE("random histories: members restarted from stores in memory agree with all others") {
  live(101, 108, [] { return std::make_unique<InMemory>(); });
}

TEST_CASE("random histories: members restarted from SQLite files agree with all others") {
  Folder folder;
  live(201, 206, [&] { return std::make_unique<InFile>(folder.next()); });
}

namespace {

// Alice in a file, bob and carol in memory.
struct Kitchen {
  Kitchen() {
    world.create("alice");
    world.add("alice", {"bob", "carol"});
    auto backing = std::make_unique<InFile>(folder.file("alice"));
    file = backing.get();
    Member& alice = world["alice"];
    // Her rows so far, as one transaction.
    group::Delta delta;
    delta.open.group_id = group_id;
    for (const auto& [key, value] : alice.rows.rows) {
      if (alice.rows.secret_keys.contains(key)) {
        delta.secrets.push_back({key, SecretBytes(ByteView(value))});
      } else {
        delta.open.rows.push_back({key, value});
      }
    }
    backing->sink().write(delta.open, delta.secrets);
    alice.rows.backing = std::move(backing);
  }

  // Runs `act` as alice in a process of its own, which is killed at the end of it; what it answers
  // is what left that process.
  Bytes killed_after(const std::function<Bytes(World&, Member&)>& act) {
    Member& alice = world["alice"];
    alice.group.reset();
    file->close();
    const std::string sent = folder.file("sent").string();
    const pid_t child = fork();
    if (child == 0) {
      try {
        file->reopen();
        alice.group = good(group::Group::open(world.environment(alice), alice.rows));
        const Bytes message = act(world, alice);
        std::ofstream(sent, std::ios::binary) << to_text(message);
        ::kill(getpid(), SIGKILL);
      } catch (...) {
        _exit(1);  // no destructor of ours, and no further test
      }
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
    world.random.bytes(1 << 16);  // the seed is the child's, what it has drawn is not drawn again
    file->reopen();
    alice.group = good(group::Group::open(world.environment(alice), alice.rows));
    std::ifstream in(sent, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
  }

  Folder folder;
  World world;
  InFile* file = nullptr;
};

group::CommitPlan framed(WireFormat wire_format) {
  group::CommitPlan plan;
  plan.wire_format = wire_format;
  plan.force_path = true;
  return plan;
}

}  // namespace

TEST_CASE("a process that is killed between before_send and the verdict sees its commit accepted") {
  Kitchen kitchen;
  World& world = kitchen.world;
  group::CommitPlan plan;
  SUBCASE("PublicMessage") {
    plan = framed(WireFormat::mls_public_message);
  }
  SUBCASE("PrivateMessage") {
    plan = framed(WireFormat::mls_private_message);
  }
  SUBCASE("with a new signature key") {
    plan = framed(WireFormat::mls_public_message);
    plan.new_identity = kit::person(world.provider, "alice", world.random);
  }
  const Bytes commit = kitchen.killed_after([&](World& there, Member& alice) {
    const auto staged = there.make_commit("alice", plan);
    return there.release(alice, staged).message;
  });
  Member& alice = world["alice"];
  const auto pending = alice.group->pending_messages();
  REQUIRE(pending.size() == 1);
  CHECK(pending.front().outgoing.message == commit);
  world.deliver(commit, "alice");
  const group::Event event = world.receive(alice, commit);
  CHECK(std::get<group::EpochChanged>(event).own);
  world.agree();
  alice.rows.rows = alice.rows.backed();
  world.restart("alice");
  world.commit("alice");
  world.commit("bob");
}

TEST_CASE("a process that is killed after its own Update is stored knows the new key") {
  Kitchen kitchen;
  World& world = kitchen.world;
  const group::Identity next = kit::person(world.provider, "alice", world.random);
  const Bytes update = kitchen.killed_after([&](World& there, Member& alice) {
    const auto staged = good(
        there.with_rows(alice, [&] { return alice.group->propose_update(next, there.random); }));
    return there.release(alice, staged).message;
  });
  Member& alice = world["alice"];
  alice.rows.rows = alice.rows.backed();
  world.deliver(update, "");
  world.commit("bob");
  CHECK(good(alice.group->member(alice.group->own_leaf())).leaf_node().signature_key ==
        next.signer.public_key);
  world.restart("alice");
  world.commit("alice");
}

TEST_CASE("a process that is killed after sending uses no generation twice") {
  Kitchen kitchen;
  World& world = kitchen.world;
  const Bytes first = kitchen.killed_after(
      [](World& there, Member&) { return there.say("alice", "before").message; });
  Member& alice = world["alice"];
  alice.rows.rows = alice.rows.backed();
  const Bytes second = world.say("alice", "after").message;
  Member& bob = world["bob"];
  for (const Bytes& message : {second, first}) {
    CHECK(std::holds_alternative<group::ApplicationMessage>(world.receive(bob, message)));
  }
}

TEST_CASE("of a member that is removed the file holds no row, and no octet of a secret") {
  Kitchen kitchen;
  World& world = kitchen.world;
  Member& alice = world["alice"];
  const auto rows = alice.rows.rows;
  world.remove("bob", "alice");
  CHECK(alice.rows.backed().empty());
  alice.group.reset();
  kitchen.file->close();
  std::ifstream in(kitchen.folder.file("alice"), std::ios::binary);
  const std::string content(std::istreambuf_iterator<char>(in), {});
  for (const Bytes& key : alice.rows.secret_keys) {
    const auto row = rows.find(key);
    if (row == rows.end() || row->second.size() < 16) continue;
    CHECK(content.find(to_text(row->second)) == std::string::npos);
  }
}

}  // namespace thicket::group_store
