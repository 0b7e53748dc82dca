// The headers and the calls by which a program speaks to its operating system.
#include "house/system.h"

#include <algorithm>
#include <array>
#include <regex>

namespace thicket::house {
namespace {

constexpr std::array<std::string_view, 3> folders = {"src/base/os/", "src/store/",
                                                     "src/transport/"};

// The start of a header's path.
constexpr std::array<std::string_view, 47> headers = {
    "aio.h",      "arpa/",      "asm/",      "csignal",   "dirent.h",  "dlfcn.h",    "execinfo.h",
    "fcntl.h",    "filesystem", "fstream",   "glob.h",    "grp.h",     "ifaddrs.h",  "io.h",
    "linux/",     "malloc.h",   "mqueue.h",  "net/",      "netdb.h",   "netinet/",   "poll.h",
    "process.h",  "psapi.h",    "pthread.h", "pwd.h",     "random",    "sched.h",    "semaphore.h",
    "signal.h",   "spawn.h",    "sys/",      "syslog.h",  "termios.h", "time.h",     "ucontext.h",
    "unistd.h",   "utime.h",    "winbase.h", "windows.h", "winsock.h", "winsock2.h", "ws2tcpip.h",
    "wincrypt.h", "bcrypt.h",   "direct.h",  "mman.h",    "sysexits.h"};

bool is_system(std::string_view path) {
  return std::any_of(headers.begin(), headers.end(), [&](std::string_view header) {
    return header.ends_with('/') ? path.starts_with(header) : path == header;
  });
}

bool may_call(std::string_view path) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view folder) { return path.starts_with(folder); });
}

}  // namespace

Findings check_system(const Source& source) {
  static const std::regex include(R"-(^[ \t]*#[ \t]*include[ \t]*<([^>]+)>)-");
  // An asm statement that is empty calls nobody. Literals are blanks here, of their length.
  static const std::regex call(
      R"-(\bstd::(getenv|system|fopen|freopen|rename|remove|tmpfile|time|clock)\s*\()-"
      R"-(|\b(system|steady|high_resolution)_clock\b|\basm\b(?! volatile\( {3}:)|\bsyscall\b)-");
  Findings found;
  const bool ours = source.path.starts_with("src/") && is_cpp(source);
  if (!ours || is_test(source) || may_call(source.path)) return found;
  const std::string code = code_only(source.text);
  const auto lines = lines_of(source.text);
  const auto code_lines = lines_of(code);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string line(lines[i]);
    std::smatch match;
    if (std::regex_search(line, match, include) && is_system(match.str(1))) {
      found.push_back({source.path, i + 1, "a header of the operating system: " + match.str(1)});
    }
    const std::string statement(code_lines[i]);
    if (std::regex_search(statement, match, call)) {
      found.push_back({source.path, i + 1, "a call to the operating system: " + match.str()});
    }
  }
  return found;
}

}  // namespace thicket::house
