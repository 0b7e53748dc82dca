// "As soon as a group member consumes a value, they MUST immediately delete (all representations
// of) that value" (RFC 9420 9.2): searched for in the tree's rows and in the memory of the process.
#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "kit/own_memory.h"
#include "schedule/secret_tree.h"

namespace thicket::schedule {
namespace {

using crypto::Crypto;
using kit::Hidden;
using kit::in_memory;
using kit::wipe_dead_stack;

bool in_rows(const SecretTree& tree, const Hidden& hidden) {
  for (const SecretRow& row : tree.all_rows()) {
    if (hidden.in(row.value->reveal())) return true;
  }
  return false;
}

// What a message of leaf 5 of eight, application generation 1, consumes and what it leaves.
struct Secrets {
  std::vector<Hidden> consumed;
  std::vector<Hidden> kept;
};

Secrets secrets_of(const Crypto& crypto, ByteView root) {
  const auto child = [&](const TreeNodeSecret& parent, std::string_view side) {
    return crypto.expand_with_label<TreeNodeSecret>(parent.reveal(), "tree", view_of(side), 32);
  };
  Secrets out;
  const TreeNodeSecret node7(root);
  const TreeNodeSecret node11 = child(node7, "right");
  const TreeNodeSecret node9 = child(node11, "left");
  const TreeNodeSecret node10 = child(node9, "right");
  for (const auto* node : {&node7, &node11, &node9, &node10}) {
    out.consumed.emplace_back(node->reveal());
  }
  out.kept.emplace_back(child(node7, "left").reveal());
  out.kept.emplace_back(child(node11, "right").reveal());
  out.kept.emplace_back(child(node9, "left").reveal());
  Ratchet handshake;
  handshake.secret = crypto.derive_secret<RatchetSecret>(node10.reveal(), "handshake");
  out.kept.emplace_back(handshake.secret.reveal());
  Ratchet ratchet;
  ratchet.secret = crypto.derive_secret<RatchetSecret>(node10.reveal(), "application");
  out.consumed.emplace_back(ratchet.secret.reveal());
  out.kept.emplace_back(key_of(crypto, ratchet).key.reveal());  // generation 0 may still come
  step(crypto, ratchet);
  out.consumed.emplace_back(ratchet.secret.reveal());
  out.consumed.emplace_back(key_of(crypto, ratchet).key.reveal());
  out.consumed.emplace_back(key_of(crypto, ratchet).nonce.reveal());
  step(crypto, ratchet);
  out.kept.emplace_back(ratchet.secret.reveal());
  return out;
}

EncryptionSecret counted_up() {
  return EncryptionSecret::filled(32, [](ByteSpan out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(3 * i + 17);
  });
}

}  // namespace

TEST_CASE("consumed secrets are gone from rows and memory, kept ones are there") {
  const auto provider = crypto::make_awslc();
  const Crypto crypto(*provider, crypto::all_suites()[0]);
  const Secrets secrets = secrets_of(crypto, counted_up().reveal());
  SecretTree tree(crypto, counted_up(), LeafCount{8});
  CHECK(in_rows(tree, secrets.consumed[0]));

  auto failed = tree.peek(crypto, LeafIndex{5}, RatchetKind::application, Generation{1});
  REQUIRE(failed);
  wipe_dead_stack();
  // On other platforms, and with a sanitizer's own heap, there is nothing to search.
  const bool searchable = in_memory(secrets.consumed[0]) && in_memory(secrets.consumed[6]);
  CHECK(tree.commit(crypto, *std::move(failed)));
  wipe_dead_stack();
  for (std::size_t i = 0; i < secrets.consumed.size(); ++i) {
    CAPTURE(i);
    CHECK_FALSE(in_rows(tree, secrets.consumed[i]));
    if (searchable) CHECK_FALSE(in_memory(secrets.consumed[i]));
  }
  for (std::size_t i = 0; i < secrets.kept.size(); ++i) {
    CAPTURE(i);
    CHECK(in_rows(tree, secrets.kept[i]));
  }
  if (!searchable) MESSAGE("the memory of this process cannot be searched: rows only");

  auto late = tree.peek(crypto, LeafIndex{5}, RatchetKind::application, Generation{0});
  REQUIRE(late);
  CHECK(tree.commit(crypto, *std::move(late)));
  CHECK_FALSE(in_rows(tree, secrets.kept[4]));
}

}  // namespace thicket::schedule
