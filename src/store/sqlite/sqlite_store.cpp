// A table a key space; a batch is one transaction. WAL with synchronous=FULL: the commit's fsync is
// what makes it durable.
#include "store/sqlite/sqlite_store.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>

#include "base/assert.h"
#include "base/machine_failure.h"
#include "store/sqlite/wiping_heap.h"

namespace thicket::store {
namespace {

// docs/format.md, "SQLite".
constexpr std::int64_t layout_version = 1;

struct CloseStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, CloseStatement>;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

// The statements of one key space, prepared once.
struct Space {
  Statement get, put, erase, erase_from, erase_below, scan, scan_below, scan_through;
};

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

class SqliteStore final : public Store {
 public:
  SqliteStore(const std::string& path, const SqliteOptions& options);
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  std::optional<Bytes> get(std::string_view space, ByteView key) override;
  std::vector<Row> scan(std::string_view space, const Range& range) override;
  bool apply(const Batch& batch) override;
  void scrub() override;

 private:
  [[noreturn]] void fail(const std::string& during);
  [[noreturn]] void fail_again();
  std::int64_t number(const std::string& sql);
  // In the transaction that opens the file.
  void check_version();
  void run(const char* sql);
  Statement prepare(const std::string& sql);
  // The space's statements, its table made if need be. Outside a transaction only.
  Space& open_space(std::string_view name);
  void bind(sqlite3_stmt* statement, int place, ByteView octets);
  // True if there is a row. Resets a statement that has ended.
  bool step(sqlite3_stmt* statement);
  void erase_under(Space& space, const Bytes& prefix);
  void write(const Change& change);
  bool is_met(const Change& expected);

  std::string path_;
  std::optional<WatchedFiles> watched_;  // outlives the database
  std::unique_ptr<sqlite3, CloseDatabase> database_;
  std::map<std::string, Space, std::less<>> spaces_;
  bool dead_ = false;
};

Bytes column(sqlite3_stmt* statement, int place) {
  const auto* octets = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, place));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, place));
  return octets == nullptr ? Bytes() : Bytes(octets, octets + size);
}

SqliteStore::SqliteStore(const std::string& path, const SqliteOptions& options) : path_(path) {
  static_cast<void>(wipe_what_sqlite_frees());
  if (options.watcher != nullptr) watched_.emplace(*options.watcher);
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
  const int outcome =
      sqlite3_open_v2(path.c_str(), &opened, flags, watched_ ? watched_->name() : nullptr);
  database_.reset(opened);
  if (outcome != SQLITE_OK) fail("opening");
  // EXCLUSIVE: the first access takes the file and keeps it, and no shared memory is needed.
  run("PRAGMA locking_mode=EXCLUSIVE");
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=FULL");
  run("PRAGMA secure_delete=ON");
  // After a checkpoint the log starts anew, and what stood in it before is cut off.
  run("PRAGMA journal_size_limit=0");
  run(("PRAGMA wal_autocheckpoint=" + std::to_string(options.checkpoint_pages)).c_str());
  run("BEGIN IMMEDIATE");
  check_version();
  run("COMMIT");
}

std::int64_t SqliteStore::number(const std::string& sql) {
  const Statement statement = prepare(sql);
  return step(statement.get()) ? sqlite3_column_int64(statement.get(), 0) : 0;
}

void SqliteStore::check_version() {
  const std::int64_t version = number("PRAGMA user_version");
  if (version == layout_version) return;
  if (version != 0 || number("SELECT count(*) FROM sqlite_master") != 0) {
    dead_ = true;
    throw MachineFailure("store " + path_ + ": its layout is of version " +
                         std::to_string(version) + "; this program reads version " +
                         std::to_string(layout_version));
  }
  run(("PRAGMA user_version=" + std::to_string(layout_version)).c_str());
}

void SqliteStore::scrub() {
  if (dead_) fail_again();
  if (number("PRAGMA wal_checkpoint(TRUNCATE)") != 0) fail("a checkpoint");
}

void SqliteStore::fail_again() {
  throw MachineFailure("store " + path_ + ": failed before, open it anew");
}

void SqliteStore::fail(const std::string& during) {
  dead_ = true;
  throw MachineFailure("store " + path_ + ": " + during + ": " +
                       (database_ ? sqlite3_errmsg(database_.get()) : "out of memory"));
}

void SqliteStore::run(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

Statement SqliteStore::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int outcome = sqlite3_prepare_v3(database_.get(), sql.c_str(), -1,
                                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (outcome != SQLITE_OK) fail(sql);
  return Statement(statement);
}

Space& SqliteStore::open_space(std::string_view name) {
  if (dead_) fail_again();
  const auto found = spaces_.find(name);
  if (found != spaces_.end()) return found->second;
  THICKET_ASSERT(is_name(name));
  const std::string table = "space_" + std::string(name);
  run(("CREATE TABLE IF NOT EXISTS " + table + " (key BLOB NOT NULL UNIQUE, value BLOB NOT NULL)")
          .c_str());
  Space space;
  space.get = prepare("SELECT value FROM " + table + " WHERE key = ?1");
  space.put = prepare("INSERT INTO " + table +
                      " VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
  space.erase = prepare("DELETE FROM " + table + " WHERE key = ?1");
  space.erase_from = prepare("DELETE FROM " + table + " WHERE key >= ?1");
  space.erase_below = prepare("DELETE FROM " + table + " WHERE key >= ?1 AND key < ?2");
  const std::string select = "SELECT key, value FROM " + table + " WHERE key >= ?1";
  space.scan = prepare(select + " ORDER BY key");
  space.scan_below = prepare(select + " AND key < ?2 ORDER BY key");
  space.scan_through = prepare(select + " AND key <= ?2 ORDER BY key");
  return spaces_.emplace(std::string(name), std::move(space)).first->second;
}

void SqliteStore::bind(sqlite3_stmt* statement, int place, ByteView octets) {
  // A null pointer would bind NULL, also with length 0.
  const void* data = octets.empty() ? static_cast<const void*>("") : octets.data();
  if (sqlite3_bind_blob64(statement, place, data, octets.size(), SQLITE_STATIC) != SQLITE_OK)
    fail("binding");
}

bool SqliteStore::step(sqlite3_stmt* statement) {
  const int outcome = sqlite3_step(statement);
  if (outcome == SQLITE_ROW) return true;
  if (outcome != SQLITE_DONE) fail("reading or writing");
  sqlite3_reset(statement);
  return false;
}

std::optional<Bytes> SqliteStore::get(std::string_view name, ByteView key) {
  sqlite3_stmt* statement = open_space(name).get.get();
  bind(statement, 1, key);
  if (!step(statement)) return std::nullopt;
  Bytes value = column(statement, 0);
  sqlite3_reset(statement);
  return value;
}

std::vector<Row> SqliteStore::scan(std::string_view name, const Range& range) {
  Space& space = open_space(name);
  const std::optional<Bytes> end = end_of_prefix(range.prefix);
  const Bytes& start = std::max(range.prefix, range.from);
  const bool through = range.last && (!end || *range.last < *end);
  sqlite3_stmt* statement = through ? space.scan_through.get()
                            : end   ? space.scan_below.get()
                                    : space.scan.get();
  bind(statement, 1, start);
  if (through || end) bind(statement, 2, through ? *range.last : *end);
  std::vector<Row> out;
  while (out.size() < range.rows_max && step(statement))
    out.push_back({column(statement, 0), column(statement, 1)});
  sqlite3_reset(statement);
  return out;
}

bool SqliteStore::is_met(const Change& expected) {
  return get(expected.space, expected.key) == expected.value;
}

void SqliteStore::erase_under(Space& space, const Bytes& prefix) {
  const std::optional<Bytes> end = end_of_prefix(prefix);
  sqlite3_stmt* statement = end ? space.erase_below.get() : space.erase_from.get();
  bind(statement, 1, prefix);
  if (end) bind(statement, 2, *end);
  step(statement);
}

void SqliteStore::write(const Change& change) {
  Space& space = open_space(change.space);
  if (change.under) return erase_under(space, change.key);
  sqlite3_stmt* statement = change.value ? space.put.get() : space.erase.get();
  bind(statement, 1, change.key);
  if (change.value) bind(statement, 2, *change.value);
  step(statement);
}

bool SqliteStore::apply(const Batch& batch) {
  for (const Change& expected : batch.expectations()) open_space(expected.space);
  for (const Change& change : batch.changes()) open_space(change.space);
  run("BEGIN IMMEDIATE");
  for (const Change& expected : batch.expectations()) {
    if (is_met(expected)) continue;
    run("ROLLBACK");
    return false;
  }
  for (const Change& change : batch.changes()) write(change);
  run("COMMIT");
  return true;
}

}  // namespace

std::unique_ptr<Store> open_sqlite(const std::string& path, const SqliteOptions& options) {
  return std::make_unique<SqliteStore>(path, options);
}

}  // namespace thicket::store
