// glibc's counts, or those of the Windows process.
#include "base/os/heap.h"

#ifdef _WIN32
#include <windows.h>
// After windows.h, which it needs.
#include <psapi.h>
#else
#include <malloc.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#endif

namespace thicket::os {

#ifdef _WIN32

std::size_t live_heap() {
  return 0;
}

void count_peak_heap() {}

std::size_t peak_heap() {
  PROCESS_MEMORY_COUNTERS counters{};
  if (!GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters)) return 0;
  return counters.PeakPagefileUsage;
}

#else

std::size_t live_heap() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void count_peak_heap() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TOP_PAD, 0);
  mallopt(M_TRIM_THRESHOLD, 0);
}

// The total over all arenas closes what malloc_info writes.
std::size_t peak_heap() {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  if (out == nullptr) return 0;
  malloc_info(0, out);
  std::fclose(out);
  constexpr std::string_view before = "<system type=\"max\" size=\"";
  const std::string_view said(text, size);
  std::size_t octets = 0;
  const std::size_t at = said.rfind(before);
  if (at != said.npos) {
    std::from_chars(said.data() + at + before.size(), said.data() + said.size(), octets);
  }
  std::free(text);
  return octets;
}

#endif

}  // namespace thicket::os
