// TreeKEM played by everybody: members, joiners and those who are removed, over random histories.
#include <doctest/doctest.h>

#include <map>

#include "crypto/awslc/awslc.h"
#include "crypto/seeded_random.h"
#include "messages/wire.h"
#include "tree/import.h"
#include "tree/update_path.h"

namespace thicket::tree {
namespace {

using crypto::SeededRandom;

struct Member {
  PrivatePath path;
  crypto::SignaturePrivateKey signer;
  Bytes identity;
};

// One group as all of its members see it: one public tree, each its own private path.
class World final {
 public:
  World(const crypto::Crypto& crypto, std::uint64_t seed)
      : crypto_(crypto), random_(seed), tree_(first()) {}

  void step() {
    const Bytes context = random_.bytes(40);
    TreeEditor editor(tree_);
    const LeafIndex committer = any_member();
    std::vector<LeafIndex> gone;
    if (members_.size() > 3 && random_.below(2) == 0) {
      const LeafIndex leaf = any_member();
      if (leaf != committer) gone.push_back(leaf);
    }
    for (const LeafIndex leaf : gone) REQUIRE(editor.remove(leaf));
    std::map<LeafIndex, Member> joined;
    std::vector<LeafIndex> added;
    for (std::uint64_t i = random_.below(4); i > 0; --i) {
      Member member = joiner();
      const LeafNode leaf = leaf_of(member, Lifetime{0, 100});
      added.push_back(editor.add({leaf, member.identity}).value());
      member.path = PrivatePath(added.back(), last_key_);
      joined.emplace(added.back(), std::move(member));
    }
    for (const LeafIndex leaf : gone) evicted_ = std::move(members_.at(leaf)), members_.erase(leaf);
    commit(editor, committer, added, context, joined);
    for (auto& [leaf, member] : joined) members_.insert_or_assign(leaf, std::move(member));
    check_private_paths();
  }

 private:
  RatchetTree first() {
    Member member = joiner();
    const LeafNode leaf = leaf_of(member, Lifetime{0, 100});
    member.path = PrivatePath(LeafIndex{0}, last_key_);
    RatchetTree out =
        RatchetTree::of_one(crypto_, {leaf, member.identity}, IndexSeed::draw(random_));
    members_.emplace(LeafIndex{0}, std::move(member));
    return out;
  }

  Member joiner() {
    last_key_ = crypto_.generate_key_pair(random_);
    return {{}, crypto_.generate_signature_key(random_), random_.bytes(8)};
  }

  LeafNode leaf_of(const Member& member, LeafNodeOrigin origin) {
    LeafNode leaf;
    leaf.encryption_key = last_key_->public_key();
    leaf.signature_key = member.signer.public_key;
    leaf.credential = BasicCredential{member.identity};
    leaf.capabilities.versions = {ProtocolVersion::mls10};
    leaf.capabilities.cipher_suites = {crypto_.suite().id};
    leaf.capabilities.credentials = {CredentialType::basic};
    leaf.leaf_node_source = std::move(origin);
    leaf.signature =
        crypto_.sign_with_label(member.signer, "LeafNodeTBS", leaf_node_tbs(leaf, {group_, {}}));
    return leaf;
  }

  static std::vector<NodeIndex> nodes_of(const PrivatePath& path) {
    std::vector<NodeIndex> nodes;
    for (const PrivatePath::Key& key : path.keys()) nodes.push_back(key.node);
    return nodes;
  }

  LeafIndex any_member() {
    auto it = members_.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random_.below(members_.size())));
    return it->first;
  }

  void commit(TreeEditor& editor, LeafIndex committer, const std::vector<LeafIndex>& added,
              const Bytes& context, std::map<LeafIndex, Member>& joined) {
    Member& sender = members_.at(committer);
    const RatchetTree before = editor.tree();
    const CommitLeaf own{committer, before.leaf(committer)->leaf_node(), sender.identity,
                         sender.signer, group_};
    const NewPath made = create_path(editor, own, random_).value();
    REQUIRE(editor.check_unique());
    const RatchetTree ended = std::exchange(tree_, std::move(editor).finish());
    const UpdatePath path = seal_path(tree_, made, {context, added}, random_).value();
    ReceivedPath received{committer, &path, sender.identity, added};
    TreeEditor other(before);
    const auto merged = merge_path(other, received);
    REQUIRE_MESSAGE(merged, describe(merged.error()));
    CHECK(std::move(other).finish() == tree_);
    CHECK(verify_leaf_signature(crypto_, path.leaf_node, {group_, committer}));
    for (auto& [leaf, member] : members_) {
      if (leaf == committer) continue;
      auto opened = open_path(tree_, member.path, received, context);
      REQUIRE_MESSAGE(opened, describe(opened.error()));
      CHECK(equal(opened->commit_secret.reveal(), made.commit_secret.reveal()));
      // Knowing what both trees share, one forgets the same keys.
      received.before = &ended;
      const auto shortened = open_path(tree_, member.path, received, context);
      received.before = nullptr;
      CHECK(nodes_of(shortened->private_path) == nodes_of(opened->private_path));
      member.path = std::move(opened->private_path);
    }
    sender.path = made.private_path.clone();
    for (auto& [leaf, member] : joined) {
      const PathSecret* secret = path_secret_for(made, leaf);
      REQUIRE(secret != nullptr);
      auto own_path =
          private_path_of_joiner(tree_, member.path.find(leaf.node()), {leaf, committer, secret});
      REQUIRE_MESSAGE(own_path, describe(own_path.error()));
      member.path = *std::move(own_path);
      const PathSecret wrong(random_.bytes(crypto_.hash_size()));
      CHECK(private_path_of_joiner(tree_, member.path.find(leaf.node()), {leaf, committer, &wrong})
                .error()
                .rule == Rule::welcome_path_secret);
    }
    check_refusals(before, received, context);
    // Who was removed holds no key that opens it.
    if (evicted_ && evicted_->path.own().value < tree_.leaf_count().value &&
        !members_.contains(evicted_->path.own()) && evicted_->path.own() != committer)
      CHECK(!open_path(tree_, evicted_->path, received, context));
    CHECK(validate_structure(tree_));
  }

  // RFC 9420 4.2, the tree invariant: a private key is known exactly to the members below its node,
  // but for those it is unmerged for.
  void check_private_paths() {
    for (const auto& [leaf, member] : members_) {
      for (const PrivatePath::Key& key : member.path.keys())
        CHECK(tree_.node_with_encryption_key(key.key->public_key()).value() == key.node);
      for (const NodeIndex above : direct_path(leaf.node(), tree_.leaf_count())) {
        const auto parent = tree_.parent(above).value();
        const bool known =
            parent && std::find(parent->unmerged_leaves.begin(), parent->unmerged_leaves.end(),
                                leaf) == parent->unmerged_leaves.end();
        CHECK((member.path.find(above) != nullptr) == known);
      }
    }
  }

  // The path broken in one place, before anything is opened.
  void check_refusals(const RatchetTree& before, const ReceivedPath& received,
                      const Bytes& context) {
    const auto refused_by = [&](const UpdatePath& path) {
      TreeEditor editor(before);
      ReceivedPath other = received;
      other.path = &path;
      const auto merged = merge_path(editor, other);
      return merged ? std::optional<Rule>() : std::optional(merged.error().rule);
    };
    UpdatePath bent = *received.path;
    bent.leaf_node.leaf_node_source = UpdateSource{};
    CHECK(refused_by(bent) == Rule::leaf_source);
    bent = *received.path;
    bent.nodes.push_back({random_.bytes(32), {}});
    CHECK(refused_by(bent) == Rule::path_length);
    bent = *received.path;
    bent.leaf_node.leaf_node_source = CommitSource{random_.bytes(32)};
    CHECK(refused_by(bent) == Rule::leaf_parent_hash);
    bent = *received.path;
    bent.leaf_node.encryption_key = to_bytes(before.leaf(received.sender)->encryption_key());
    CHECK(refused_by(bent) == Rule::leaf_key_unchanged);
    if (bent.nodes.empty()) return;
    bent = *received.path;
    bent.nodes.back().encrypted_path_secret.emplace_back();
    CHECK(refused_by(bent) == Rule::path_ciphertexts);
    bent = *received.path;
    bent.nodes[0].encryption_key = bent.leaf_node.encryption_key;
    CHECK(refused_by(bent) == Rule::path_key_reused);
    bent.nodes[0].encryption_key =
        to_bytes(before.leaf(any_of(before, received.sender))->encryption_key());
    CHECK(refused_by(bent) == Rule::path_key_reused);
    bent.nodes[0].encryption_key.pop_back();
    CHECK(refused_by(bent) == Rule::public_key_encoding);
    check_open_refusals(received, context);
  }

  LeafIndex any_of(const RatchetTree& tree, LeafIndex but) {
    for (std::uint32_t i = 0; i < tree.leaf_count().value; ++i) {
      if (LeafIndex{i} != but && tree.is_occupied(LeafIndex{i}).value()) return LeafIndex{i};
    }
    return but;
  }

  void check_open_refusals(const ReceivedPath& received, const Bytes& context) {
    for (const auto& [leaf, member] : members_) {
      if (leaf == received.sender) continue;
      Bytes other = context;
      other.back() ^= 1;
      // What this member opened just now, under another context.
      CHECK(!open_path(tree_, member.path, received, other));
      return;
    }
  }

  crypto::Crypto crypto_;
  SeededRandom random_;
  Bytes group_ = to_bytes("world");
  crypto::KemPrivateKeyRef last_key_;
  std::map<LeafIndex, Member> members_;
  std::optional<Member> evicted_;
  RatchetTree tree_;
};

}  // namespace

TEST_CASE("Every member opens every path, joiners know theirs, and who was removed opens nothing") {
  const auto provider = crypto::make_awslc();
  for (const CipherSuite id : {CipherSuite{1}, CipherSuite{2}}) {
    const crypto::Crypto crypto(*provider, *crypto::suite_of(id).value());
    const std::uint64_t histories = std::getenv("THICKET_LONG") != nullptr ? 200 : 8;
    for (std::uint64_t seed = 1; seed <= histories; ++seed) {
      INFO("suite " << static_cast<int>(id) << ", seed " << seed);
      World world(crypto, seed);
      for (int i = 0; i < 12; ++i) world.step();
    }
  }
}

}  // namespace thicket::tree
