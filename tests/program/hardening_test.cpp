// What a release build does about a memory error: each is made in a child of its own, which must
// abort. That the program carries it too is tools/check_hardening's to see.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace {

// The optimiser must not see sizes, or it would judge these mistakes itself.
std::size_t opaque(std::size_t value) {
  volatile std::size_t hidden = value;
  return hidden;
}

void keep(const void* octets) {
  asm volatile("" : : "r"(octets) : "memory");
}

// The signal that ended a child which did this, or 0 if it came through.
template <class Mistake>
int ended_by(const Mistake& mistake) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit none{};
    setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGABRT, SIG_DFL);
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(3);
    mistake();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

// Copies past the end of a block whose size is known at run time only: level 3 of _FORTIFY_SOURCE
// sees it, level 2 does not.
void overflow_heap(std::size_t room, std::size_t size) {
  char* block = static_cast<char*>(std::malloc(room));
  std::memset(block, 1, size);
  keep(block);
  std::free(block);
}

[[gnu::noinline]] void overflow_stack(std::size_t size) {
  char block[16];
  // Octet by octet, so that no fortified function stands in the way of the canary.
  volatile char* at = block;
  for (std::size_t i = 0; i < size; ++i) at[i] = 1;
  keep(block);
}

}  // namespace

TEST_CASE("a write past a heap block of a size known only at run time ends the program") {
  CHECK(ended_by([] { overflow_heap(opaque(16), opaque(16)); }) == 0);
  CHECK(ended_by([] { overflow_heap(opaque(16), opaque(17)); }) == SIGABRT);
}

TEST_CASE("a write over a function's return address ends the program") {
  CHECK(ended_by([] { overflow_stack(opaque(16)); }) == 0);
  CHECK(ended_by([] { overflow_stack(opaque(48)); }) == SIGABRT);
}

TEST_CASE("an index past the end of a vector ends the program") {
  const std::vector<int> three{1, 2, 3};
  CHECK(ended_by([&] { keep(&three[opaque(2)]); }) == 0);
  CHECK(ended_by([&] { keep(&three[opaque(3)]); }) == SIGABRT);
}

TEST_CASE("an empty unique_ptr that is followed ends the program") {
  CHECK(ended_by([] {
          std::unique_ptr<int> nothing;
          keep(nothing.get());
          keep(&*nothing);
        }) == SIGABRT);
}
