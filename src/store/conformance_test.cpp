// What every store must do, on each of them; and what only a durable one can: outlast its process.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "base/machine_failure.h"
#include "kit/temporary_directory.h"
#include "store/key.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::store {
namespace {

using Test = std::function<void(Store&)>;

void on_every_store(const Test& test) {
  SUBCASE("memory") {
    MemoryStore store;
    test(store);
  }
  SUBCASE("sqlite") {
    kit::TemporaryDirectory directory;
    test(*open_sqlite(directory.file("store")));
  }
}

void put(Store& store, std::string_view space, ByteView key, ByteView value) {
  Batch batch;
  batch.put(space, key, value);
  REQUIRE(store.apply(batch));
}

std::vector<std::string> keys(const std::vector<Row>& rows) {
  std::vector<std::string> out;
  for (const Row& row : rows) out.push_back(to_hex(row.key));
  return out;
}

// Row `of` of batch `number` in the tests that break off in the middle.
Bytes row_key(std::uint32_t number, std::uint32_t of) {
  return Key().number32(number).number32(of).octets();
}
constexpr std::uint32_t rows_a_batch = 50;

void write_numbered_batch(Store& store, std::uint32_t number) {
  Batch batch;
  for (std::uint32_t row = 0; row < rows_a_batch; ++row)
    batch.put("numbered", row_key(number, row), Bytes(300, static_cast<std::uint8_t>(number)));
  if (!store.apply(batch)) _exit(3);
}

// How many batches are there, all of them whole.
std::uint32_t whole_batches(Store& store) {
  const std::vector<Row> rows = store.scan("numbered", {});
  CHECK(rows.size() % rows_a_batch == 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(i / rows_a_batch);
    REQUIRE(rows[i].key == row_key(number, static_cast<std::uint32_t>(i % rows_a_batch)));
  }
  return static_cast<std::uint32_t>(rows.size() / rows_a_batch);
}

// The numbers that a child reported as written before it ended.
std::uint32_t count_reports(int pipe) {
  std::uint32_t count = 0;
  for (char octet = 0; read(pipe, &octet, 1) == 1;) ++count;
  return count;
}

}  // namespace

TEST_CASE("a store gives back what was put, and nothing of what was erased or never there") {
  on_every_store([](Store& store) {
    CHECK_FALSE(store.get("a", view_of("key")));
    put(store, "a", view_of("key"), view_of("one"));
    put(store, "b", view_of("key"), view_of("other space"));
    put(store, "a", view_of("key"), view_of("two"));
    put(store, "a", view_of(""), view_of(""));
    CHECK(store.get("a", view_of("key")) == to_bytes("two"));
    CHECK(store.get("b", view_of("key")) == to_bytes("other space"));
    CHECK(store.get("a", view_of("")) == Bytes());
    Batch batch;
    batch.erase("a", view_of("key"));
    batch.erase("a", view_of("never there"));
    CHECK(store.apply(batch));
    CHECK_FALSE(store.get("a", view_of("key")));
    CHECK(store.get("b", view_of("key")) == to_bytes("other space"));
  });
}

TEST_CASE("a scan is in order of octets, bounded by prefix, start and number") {
  on_every_store([](Store& store) {
    for (const char* key :
         {"ff", "ffff", "ffff00", "fe", "00", "", "0100", "01", "01ff", "02", "80"})
      put(store, "a", *from_hex(key), view_of(key));
    const auto scanned = [&](const Range& range) { return keys(store.scan("a", range)); };
    using Keys = std::vector<std::string>;
    CHECK(scanned({}) ==
          Keys{"", "00", "01", "0100", "01ff", "02", "80", "fe", "ff", "ffff", "ffff00"});
    CHECK(scanned({.prefix = {0x01}}) == Keys{"01", "0100", "01ff"});
    CHECK(scanned({.prefix = {0xff}}) == Keys{"ff", "ffff", "ffff00"});
    CHECK(scanned({.prefix = {0xff, 0xff}}) == Keys{"ffff", "ffff00"});
    CHECK(scanned({.prefix = {0x01, 0xff}}) == Keys{"01ff"});
    CHECK(scanned({.prefix = {0x01}, .from = {0x01, 0x00}}) == Keys{"0100", "01ff"});
    CHECK(scanned({.prefix = {0x01}, .from = {0x00}, .rows_max = 2}) == Keys{"01", "0100"});
    CHECK(scanned({.prefix = {0x01}, .from = {0x02}}) == Keys{});
    CHECK(scanned({.from = {0x81}, .rows_max = 1}) == Keys{"fe"});
    CHECK(scanned({.from = {0x01}, .last = Bytes{0x02}}) == Keys{"01", "0100", "01ff", "02"});
    CHECK(scanned({.prefix = {0x01}, .last = Bytes{0x01, 0x00}}) == Keys{"01", "0100"});
    CHECK(scanned({.prefix = {0x01}, .last = Bytes{0xff}}) == Keys{"01", "0100", "01ff"});
    CHECK(scanned({.prefix = {0xff}, .last = Bytes{0xff, 0xff}}) == Keys{"ff", "ffff"});
    CHECK(keys(store.scan("never_written", {})).empty());
  });
}

TEST_CASE("a batch whose expectation is not met changes nothing") {
  on_every_store([](Store& store) {
    put(store, "a", view_of("epoch"), view_of("7"));
    const auto attempt = [&](std::optional<Bytes> expected, std::string_view next) {
      Batch batch;
      batch.put("a", view_of("log"), view_of(next));
      batch.expect("a", view_of("epoch"), std::move(expected));
      batch.put("a", view_of("epoch"), view_of(next));
      return store.apply(batch);
    };
    CHECK_FALSE(attempt(to_bytes("6"), "wrong value"));
    CHECK_FALSE(attempt(std::nullopt, "is there"));
    CHECK_FALSE(store.get("a", view_of("log")));
    CHECK(attempt(to_bytes("7"), "8"));
    CHECK_FALSE(attempt(to_bytes("7"), "a second winner"));
    CHECK(store.get("a", view_of("log")) == to_bytes("8"));
    CHECK(store.get("a", view_of("epoch")) == to_bytes("8"));
  });
}

TEST_CASE("of two changes to one key in a batch the later counts") {
  on_every_store([](Store& store) {
    Batch first;
    first.put("a", view_of("x"), view_of("1"));
    first.erase("a", view_of("x"));
    first.erase("a", view_of("y"));
    Batch second;
    second.put("a", view_of("y"), view_of("2"));
    first.append(std::move(second));
    CHECK(store.apply(first));
    CHECK_FALSE(store.get("a", view_of("x")));
    CHECK(store.get("a", view_of("y")) == to_bytes("2"));
  });
}

TEST_CASE("what starts with a prefix is erased, and what is put after that stays") {
  on_every_store([](Store& store) {
    for (const char* key : {"00", "01", "0100", "01ff", "02", "ff", "ffff"})
      put(store, "a", *from_hex(key), view_of(key));
    put(store, "b", Bytes{0x01}, view_of("other space"));
    Batch batch;
    batch.put("a", Bytes{0x01, 0x02}, view_of("gone with the rest"));
    batch.erase_under("a", Bytes{0x01});
    batch.put("a", Bytes{0x01, 0x03}, view_of("after it"));
    batch.erase_under("a", Bytes{0xff});
    CHECK(store.apply(batch));
    CHECK(keys(store.scan("a", {})) == std::vector<std::string>{"00", "0103", "02"});
    CHECK(store.get("b", Bytes{0x01}));
    Batch all;
    all.erase_under("a", {});
    all.erase_under("never_written", {});
    CHECK(store.apply(all));
    CHECK(store.scan("a", {}).empty());
    CHECK(store.scan("b", {}).size() == 1);
  });
}

TEST_CASE("values of a megabyte and of every octet come back as they were") {
  on_every_store([](Store& store) {
    Bytes large(1 << 20);
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i);
    put(store, "a", large, large);
    CHECK(store.get("a", large) == large);
  });
}

TEST_CASE("a durable store is as it was when it is opened again") {
  kit::TemporaryDirectory directory;
  put(*open_sqlite(directory.file("store")), "a", view_of("key"), view_of("value"));
  const auto again = open_sqlite(directory.file("store"));
  CHECK(again->get("a", view_of("key")) == to_bytes("value"));
}

TEST_CASE("a second process is refused a durable store that is open") {
  kit::TemporaryDirectory directory;
  const auto owner = open_sqlite(directory.file("store"));
  const pid_t child = fork();
  if (child == 0) {
    try {
      open_sqlite(directory.file("store"));
    } catch (const MachineFailure&) {
      _exit(0);
    }
    _exit(1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("a store that cannot be opened says which and why") {
  CHECK_THROWS_WITH_AS(open_sqlite("/nowhere/at/all"), doctest::Contains("/nowhere/at/all"),
                       MachineFailure);
}

TEST_CASE("a process killed in mid-batch leaves whole batches only, and all it was told of") {
  std::uint32_t told_in_all = 0;
  for (int round = 0; round < 5; ++round) {
    kit::TemporaryDirectory directory;
    int reports[2];
    REQUIRE(pipe(reports) == 0);
    const pid_t child = fork();
    if (child == 0) {
      close(reports[0]);
      const auto store = open_sqlite(directory.file("store"));
      for (std::uint32_t number = 0;; ++number) {
        write_numbered_batch(*store, number);
        if (write(reports[1], "+", 1) != 1) _exit(2);
      }
    }
    close(reports[1]);
    usleep(static_cast<useconds_t>(30'000 + 7'000 * round));
    REQUIRE(kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    const std::uint32_t told = count_reports(reports[0]);
    close(reports[0]);
    const auto store = open_sqlite(directory.file("store"));
    const std::uint32_t found = whole_batches(*store);
    CHECK(found >= told);
    CHECK(found <= told + 1);
    told_in_all += told;
  }
  CHECK(told_in_all > 0);
}

TEST_CASE(
    "after a write that failed the store is dead, and opened anew it has whole batches only") {
  kit::TemporaryDirectory directory;
  int reports[2];
  REQUIRE(pipe(reports) == 0);
  const pid_t child = fork();
  if (child == 0) {
    // No file of this process may grow beyond this: write() fails, as on a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200'000, 200'000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    const auto store = open_sqlite(directory.file("store"));
    std::uint32_t number = 0;
    try {
      for (; number < 1000; ++number) {
        write_numbered_batch(*store, number);
        if (write(reports[1], "+", 1) != 1) _exit(2);
      }
      _exit(4);
    } catch (const MachineFailure&) {
    }
    try {
      static_cast<void>(store->get("numbered", row_key(0, 0)));
      _exit(5);
    } catch (const MachineFailure&) {
      _exit(0);
    }
  }
  close(reports[1]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  const std::uint32_t told = count_reports(reports[0]);
  close(reports[0]);
  CHECK(told > 0);
  const auto store = open_sqlite(directory.file("store"));
  CHECK(whole_batches(*store) >= told);
}

}  // namespace thicket::store
