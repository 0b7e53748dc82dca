// What only SQLite's files can do wrong: keep what was erased, or be of another layout.
#include "store/sqlite/sqlite_store.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/machine_failure.h"
#include "kit/temporary_directory.h"

namespace thicket::store {
namespace {

// The same octets at each run.
class Drawn final {
 public:
  explicit Drawn(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  Bytes bytes(std::size_t size) {
    Bytes out(size);
    for (std::uint8_t& octet : out) octet = static_cast<std::uint8_t>(engine_());
    return out;
  }

 private:
  std::mt19937_64 engine_;
};

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool in_files(const kit::TemporaryDirectory& directory, const Bytes& octets) {
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    if (content(entry.path().string()).find(to_text(octets)) != std::string::npos) return true;
  }
  return false;
}

void put(Store& store, const Bytes& key, const Bytes& value) {
  Batch batch;
  batch.put("a", key, value);
  REQUIRE(store.apply(batch));
}

void run(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

}  // namespace

TEST_CASE("after scrub() nothing that was erased or written over is in a file") {
  const kit::TemporaryDirectory directory;
  Drawn random(1);
  const auto store = open_sqlite(directory.file("store"));
  const Bytes erased = random.bytes(32);
  const Bytes old = random.bytes(32);
  const Bytes kept = random.bytes(32);
  put(*store, {1}, erased);
  put(*store, {2}, old);
  Batch batch;
  batch.erase("a", Bytes{1});
  batch.put("a", Bytes{2}, kept);
  REQUIRE(store->apply(batch));
  CHECK(in_files(directory, kept));
  CHECK(in_files(directory, old));  // the write-ahead log has pages as they were
  store->scrub();
  CHECK(in_files(directory, kept));
  CHECK_FALSE(in_files(directory, old));
  CHECK_FALSE(in_files(directory, erased));
  CHECK(store->get("a", Bytes{2}) == kept);
  put(*store, {3}, kept);
  CHECK(store->get("a", Bytes{3}) == kept);
}

TEST_CASE("what was erased leaves the write-ahead log with the checkpoint after it") {
  const kit::TemporaryDirectory directory;
  Drawn random(2);
  const auto store = open_sqlite(directory.file("store"), {.checkpoint_pages = 20});
  const Bytes erased = random.bytes(32);
  put(*store, {0}, erased);
  put(*store, {0}, random.bytes(32));
  CHECK(in_files(directory, erased));
  for (std::uint8_t i = 1; i < 40; ++i) put(*store, {i}, random.bytes(3000));
  CHECK_FALSE(in_files(directory, erased));
  // One page more a batch than where the limit is: the log does not keep its greatest length.
  CHECK(std::filesystem::file_size(directory.file("store-wal")) < 40 * 4120);
}

TEST_CASE("a file whose layout is of another version is refused by that name") {
  const kit::TemporaryDirectory directory;
  const std::string path = directory.file("store");
  SUBCASE("a later one") {
    put(*open_sqlite(path), {1}, {1});
    run(path, "PRAGMA user_version=9");
    CHECK_THROWS_WITH_AS(open_sqlite(path), doctest::Contains("layout is of version 9"),
                         MachineFailure);
  }
  SUBCASE("one from before there were versions") {
    run(path, "CREATE TABLE space_a (key BLOB NOT NULL UNIQUE, value BLOB NOT NULL)");
    CHECK_THROWS_WITH_AS(open_sqlite(path), doctest::Contains("layout is of version 0"),
                         MachineFailure);
  }
}

TEST_CASE("the tables are those of docs/format.md") {
  const kit::TemporaryDirectory directory;
  const std::string path = directory.file("store");
  put(*open_sqlite(path), {1}, {1});
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  std::string schema;
  const auto add = [](void* out, int, char** values, char**) {
    if (values[0] != nullptr) *static_cast<std::string*>(out) += std::string(values[0]) + "\n";
    return 0;
  };
  CHECK(sqlite3_exec(database, "SELECT sql FROM sqlite_master", add, &schema, nullptr) ==
        SQLITE_OK);
  CHECK(sqlite3_exec(database, "PRAGMA user_version", add, &schema, nullptr) == SQLITE_OK);
  sqlite3_close(database);
  CHECK(schema == "CREATE TABLE space_a (key BLOB NOT NULL UNIQUE, value BLOB NOT NULL)\n1\n");
}

}  // namespace thicket::store
