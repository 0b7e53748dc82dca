// Around the allocator that SQLite was built with. Its lists of small blocks and of pages stay
// empty: what lies in them is free, but as it was.
#include "store/sqlite/wiping_heap.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

#include "base/zeroise.h"

namespace thicket::store {
namespace {

// SQLite's configuration is one for the process, and calls without any object of ours.
sqlite3_mem_methods& underneath() {
  static sqlite3_mem_methods methods;
  return methods;
}

void wipe_and_free(void* block) {
  if (block == nullptr) return;
  const auto size = static_cast<std::size_t>(underneath().xSize(block));
  zeroise(ByteSpan(static_cast<std::uint8_t*>(block), size));
  underneath().xFree(block);
}

void* move(void* block, int size) {
  if (block == nullptr) return underneath().xMalloc(size);
  void* moved = underneath().xMalloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, static_cast<std::size_t>(std::min(size, underneath().xSize(block))));
  wipe_and_free(block);
  return moved;
}

bool configure() {
  // Refused, as all of it is, once SQLite is in use.
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &underneath()) != SQLITE_OK) return false;
  sqlite3_mem_methods wiping = underneath();
  wiping.xFree = wipe_and_free;
  wiping.xRealloc = move;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &wiping) == SQLITE_OK &&
         sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK &&
         sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0) == SQLITE_OK;
}

}  // namespace

bool wipe_what_sqlite_frees() {
  static const bool done = configure();
  return done;
}

}  // namespace thicket::store
