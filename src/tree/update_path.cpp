// Update paths: derivation, sealing, merging, opening.  RFC 9420 7.4 to 7.6, 7.9, 12.4.2, 12.4.3.1.
#include "tree/update_path.h"

#include <algorithm>

#include "messages/wire.h"
#include "tree/tree_access.h"

namespace thicket::tree {
namespace {

using NodeSecret = Secret<struct NodeSecretTag>;
using Step = RatchetTree::PathStep;

constexpr std::string_view path_label = "UpdatePathNode";

// RFC 9420 7.4: node_secret[n] = DeriveSecret(path_secret[n], "node"), then KEM.DeriveKeyPair; and
// path_secret[n+1] = DeriveSecret(path_secret[n], "path").
struct PathStepKeys {
  crypto::KemPrivateKeyRef key;
  PathSecret next;
};
PathStepKeys path_step(const crypto::Crypto& crypto, const PathSecret& path_secret) {
  const std::size_t size = crypto.hash_size();
  NodeSecret node_secret;
  PathStepKeys out;
  crypto.expand_each(path_secret.reveal(),
                     {{"node", {}, node_secret.fill(size)}, {"path", {}, out.next.fill(size)}});
  out.key = crypto.derive_key_pair(node_secret.reveal());
  return out;
}

// RFC 9420 7.4: node_secret[n] = DeriveSecret(path_secret[n], "node"), then KEM.DeriveKeyPair.
crypto::KemPrivateKeyRef node_key(const crypto::Crypto& crypto, const PathSecret& path_secret) {
  const auto node_secret = crypto.derive_secret<NodeSecret>(path_secret.reveal(), "node");
  return crypto.derive_key_pair(node_secret.reveal());
}

// RFC 9420 7.4: path_secret[n] = DeriveSecret(path_secret[n-1], "path").
PathSecret next_secret(const crypto::Crypto& crypto, const PathSecret& path_secret) {
  return crypto.derive_secret<PathSecret>(path_secret.reveal(), "path");
}

// The filtered direct path of a member, or of a leaf that the tree must double for.
Result<std::vector<Step>> path_of(const RatchetTree& tree, LeafIndex leaf) {
  if (leaf.value < tree.leaf_count().value) return tree.filtered_direct_path(leaf);
  if (leaf.value > tree.leaf_count().value) return broken(Rule::leaf_out_of_range).of(leaf);
  const NodeIndex top = root(LeafCount{2 * tree.leaf_count().value});
  return std::vector<Step>{{top, left(top)}};
}

class Added final {
 public:
  explicit Added(std::span<const LeafIndex> leaves) : leaves_(leaves.begin(), leaves.end()) {
    std::sort(leaves_.begin(), leaves_.end());
  }
  bool contains(NodeIndex node) const {
    return node.is_leaf() && std::binary_search(leaves_.begin(), leaves_.end(), first_leaf(node));
  }
  std::span<const LeafIndex> below(NodeIndex node) const { return tree::below(node, leaves_); }
  std::size_t count_below(NodeIndex node) const { return below(node).size(); }

 private:
  std::vector<LeafIndex> leaves_;
};

std::string at_node(std::size_t i, const char* field) {
  return "nodes[" + std::to_string(i) + "]." + field;
}

}  // namespace

Result<NewPath> create_path(TreeEditor& editor, const CommitLeaf& leaf, Random& random) {
  const RatchetTree& draft = editor.draft();
  // Before any randomness is drawn, so that asking again after a Need makes the same path.
  THICKET_TRY(draft.ready_for({.committer = leaf.leaf}));
  const crypto::Crypto& crypto = draft.crypto();
  const std::vector<Step> steps = THICKET_TRY(path_of(draft, leaf.leaf));
  NewPath out;
  const crypto::KemPrivateKeyRef leaf_key = crypto.generate_key_pair(random);
  out.private_path = PrivatePath(leaf.leaf, leaf_key);
  PathSecret path_secret =
      PathSecret::filled(crypto.hash_size(), [&](ByteSpan octets) { random.fill(octets); });
  std::vector<crypto::KemPrivateKeyRef> keys;
  std::vector<ByteView> public_keys;
  for (const Step& step : steps) {
    PathStepKeys made = path_step(crypto, path_secret);
    keys.push_back(std::move(made.key));
    public_keys.push_back(keys.back()->public_key());
    out.private_path.put(step.node, keys.back());
    out.nodes.push_back(
        {step.node, step.copath_child, keys.back()->public_key(), std::move(path_secret)});
    path_secret = std::move(made.next);
  }
  out.commit_secret = path_secret.renamed<CommitSecretTag>();
  Bytes parent_hash = THICKET_TRY(editor.put_path({leaf.leaf, public_keys, true}));
  out.leaf_node = leaf.leaf_node;
  out.leaf_node.encryption_key = leaf_key->public_key();
  out.leaf_node.leaf_node_source = CommitSource{std::move(parent_hash)};
  const Bytes content = leaf_node_tbs(out.leaf_node, {leaf.group_id, leaf.leaf});
  out.leaf_node.signature = crypto.sign_with_label(leaf.signer, "LeafNodeTBS", content);
  THICKET_TRY(editor.put_fresh_leaf(leaf.leaf, {out.leaf_node, leaf.client_id}));
  return out;
}

Result<UpdatePath> seal_path(const RatchetTree& provisional, const NewPath& path,
                             const PathContext& context, Random& random) {
  const Added added(context.added);
  Need need;
  std::vector<std::vector<ResolutionNode>> resolutions;
  Descent descent(provisional);
  for (const NewPathNode& node : path.nodes) {
    auto resolution = resolution_at(descent.to(node.copath_child), node.copath_child);
    if (!resolution && resolution.error().is_need()) {
      add_need(need, resolution.error().need);
      continue;
    }
    resolutions.push_back(THICKET_TRY(std::move(resolution)));
    // RFC 9420 7.6: "the resolution of the corresponding copath node MUST exclude all new leaf
    // nodes added as part of the current Commit."
    std::erase_if(resolutions.back(),
                  [&](const ResolutionNode& one) { return added.contains(one.node); });
  }
  if (!need.empty()) return needs(std::move(need));
  std::vector<crypto::SealJob> jobs;
  for (std::size_t i = 0; i < resolutions.size(); ++i) {
    for (const ResolutionNode& recipient : resolutions[i])
      jobs.push_back({recipient.encryption_key, path.nodes[i].path_secret.reveal()});
  }
  const crypto::Crypto& crypto = provisional.crypto();
  const crypto::HpkeInfo info = crypto.hpke_info(path_label, context.group_context);
  auto sealed = THICKET_TRY(crypto.seal_many(jobs, info, random));
  UpdatePath out;
  out.leaf_node = path.leaf_node;
  auto next = std::make_move_iterator(sealed.begin());
  for (std::size_t i = 0; i < resolutions.size(); ++i) {
    const auto end = next + static_cast<std::ptrdiff_t>(resolutions[i].size());
    out.nodes.push_back({path.nodes[i].encryption_key, std::vector<HPKECiphertext>(next, end)});
    next = end;
  }
  return out;
}

const PathSecret* path_secret_for(const NewPath& path, LeafIndex joiner) {
  for (const NewPathNode& node : path.nodes) {
    if (is_ancestor(node.node, joiner.node())) return &node.path_secret;
  }
  return nullptr;
}

namespace {

std::string key_field(std::size_t i) {
  return i == 0 ? "leaf_node.encryption_key" : at_node(i - 1, "encryption_key");
}

Error reused(std::size_t i, LeafIndex sender) {
  return broken(Rule::path_key_reused).at(key_field(i)).of(sender);
}

// RFC 9420 12.4.2: "Verify that none of the public keys in the UpdatePath appear in any node of the
// new ratchet tree."
Result<void> check_new(const RatchetTree& draft, const ReceivedPath& received,
                       std::span<const ByteView> keys) {
  const LeafIndex sender = received.sender;
  Need need;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto holder = draft.node_with_encryption_key(keys[i]);
    if (!holder && holder.error().is_need()) {
      add_need(need, holder.error().need);
      continue;
    }
    const std::optional<NodeIndex> node = THICKET_TRY(std::move(holder));
    const bool of_sender = i == 0 && node == sender.node();
    if (node && !of_sender) return reused(i, sender);
    if (!of_sender) continue;
    // A joiner from outside may have been put in its place before.
    const LeafView old = THICKET_TRY(draft.leaf(sender));
    if (!equal(old.encoded(), codec::encode(received.path->leaf_node)))
      return broken(Rule::leaf_key_unchanged).at(key_field(0)).of(sender);
  }
  if (!need.empty()) return needs(std::move(need));
  std::vector<std::size_t> order(keys.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::lexicographical_compare(keys[a].begin(), keys[a].end(), keys[b].begin(),
                                        keys[b].end()) ||
           (equal(keys[a], keys[b]) && a < b);
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (equal(keys[order[i - 1]], keys[order[i]])) return reused(order[i], sender);
  }
  return {};
}

Result<void> check_path_keys(const RatchetTree& draft, const ReceivedPath& received) {
  const UpdatePath& path = *received.path;
  const crypto::Crypto& crypto = draft.crypto();
  std::vector<ByteView> keys{path.leaf_node.encryption_key};
  for (const UpdatePathNode& node : path.nodes) keys.push_back(node.encryption_key);
  for (std::size_t i = 0; i < keys.size(); ++i)
    THICKET_TRY_AT(key_field(i), crypto.check_hpke_public(keys[i]));
  THICKET_TRY_AT("leaf_node.signature_key",
                 crypto.check_signature_public(path.leaf_node.signature_key));
  return check_new(draft, received, keys);
}

}  // namespace

Result<void> merge_path(TreeEditor& editor, const ReceivedPath& received) {
  const UpdatePath& path = *received.path;
  const RatchetTree& draft = editor.draft();
  // RFC 9420 7.3: "If the LeafNode appears in the leaf_node value of the UpdatePath in a Commit,
  // verify that leaf_node_source is set to commit."
  const CommitSource* source = path.leaf_node.leaf_node_source.as<CommitSource>();
  if (source == nullptr)
    return broken(Rule::leaf_source).at("leaf_node.leaf_node_source").of(received.sender);
  THICKET_TRY(draft.ready_for({.committer = received.sender, .path = &path}));
  const std::vector<Step> steps = THICKET_TRY(path_of(draft, received.sender));
  if (steps.size() != path.nodes.size()) {
    return broken(Rule::path_length)
        .at("nodes")
        .of(received.sender)
        .because(std::to_string(path.nodes.size()) + " instead of " + std::to_string(steps.size()));
  }
  const Added added(received.added);
  Descent descent(draft);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    // An added leaf stands in every resolution above it, by itself or as an unmerged one.
    const NodeIndex aside = steps[i].copath_child;
    const std::size_t expected = descent.to(aside).node->summary().resolution_size;
    const std::size_t found = path.nodes[i].encrypted_path_secret.size();
    if (found + added.count_below(aside) != expected) {
      return broken(Rule::path_ciphertexts)
          .at(at_node(i, "encrypted_path_secret"))
          .of(received.sender);
    }
  }
  THICKET_TRY(check_path_keys(draft, received));
  std::vector<ByteView> keys;
  for (const UpdatePathNode& node : path.nodes) keys.push_back(node.encryption_key);
  // They were just found to be new, so check_unique need not ask again.
  const Bytes parent_hash = THICKET_TRY(editor.put_path({received.sender, keys, true}));
  // RFC 9420 7.9.2: "clients MUST recompute the expected value of parent_hash for the committer's
  // new leaf and verify that it matches the parent_hash value in the supplied leaf_node."
  if (parent_hash != source->parent_hash)
    return broken(Rule::leaf_parent_hash).at("leaf_node.parent_hash").of(received.sender);
  return editor.put_fresh_leaf(received.sender, {path.leaf_node, received.client_id});
}

namespace {

// Which ciphertext of a copath child is for us, and the key that opens it.
struct Recipient {
  std::size_t place = 0;
  crypto::KemPrivateKeyRef key;
};

// Walks from the copath child down to the own leaf, counting what stands before it in the
// resolution: O(log n and the added leaves), not O(the resolution).
Result<Recipient> recipient_of(const RatchetTree& tree, const PrivatePath& mine,
                               NodeIndex copath_child, const Added& added) {
  const NodeIndex own = mine.own().node();
  const Found start = walk_to(tree, copath_child);
  const TreeNode* node = start.node;
  NodeIndex at = start.at;
  Recipient out;
  const auto pass = [&](std::size_t members, std::size_t new_ones) {
    out.place += members - std::min(members, new_ones);
  };
  for (;; at = towards(at, own)) {
    if (node->is_stub()) return needs(need_down_to(at, own));
    if (node->kind() == NodeKind::blank) break;
    if (node->has_content()) {
      const std::span<const LeafIndex> unmerged = node->unmerged();
      const auto me = std::lower_bound(unmerged.begin(), unmerged.end(), mine.own());
      const bool listed = me != unmerged.end() && *me == mine.own();
      if (!listed) {
        out.key = mine.find(at);
      } else {
        std::size_t before = 1;
        for (auto it = unmerged.begin(); it != me; ++it) before += !added.contains(it->node());
        out.place += before;
        out.key = mine.find(own);
      }
      break;
    }
    if (at.is_leaf()) break;
    const bool goes_left = own < at;
    if (!goes_left) pass(node->left()->summary().resolution_size, added.count_below(left(at)));
    node = goes_left ? node->left().get() : node->right().get();
  }
  if (!out.key) return broken(Rule::hpke_open).because("no private key for the path");
  return out;
}

Result<PathSecret> opened_secret(const crypto::Crypto& crypto, const Recipient& recipient,
                                 const UpdatePathNode& node, ByteView group_context) {
  if (recipient.place >= node.encrypted_path_secret.size()) return broken(Rule::path_ciphertexts);
  const crypto::HpkeInfo info = crypto.hpke_info(path_label, group_context);
  const SecretBytes opened = THICKET_TRY(
      crypto.decrypt_with_label(*recipient.key, info, node.encrypted_path_secret[recipient.place]));
  if (opened.size() != crypto.hash_size()) return broken(Rule::secret_length);
  return PathSecret(opened.reveal());
}

}  // namespace

Result<OpenedPath> open_path(const RatchetTree& provisional, const PrivatePath& mine,
                             const ReceivedPath& received, ByteView group_context) {
  const crypto::Crypto& crypto = provisional.crypto();
  const std::vector<UpdatePathNode>& nodes = received.path->nodes;
  const std::vector<Step> steps = THICKET_TRY(provisional.filtered_direct_path(received.sender));
  if (steps.size() != nodes.size())
    return broken(Rule::path_length).at("nodes").of(received.sender);
  const NodeIndex meeting = common_ancestor(mine.own(), received.sender);
  std::size_t i = 0;
  while (i < steps.size() && steps[i].node != meeting) ++i;
  if (i == steps.size())
    return broken(Rule::path_length).at("nodes").of(mine.own()).because("not on the path");
  const std::string field = at_node(i, "encrypted_path_secret");
  const Recipient recipient = THICKET_TRY_AT(
      field, recipient_of(provisional, mine, steps[i].copath_child, Added(received.added)));
  PathSecret path_secret =
      THICKET_TRY_AT(field, opened_secret(crypto, recipient, nodes[i], group_context));
  OpenedPath out;
  out.private_path = mine.clone();
  for (; i < steps.size(); ++i) {
    PathStepKeys made = path_step(crypto, path_secret);
    const crypto::KemPrivateKeyRef& key = made.key;
    // RFC 9420 7.5: "Verify that the derived public keys are the same as the corresponding public
    // keys sent in the UpdatePath."
    if (key->public_key() != nodes[i].encryption_key)
      return broken(Rule::path_key_mismatch).at(at_node(i, "encryption_key")).of(received.sender);
    out.private_path.put(steps[i].node, key);
    path_secret = std::move(made.next);
  }
  out.commit_secret = path_secret.renamed<CommitSecretTag>();
  forget_outdated(provisional, received.before, out.private_path);
  return out;
}

Result<PrivatePath> private_path_of_joiner(const RatchetTree& tree,
                                           crypto::KemPrivateKeyRef leaf_key,
                                           const WelcomePath& welcome) {
  const crypto::Crypto& crypto = tree.crypto();
  PrivatePath out(welcome.own, std::move(leaf_key));
  if (welcome.path_secret == nullptr) return out;
  if (welcome.path_secret->size() != crypto.hash_size())
    return broken(Rule::secret_length).at("path_secret");
  PathSecret path_secret = welcome.path_secret->clone();
  const NodeIndex top = root(tree.leaf_count());
  NodeIndex at = common_ancestor(welcome.own, welcome.signer);
  if (at.is_leaf()) return broken(Rule::welcome_path_secret).at("path_secret");
  // RFC 9420 12.4.3.1: "For each parent of the common ancestor, up to the root of the tree, derive
  // a new path secret". Blank parents were not in the filtered path and have none.
  for (bool first = true;; first = false) {
    const Found found = walk_to(tree, at);
    if (found.node->is_stub()) return needs(need_down_to(found.at, at));
    const bool blank = found.at != at || !found.node->has_content();
    if (blank && first) return broken(Rule::welcome_path_secret).at("path_secret");
    if (!blank) {
      if (!first) path_secret = next_secret(crypto, path_secret);
      const crypto::KemPrivateKeyRef key = node_key(crypto, path_secret);
      // RFC 9420 12.4.3.1: "The private key MUST be the private key that corresponds to the public
      // key in the node."
      if (!equal(key->public_key(), found.node->encryption_key()))
        return broken(Rule::welcome_path_secret).at("path_secret").of(welcome.own);
      out.put(at, key);
    }
    if (at == top) return out;
    at = parent(at, tree.leaf_count());
  }
}

namespace {

// The highest node above `leaf`, or itself, that two trees share, and with it all below.
std::optional<NodeIndex> highest_shared(const RatchetTree& a, const RatchetTree& b,
                                        LeafIndex leaf) {
  NodeIndex at = root(std::min(a.leaf_count(), b.leaf_count()));
  const Found in_a = walk_to(a, at);
  const Found in_b = walk_to(b, at);
  if (last_leaf(at) < leaf || in_a.at != at || in_b.at != at) return std::nullopt;
  const TreeNode* one = in_a.node;
  const TreeNode* other = in_b.node;
  while (one != other) {
    if (one->kind() != NodeKind::interior || other->kind() != NodeKind::interior)
      return std::nullopt;
    const bool goes_left = leaf.node() < at;
    one = goes_left ? one->left().get() : one->right().get();
    other = goes_left ? other->left().get() : other->right().get();
    at = towards(at, leaf.node());
  }
  return at;
}

}  // namespace

void forget_outdated(const RatchetTree& tree, const RatchetTree* before, PrivatePath& path) {
  const auto shared = before ? highest_shared(*before, tree, path.own()) : std::nullopt;
  std::vector<NodeIndex> outdated;
  for (const PrivatePath::Key& key : path.keys()) {
    if (shared && level(key.node) <= level(*shared)) continue;
    const bool beyond = key.node.value >= node_count(tree.leaf_count());
    const Found found = walk_to(tree, beyond ? root(tree.leaf_count()) : key.node);
    if (!beyond && found.node->is_stub()) continue;
    const bool same = !beyond && found.at == key.node && found.node->has_content() &&
                      equal(found.node->encryption_key(), key.key->public_key());
    if (!same) outdated.push_back(key.node);
  }
  for (const NodeIndex node : outdated) path.drop(node);
}

}  // namespace thicket::tree
