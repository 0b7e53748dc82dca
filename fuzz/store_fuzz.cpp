// A store that is not what we wrote: SQLite files with damaged octets, and whole stores with
// damaged rows. A member, or a service, that is opened from them says what is wrong, by an error or
// by MachineFailure, or goes on.
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/machine_failure.h"
#include "disk/golden.h"
#include "edit.h"
#include "group/group.h"
#include "group/public_group.h"
#include "group_store/head.h"
#include "group_store/own_key_packages.h"
#include "house.h"
#include "kit/temporary_directory.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "target.h"

namespace {

using namespace thicket;
using fuzz::Edit;
using fuzz::Script;
using group_store::StoredRows;
using group_store::StoreSink;

enum class Act : std::uint8_t { member_rows, service_rows, member_file, service_file };
constexpr std::size_t acts = 4;

constexpr std::array<std::string_view, 5> spaces{
    group_store::head_space, group_store::log_space, group_store::public_space,
    group_store::secret_space, group_store::key_package_space};

// The rows of tests/golden, as they were written.
struct Written {
  explicit Written(void (*write)(store::Store&)) {
    fuzz::prepare_kit();
    store::MemoryStore store;
    write(store);
    for (std::size_t i = 0; i < spaces.size(); ++i) rows[i] = store.scan(spaces[i], {});
    const auto beside = [&](std::string_view name) {
      return store.get(disk::golden_space, view_of(name)).value_or(Bytes());
    };
    late = beside(disk::late_message);
    next = beside(disk::next_commit);
    const kit::TemporaryDirectory directory;
    const std::string path = directory.file("store");
    write(*store::open_sqlite(path));
    std::ifstream in(path, std::ios::binary);
    file = Bytes(std::istreambuf_iterator<char>(in), {});
  }

  std::array<std::vector<store::Row>, spaces.size()> rows;
  Bytes late;
  Bytes next;
  Bytes file;
};

const Written& member() {
  static const Written there(disk::write_golden_member);
  return there;
}
const Written& service() {
  static const Written there(disk::write_golden_service);
  return there;
}

// What the fuzzer writes stands in memory where the system has such a directory.
const std::string& file_path() {
  static const bool in_memory =
      std::filesystem::is_directory("/dev/shm") && setenv("TMPDIR", "/dev/shm", 1) == 0;
  static_cast<void>(in_memory);
  static const kit::TemporaryDirectory directory;
  static const std::string path = directory.file("store");
  return path;
}

struct Surroundings {
  const std::unique_ptr<crypto::Provider> provider = kit::usual_provider();
  group::BasicAuthenticator authenticator;
  group::NoPsks psks;
  group::Policy policy;
};

// What `act` answers when all that it needs is loaded; nothing where that cannot be read.
template <class Any, class Act>
void loaded(Any& group, StoredRows& rows, const Act& act) {
  for (int rounds = 0; rounds < 64; ++rounds) {
    const auto outcome = act();
    if (outcome || !outcome.error().is_need()) return fuzz::named(outcome);
    const auto supplied = group.supply(outcome.error().need, rows);
    if (!supplied) return fuzz::named(supplied);
  }
  THICKET_ASSERT(!"a need that is supplied is not asked for again");
}

void live_as_member(store::Store& store) {
  static Surroundings around;
  StoredRows rows(store, disk::golden_group);
  const auto opened = group::Group::open(
      {*around.provider, around.authenticator, around.psks, around.policy}, rows);
  fuzz::named(opened);
  if (opened) {
    group::Group& group = **opened;
    loaded(group, rows, [&] { return group.process(member().late, kit::noon); });
    loaded(group, rows, [&] { return group.process(member().next, kit::noon); });
    crypto::SeededRandom random(1);
    loaded(group, rows, [&] { return group.commit({.force_path = true}, kit::noon, random); });
  }
  group_store::StoredKeyPackages own(store, *around.provider);
  for (const Bytes& reference : own.references()) fuzz::named(own.find(reference));
}

void live_as_service(store::Store& store) {
  static Surroundings around;
  StoredRows rows(store, disk::golden_group);
  const auto opened =
      group::PublicGroup::open({*around.provider, around.authenticator, around.policy}, rows);
  fuzz::named(opened);
  if (!opened) return;
  group::PublicGroup& group = **opened;
  loaded(group, rows, [&] { return group.check(service().next, kit::noon); });
}

void live(store::Store& store, bool is_member) {
  try {
    is_member ? live_as_member(store) : live_as_service(store);
  } catch (const MachineFailure&) {
    // The store says what it is not.
  }
}

// An edit's stage names the space, its place the row; its first octets where in it.
void with_rows(const Written& written, const Script& script, bool is_member) {
  auto rows = written.rows;
  for (const Edit& edit : script.edits) {
    auto& space = rows[edit.stage % spaces.size()];
    if (space.empty()) continue;
    store::Row& row = space[edit.place % space.size()];
    if (edit.how == 0xff) {
      space.erase(space.begin() + static_cast<std::ptrdiff_t>(edit.place % space.size()));
    } else if (edit.how == 0xfe) {
      std::swap(row.value, space.back().value);
    } else {
      fuzz::apply(edit, edit.how < 0x20 ? row.key : row.value);
    }
  }
  store::MemoryStore store;
  store::Batch batch;
  for (std::size_t i = 0; i < spaces.size(); ++i) {
    for (const store::Row& row : rows[i]) batch.put(spaces[i], row.key, row.value);
  }
  THICKET_ASSERT(store.apply(batch));
  live(store, is_member);
}

// An edit's place is where its octets are written, in eights of octets; its stage, more exactly.
void with_file(const Written& written, const Script& script, bool is_member) {
  Bytes file = written.file;
  for (const Edit& edit : script.edits) {
    const std::size_t at = (std::size_t{edit.place} * 8 + edit.stage % 8) % file.size();
    if (edit.how == 0xff) {
      file.resize(std::max<std::size_t>(at, 1));
      continue;
    }
    for (std::size_t i = 0; i < edit.octets.size() && at + i < file.size(); ++i) {
      file[at + i] = edit.octets[i];
    }
  }
  const std::string& path = file_path();
  for (const char* more : {"-wal", "-journal"}) std::filesystem::remove(path + more);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  try {
    const auto store = store::open_sqlite(path);
    live(*store, is_member);
  } catch (const MachineFailure&) {
    // It is no store.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto script = codec::decode<Script>(ByteView(data, size));
  if (!script) return 0;
  switch (static_cast<Act>(script->act % acts)) {
    case Act::member_rows:
      with_rows(member(), *script, true);
      break;
    case Act::service_rows:
      with_rows(service(), *script, false);
      break;
    case Act::member_file:
      with_file(member(), *script, true);
      break;
    case Act::service_file:
      with_file(service(), *script, false);
      break;
  }
  return 0;
}

std::vector<Bytes> thicket::fuzz::seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t act = 0; act < acts; ++act) {
    out.push_back(codec::encode(Script{act, {}, {}}));
    for (std::uint8_t stage = 0; stage < spaces.size(); ++stage) {
      for (const std::uint8_t how :
           std::array<std::uint8_t, 6>{0x01, 0x20, 0x21, 0x26, 0xfe, 0xff}) {
        out.push_back(codec::encode(Script{act, {}, {{stage, 1, how, {1, 2, 3}}}}));
      }
    }
  }
  return out;
}
