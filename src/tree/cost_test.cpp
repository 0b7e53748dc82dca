// What operations on a path cost: counted hashes, nodes and rounds of loading, on either side of
// the powers of two.  A change costs O(log n).
#include <doctest/doctest.h>

#include <bit>
#include <map>

#include "crypto/awslc/awslc.h"
#include "crypto/counting.h"
#include "tree/history_test.h"
#include "tree/update_path.h"
#include "tree/warm_tree.h"

namespace thicket::tree {
namespace {

struct Bench {
  std::unique_ptr<crypto::Provider> provider = crypto::make_awslc();
  crypto::CountingProvider counting{*provider};
  crypto::Crypto crypto{counting, *crypto::suite_of(CipherSuite{1}).value()};

  WarmTree warm(std::uint32_t members) const {
    Capabilities capabilities;
    capabilities.versions = {ProtocolVersion::mls10};
    capabilities.cipher_suites = {CipherSuite{1}};
    capabilities.credentials = {CredentialType::basic};
    return WarmTree(crypto, {members, to_bytes("counted"), capabilities, 5});
  }
};

std::uint32_t depth_of(const RatchetTree& tree) {
  return static_cast<std::uint32_t>(std::bit_width(tree.leaf_count().value - 1));
}

CommitLeaf leaf_of(const WarmTree& warm, LeafIndex leaf) {
  return {leaf, warm.tree().leaf(leaf)->leaf_node(), WarmTree::identity(leaf), warm.signer(leaf),
          to_bytes("counted")};
}

}  // namespace

namespace {

void check_path_cost(const Bench& bench, const WarmTree& warm, std::uint32_t members) {
  crypto::SeededRandom random(3);
  const RatchetTree& tree = warm.tree();
  const std::uint64_t depth = depth_of(tree);
  for (const std::uint32_t place : {0U, members / 3, members - 1}) {
    const LeafIndex leaf{place};
    const CommitLeaf own = leaf_of(warm, leaf);
    const crypto::CallCounts before = bench.counting.counts();
    TreeEditor editor(tree);
    const NewPath path = create_path(editor, own, random).value();
    const RatchetTree after = std::move(editor).finish();
    const crypto::CallCounts made = bench.counting.counts() - before;
    const std::uint64_t filtered = tree.filtered_direct_path(leaf)->size();
    CHECK(path.nodes.size() == filtered);
    // A parent hash for each node of the filtered path, a tree hash for each of the path and the
    // leaf; a key pair for each and the leaf. Nothing else.
    CHECK(made.hashes == filtered + depth + 1);
    CHECK(made.key_generations == filtered + 1);
    CHECK(made.signatures == 1);
    const TreeDelta delta = diff(&tree, after).value();
    CHECK(delta.nodes.size() == depth + 1);
    CHECK(delta.entries.size() == 2 * (filtered + 1));
    std::size_t octets = delta.root.value.size() + 11 * delta.entries.size();
    for (const NodeRow& row : delta.nodes) octets += 4 + row.value.size();
    CHECK(octets < 5 * 1024);
  }
}

void check_change_cost(const Bench& bench, const WarmTree& warm, std::uint32_t members) {
  crypto::SeededRandom random(4);
  const RatchetTree& tree = warm.tree();
  const std::uint64_t depth = depth_of(tree);
  const auto cost = [&](auto&& change) {
    const crypto::CallCounts before = bench.counting.counts();
    TreeEditor editor(tree);
    REQUIRE(change(editor));
    CHECK(editor.check_unique());
    const RatchetTree after = std::move(editor).finish();
    CHECK(diff(&tree, after)->nodes.size() <= depth + 3);
    return (bench.counting.counts() - before).hashes;
  };
  LeafNode leaf = tree.leaf(LeafIndex{7})->leaf_node();
  leaf.encryption_key = random.bytes(32);
  const LeafEntry entry{leaf, WarmTree::identity(LeafIndex{7})};
  CHECK(cost([&](TreeEditor& editor) { return editor.update(LeafIndex{7}, entry); }) == depth + 1);
  CHECK(cost([&](TreeEditor& editor) { return editor.remove(LeafIndex{members / 2}); }) <=
        depth + 1);
  CHECK(cost([&](TreeEditor& editor) { return editor.remove(LeafIndex{members - 1}); }) <=
        2 * depth + 1);
  leaf.signature_key = random.bytes(32);
  const LeafEntry joiner{leaf, to_bytes("joiner")};
  const auto add = [&](TreeEditor& editor) { return editor.add(joiner); };
  // A full tree doubles: its blank half is hashed once, and never again by any successor.
  if (members == tree.leaf_count().value) cost(add);
  CHECK(cost(add) <= 2 * depth + 60);
}

}  // namespace

TEST_CASE("Paths, Adds, Updates and Removes cost a logarithm of hashes and rows, at any width") {
  const Bench bench;
  for (const std::uint32_t members : {1000U, 1024U, 65535U, 65536U}) {
    CAPTURE(members);
    const WarmTree warm = bench.warm(members);
    check_path_cost(bench, warm, members);
    check_change_cost(bench, warm, members);
  }
}

namespace {

// Answers every Need from the rows of a whole tree.
history::RowStore stored(const RatchetTree& tree) {
  history::RowStore store;
  store.apply(diff(nullptr, tree).value());
  return store;
}

}  // namespace

TEST_CASE(
    "A commit without Adds on a warm tree that is not loaded takes one round on either side") {
  const Bench bench;
  crypto::SeededRandom random(8);
  for (const std::uint32_t members : {2U, 100U, 1000U, 1024U, 5000U}) {
    CAPTURE(members);
    const WarmTree warm = bench.warm(members);
    const history::RowStore store = stored(warm.tree());
    const Bytes context = to_bytes("a group context");
    for (const std::uint32_t place : {0U, members / 2, members - 1}) {
      const LeafIndex leaf{place};
      RatchetTree tree = store.open(bench.crypto);
      std::uint64_t rounds = 0;
      std::optional<RatchetTree> provisional;
      const auto commit_at = [&](const RatchetTree& base) -> Result<UpdatePath> {
        TreeEditor editor(base);
        const NewPath path = THICKET_TRY(create_path(editor, leaf_of(warm, leaf), random));
        provisional = std::move(editor).finish();
        return seal_path(*provisional, path, {context, {}}, random);
      };
      const auto sealed = store.loading(tree, commit_at, rounds);
      REQUIRE_MESSAGE(sealed, describe(sealed.error()));
      CHECK(rounds == 1);

      RatchetTree other = store.open(bench.crypto);
      rounds = 0;
      const ReceivedPath received{leaf, &*sealed, WarmTree::identity(leaf), {}};
      const auto merged = store.loading(
          other,
          [&](const RatchetTree& base) -> Result<RatchetTree> {
            TreeEditor editor(base);
            THICKET_TRY(merge_path(editor, received));
            THICKET_TRY(editor.check_unique());
            return std::move(editor).finish();
          },
          rounds);
      REQUIRE_MESSAGE(merged, describe(merged.error()));
      CHECK(rounds == 1);
      CHECK(*merged == *provisional);
      const LeafIndex reader{place == 0 ? members - 1 : place - 1};
      CHECK(open_path(*merged, warm.private_path(reader), received, context));
    }
  }
}

TEST_CASE("Many changes at once take no more rounds than the tree is deep") {
  const Bench bench;
  const WarmTree warm = bench.warm(600);
  const history::RowStore store = stored(warm.tree());
  RatchetTree tree = store.open(bench.crypto);
  std::vector<LeafIndex> gone;
  for (std::uint32_t i = 3; i < 600; i += 17) gone.push_back(LeafIndex{i});
  std::uint64_t rounds = 0;
  const auto changed = store.loading(
      tree,
      [&](const RatchetTree& base) -> Result<RatchetTree> {
        THICKET_TRY(base.ready_for({.committer = LeafIndex{0}, .changed = gone}));
        TreeEditor editor(base);
        for (const LeafIndex leaf : gone) THICKET_TRY(editor.remove(leaf));
        for (const auto& step : THICKET_TRY(editor.tree().filtered_direct_path(LeafIndex{0})))
          THICKET_TRY(editor.tree().resolution(step.copath_child));
        return std::move(editor).finish();
      },
      rounds);
  REQUIRE_MESSAGE(changed, describe(changed.error()));
  CHECK(rounds <= depth_of(warm.tree()));
  CHECK(rounds >= 1);
}

TEST_CASE("A row or a root that is not what the tree expects is refused, and nothing is loaded") {
  const Bench bench;
  const WarmTree warm = bench.warm(20);
  const TreeDelta whole = diff(nullptr, warm.tree()).value();
  const auto refused = [](const auto& result) {
    return !result && result.error().rule == Rule::store_row;
  };
  for (const NodeRow& row : whole.nodes) {
    if (row.node != root(warm.tree().leaf_count())) continue;
    // Its kind, its key, and the hash of its first child; and any row that is cut short.
    for (std::size_t i = 0; i < row.value.size(); i += 3) {
      RatchetTree tree = RatchetTree::open(bench.crypto, whole.root).value();
      NodeRow bent = row;
      bent.value[i] ^= 0x41;
      if (i < 68) CHECK(refused(tree.supply({{bent}, {}})));
      bent = row;
      bent.value.resize(i);
      if (i > 0) CHECK(refused(RatchetTree(tree).supply({{bent}, {}})));
      CHECK(RatchetTree(tree).supply({{row}, {}}));
    }
  }
  for (std::size_t i = 0; i < whole.root.value.size(); ++i) {
    TreeRoot cut = whole.root;
    cut.value.resize(i);
    CHECK(refused(RatchetTree::open(bench.crypto, cut)));
  }
  RatchetTree tree = RatchetTree::open(bench.crypto, whole.root).value();
  CHECK(refused(tree.supply({{}, {{{0, 5, 9}, {}}}})));
  CHECK(refused(tree.supply({{}, {{{3, 0, 0xFFFFFFFFFFFF}, {}}}})));
  CHECK(refused(tree.supply({{}, {{{0, 0, 0xFFFFFFFFFFFF}, {{1, 7, NodeIndex{0}, false}}}}})));
}

}  // namespace thicket::tree
