// Received trees that are refused, what they may cost, and leaves whose signature is remembered.
#include "tree/import.h"

#include <doctest/doctest.h>
#include <malloc.h>

#include "crypto/awslc/awslc.h"
#include "crypto/counting.h"
#include "crypto/seeded_random.h"
#include "messages/wire.h"
#include "tree/editor.h"
#include "tree/warm_tree.h"

namespace thicket::tree {
namespace {

const crypto::Provider& provider() {
  static const std::unique_ptr<crypto::Provider> made = crypto::make_awslc();
  return *made;
}

crypto::Crypto suite_one(const crypto::Provider& some) {
  return {some, *crypto::suite_of(CipherSuite{1}).value()};
}

Result<Bytes> identity_of(const LeafNode& leaf) {
  return leaf.credential.as<BasicCredential>()->identity;
}

WarmTree warm(const crypto::Crypto& crypto, std::uint32_t members) {
  Capabilities capabilities;
  capabilities.versions = {ProtocolVersion::mls10};
  capabilities.cipher_suites = {CipherSuite{1}};
  capabilities.credentials = {CredentialType::basic};
  return WarmTree(crypto, {members, to_bytes("imported"), capabilities, 1});
}

Result<RatchetTree> import(const Bytes& encoded) {
  return import_tree(suite_one(provider()), encoded, identity_of, IndexSeed{});
}

RatchetTreeExtension nodes_of(std::uint32_t members) {
  const Bytes encoded = export_tree(warm(suite_one(provider()), members).tree()).value();
  return codec::decode<RatchetTreeExtension>(encoded).value();
}

std::string refusal(const RatchetTreeExtension& nodes) {
  const auto tree = import(codec::encode(nodes));
  if (!tree) return std::string(text_of(tree.error().rule).name) + " " + tree.error().path;
  const auto valid = validate_structure(*tree);
  if (!valid) return std::string(text_of(valid.error().rule).name) + " " + valid.error().path;
  return "accepted";
}

}  // namespace

TEST_CASE("A tree with one thing wrong is refused by name and place, the same without it is not") {
  const RatchetTreeExtension good = nodes_of(5);
  CHECK(refusal(good) == "accepted");
  RatchetTreeExtension bent = good;
  CHECK(refusal({}) == "tree_empty ratchet_tree");
  bent.push_back(std::nullopt);
  CHECK(refusal(bent) == "tree_last_blank ratchet_tree");
  bent = good;
  std::swap(bent[0], bent[1]);
  CHECK(refusal(bent) == "tree_node_parity ratchet_tree[0]");
  bent = good;
  bent[1]->as<ParentNode>()->unmerged_leaves = {LeafIndex{1}, LeafIndex{0}};
  CHECK(refusal(bent) == "unmerged_order ratchet_tree[1].parent_node.unmerged_leaves");
  bent[1]->as<ParentNode>()->unmerged_leaves = {LeafIndex{1}, LeafIndex{1}};
  CHECK(refusal(bent) == "unmerged_order ratchet_tree[1].parent_node.unmerged_leaves");
  bent[1]->as<ParentNode>()->unmerged_leaves = {LeafIndex{3}};
  CHECK(refusal(bent) == "unmerged_leaf ratchet_tree[1].unmerged_leaves");
  bent = good;
  bent[3]->as<ParentNode>()->unmerged_leaves = {LeafIndex{3}};
  CHECK(refusal(bent) == "unmerged_leaf ratchet_tree[3].unmerged_leaves");
  bent = good;
  bent[3]->as<ParentNode>()->encryption_key.pop_back();
  CHECK(refusal(bent) == "public_key_encoding ratchet_tree[3].parent_node.encryption_key");
  bent = good;
  bent[4]->as<LeafNode>()->signature_key.clear();
  CHECK(refusal(bent) == "public_key_encoding ratchet_tree[4].leaf_node.signature_key");
  bent = good;
  bent[3]->as<ParentNode>()->parent_hash[5] ^= 1;
  CHECK(refusal(bent).starts_with("parent_hash_chain ratchet_tree["));
  bent = good;
  bent[4]->as<LeafNode>()->signature_key = bent[0]->as<LeafNode>()->signature_key;
  CHECK(refusal(bent).starts_with("parent_hash_chain"));
}

TEST_CASE("Keys that stand twice in a received tree are found") {
  const LeafNode one = *nodes_of(2)[0]->as<LeafNode>();
  LeafNode two = *nodes_of(2)[2]->as<LeafNode>();
  two.signature_key = one.signature_key;
  CHECK(refusal({Node(one), std::nullopt, Node(two)}) ==
        "signature_key_unique ratchet_tree[2].leaf_node.signature_key");
  two = *nodes_of(2)[2]->as<LeafNode>();
  CHECK(refusal({Node(one), std::nullopt, Node(two)}) == "accepted");
  two.encryption_key = one.encryption_key;
  CHECK(refusal({Node(one), std::nullopt, Node(two)}) ==
        "encryption_key_unique ratchet_tree[2].leaf_node.encryption_key");
}

TEST_CASE("Every truncation of a tree is refused without harm") {
  const Bytes good = export_tree(warm(suite_one(provider()), 5).tree()).value();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto tree = import(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
    REQUIRE(!tree);
    CHECK(text_of(tree.error().rule).blame == Blame::malformed);
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK(import(longer).error().rule == Rule::trailing_bytes);
}

TEST_CASE("An octet of a received tree costs at most sixteen of heap, however the tree is made") {
  const LeafNode leaf = *nodes_of(2)[0]->as<LeafNode>();
  crypto::SeededRandom random(5);
  for (const std::uint32_t distance : {1U, 2U, 8U, 64U, 1024U}) {
    CAPTURE(distance);
    RatchetTreeExtension nodes;
    for (std::uint32_t i = 0; i < 200; ++i) {
      LeafNode other = leaf;
      other.encryption_key = random.bytes(32);
      other.signature_key = random.bytes(32);
      other.signature.clear();
      other.credential = BasicCredential{random.bytes(1)};
      // Every leaf with capabilities of its own.
      other.capabilities.extensions = {static_cast<ExtensionType>(0xF000 + i)};
      nodes.push_back(Node(other));
      if (i == 199) break;
      nodes.resize(nodes.size() + 2 * distance - 1);
    }
    const Bytes encoded = codec::encode(nodes);
    malloc_trim(0);
    const std::size_t before = mallinfo2().uordblks;
    const auto tree = import(encoded);
    REQUIRE_MESSAGE(tree, describe(tree.error()));
    CHECK(mallinfo2().uordblks - before <= 16 * encoded.size());
  }
}

TEST_CASE(
    "A valid tree with unmerged lists as long as can be costs a logarithm of hashes an octet") {
  // Every second leaf sent a path, then the others joined: each stands in every list above it.
  const std::uint32_t members = 512;
  const std::uint32_t depth = 9;
  const crypto::CountingProvider counting(provider());
  const crypto::Crypto crypto = suite_one(counting);
  crypto::SeededRandom random(6);
  LeafNode leaf = *nodes_of(2)[0]->as<LeafNode>();
  const auto entry = [&] {
    leaf.encryption_key = random.bytes(32);
    leaf.signature_key = random.bytes(32);
    return LeafEntry{leaf, leaf.signature_key};
  };
  TreeEditor editor(RatchetTree::of_one(crypto, entry(), IndexSeed{}));
  for (std::uint32_t i = 1; i < members; ++i) REQUIRE(editor.add(entry()));
  for (std::uint32_t i = 1; i + 2 < members; i += 2) REQUIRE(editor.remove(LeafIndex{i}));
  for (std::uint32_t i = 0; i < members; i += 2) {
    const std::size_t size = editor.draft().filtered_direct_path(LeafIndex{i})->size();
    std::vector<Bytes> keys;
    for (std::size_t k = 0; k < size; ++k) keys.push_back(random.bytes(32));
    const std::vector<ByteView> views(keys.begin(), keys.end());
    leaf.leaf_node_source = CommitSource{editor.put_path({LeafIndex{i}, views, true}).value()};
    REQUIRE(editor.put_leaf(LeafIndex{i}, entry()));
  }
  leaf.leaf_node_source = Lifetime{0, 1};
  while (editor.draft().next_free_leaf().value < members) REQUIRE(editor.add(entry()));
  const RatchetTree made = std::move(editor).finish();
  REQUIRE(made.parent(root(made.leaf_count())).value()->unmerged_leaves.size() >= 250);

  const Bytes encoded = export_tree(made).value();
  const auto tree = import_tree(crypto, encoded, identity_of, IndexSeed{}).value();
  CHECK(tree == made);
  const crypto::CallCounts before = counting.counts();
  const auto valid = validate_structure(tree);
  CHECK_MESSAGE(valid, describe(valid.error()));
  const crypto::CallCounts cost = counting.counts() - before;
  CHECK(cost.hashes <= 2 * members * (depth + 1));
  CHECK(cost.hash_octets <= 2 * encoded.size() * depth);
}

TEST_CASE("A signature that was verified before is not verified again, until it is forgotten") {
  crypto::CountingProvider counting(provider());
  const RatchetTree tree = warm(suite_one(counting), 40).tree();
  LeafPolicy policy;
  policy.cipher_suite = CipherSuite{1};
  VerifiedLeaves verified(30);
  LeafChecks checks{&policy, to_bytes("imported"), &verified};
  counting.reset();
  CHECK(validate_leaves(tree, checks));
  CHECK(counting.counts().verifications == 40);
  CHECK(verified.size() == 30);
  VerifiedLeaves all(100);
  checks.verified = &all;
  CHECK(validate_leaves(tree, checks));
  counting.reset();
  CHECK(validate_leaves(tree, checks));
  CHECK(counting.counts().verifications == 0);
  // Another group's leaf is another signed content.
  checks.group_id = to_bytes("another");
  const auto refused = validate_leaves(tree, checks);
  REQUIRE(!refused);
  CHECK(refused.error().rule == Rule::leaf_signature);
  CHECK(refused.error().leaf == LeafIndex{0});
  CHECK(refused.error().path == "ratchet_tree[0].leaf_node.signature");
}

TEST_CASE("Four workers verify the leaves of a received tree, and the first bad one is named") {
  const std::uint32_t members = 1300;  // more than two batches
  const RatchetTreeExtension good = nodes_of(members);
  LeafPolicy policy;
  policy.cipher_suite = CipherSuite{1};
  for (const std::size_t workers : {1u, 4u}) {
    CAPTURE(workers);
    const auto library = crypto::make_awslc({.workers = workers});
    crypto::CountingProvider counting(*library);
    const auto validate = [&](const RatchetTreeExtension& nodes) {
      const auto tree =
          import_tree(suite_one(counting), codec::encode(nodes), identity_of, IndexSeed{});
      REQUIRE(tree);
      return validate_leaves(*tree, {.policy = &policy, .group_id = to_bytes("imported")});
    };
    CHECK(validate(good));
    CHECK(counting.counts().verifications == members);
    // In the middle of the second batch, and in the third: the one that comes first is told.
    for (const std::uint32_t bad : {0U, 511U, 512U, 700U, members - 2}) {
      CAPTURE(bad);
      RatchetTreeExtension bent = good;
      bent[2 * bad]->as<LeafNode>()->signature[7] ^= 1;
      bent[2 * (members - 1)]->as<LeafNode>()->signature[7] ^= 1;
      const auto refused = validate(bent);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().rule == Rule::leaf_signature);
      CHECK(refused.error().leaf == LeafIndex{bad});
      CHECK(refused.error().path ==
            "ratchet_tree[" + std::to_string(2 * bad) + "].leaf_node.signature");
    }
  }
}

}  // namespace thicket::tree
