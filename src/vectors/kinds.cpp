// The list of kinds.
#include "vectors/kinds.h"

#include <algorithm>

namespace thicket::vectors {

namespace {

constexpr Kind kinds[] = {
    {"crypto-basics", check_crypto_basics, generate_crypto_basics, true},
    {"deserialization", check_deserialization, generate_deserialization, false},
    {"messages", check_messages, generate_messages, false},
};

bool same_name(std::string_view a, std::string_view b) {
  const auto plain = [](char c) { return c == '_' ? '-' : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return plain(x) == plain(y); });
}

}  // namespace

std::span<const Kind> all_kinds() {
  return kinds;
}

const Kind* kind_named(std::string_view name) {
  for (const Kind& kind : kinds) {
    if (same_name(kind.name, name)) return &kind;
  }
  return nullptr;
}

}  // namespace thicket::vectors
