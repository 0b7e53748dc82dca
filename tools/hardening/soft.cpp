// A program without what tools/check_hardening looks for, so that a test sees the check find it.
#include <cstdio>

int main(int argc, char**) {
  std::printf("%d\n", argc);
  return 0;
}
