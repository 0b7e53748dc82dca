// The list of kinds.
#include "vectors/kinds.h"

#include <algorithm>

namespace thicket::vectors {

namespace {

constexpr Kind kinds[] = {
    {"tree-math", check_tree_math, generate_tree_math, false},
    {"crypto-basics", check_crypto_basics, generate_crypto_basics, true},
    {"secret-tree", check_secret_tree, generate_secret_tree, true},
    {"message-protection", check_message_protection, generate_message_protection, true},
    {"key-schedule", check_key_schedule, generate_key_schedule, true},
    {"psk_secret", check_psk_secret, generate_psk_secret, true},
    {"transcript-hashes", check_transcript_hashes, generate_transcript_hashes, true},
    {"welcome", check_welcome, generate_welcome, true},
    {"tree-operations", check_tree_operations, generate_tree_operations, true},
    {"tree-validation", check_tree_validation, generate_tree_validation, true},
    {"treekem", check_treekem, generate_treekem, true},
    {"passive-client", check_passive_client, generate_passive_client, true},
    {"messages", check_messages, generate_messages, false},
    {"deserialization", check_deserialization, generate_deserialization, false},
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
