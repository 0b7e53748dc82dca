// What a store does to its files, counted: a batch is one sync of the write-ahead log.
#include "store/sqlite/watched_files.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "kit/temporary_directory.h"
#include "store/sqlite/sqlite_store.h"

namespace thicket::store {
namespace {

Bytes key(std::uint32_t number) {
  return Bytes{static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

void put(Store& store, std::uint32_t number, std::size_t octets) {
  Batch batch;
  batch.put("a", key(number), Bytes(octets, static_cast<std::uint8_t>(number)));
  REQUIRE(store.apply(batch));
}

}  // namespace

TEST_CASE("a batch is one sync, and writes of the write-ahead log alone until a checkpoint") {
  const kit::TemporaryDirectory directory;
  FileCounter counter;
  const auto store = open_sqlite(directory.file("store"), {.watcher = &counter});
  put(*store, 0, 100);
  const FileCounts before = counter.all();
  const FileCounts log_before = counter.log();
  for (std::uint32_t number = 1; number <= 50; ++number) put(*store, number, 100);
  const FileCounts made = counter.all() - before;
  CHECK(made.syncs == 50);
  CHECK(made == counter.log() - log_before);
  // A frame has 24 octets before its page; the row's page and the index's are written.
  CHECK(made.octets_written >= 50 * (4096 + 24));
  CHECK(made.octets_written <= 50 * 3 * (4096 + 24));
}

TEST_CASE("a checkpoint writes into the file itself, and is seen") {
  const kit::TemporaryDirectory directory;
  FileCounter counter;
  const auto store = open_sqlite(directory.file("store"), {.watcher = &counter});
  for (std::uint32_t number = 0; number < 60; ++number) put(*store, number, 200'000);
  const FileCounts file = counter.all() - counter.log();
  CHECK(file.octets_written > 4'000'000);
  CHECK(file.syncs > 0);
  CHECK(counter.log().octets_written > 12'000'000);
}

TEST_CASE("what is counted as written in a fresh file is at least what stands in it") {
  const kit::TemporaryDirectory directory;
  FileCounter counter;
  {
    const auto store = open_sqlite(directory.file("store"), {.watcher = &counter});
    for (std::uint32_t number = 0; number < 20; ++number) put(*store, number, 10'000);
  }
  const std::uint64_t size = std::filesystem::file_size(directory.file("store"));
  const FileCounts file = counter.all() - counter.log();
  CHECK(size >= 200'000);
  CHECK(file.octets_written >= size);
}

TEST_CASE("a watched store is an ordinary file for one that is not") {
  const kit::TemporaryDirectory directory;
  FileCounter counter;
  {
    const auto store = open_sqlite(directory.file("store"), {.watcher = &counter});
    put(*store, 7, 5000);
    CHECK(store->get("a", key(7)) == Bytes(5000, 7));
  }
  CHECK(open_sqlite(directory.file("store"))->get("a", key(7)) == Bytes(5000, 7));
}

}  // namespace thicket::store
