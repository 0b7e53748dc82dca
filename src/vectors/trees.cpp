// Reading trees; growing a group's tree with all its members' keys.
#include "vectors/trees.h"

#include "messages/wire.h"

namespace thicket::vectors {

namespace {

GrownTree::NewMember make_member(const crypto::Crypto& crypto, crypto::SeededRandom& random) {
  GrownTree::NewMember out;
  out.signer = crypto.generate_signature_key(random);
  out.key = crypto.generate_key_pair(random);
  LeafNode& leaf = out.leaf_node;
  leaf.encryption_key = out.key->public_key();
  leaf.signature_key = out.signer.public_key;
  leaf.credential = BasicCredential{random.bytes(8)};
  leaf.capabilities.versions = {ProtocolVersion::mls10};
  leaf.capabilities.cipher_suites = {crypto.suite().id};
  leaf.capabilities.credentials = {CredentialType::basic};
  leaf.leaf_node_source = Lifetime{0, UINT64_MAX};
  leaf.signature = crypto.sign_with_label(out.signer, "LeafNodeTBS", leaf_node_tbs(leaf, {}));
  return out;
}

}  // namespace

Result<Bytes> client_by_key(const LeafNode& leaf) {
  return leaf.signature_key;
}

tree::LeafEntry entry_of(LeafNode leaf) {
  Bytes id = leaf.signature_key;
  return {std::move(leaf), std::move(id)};
}

tree::RatchetTree tree_of(const crypto::Crypto& crypto, const Field& encoded) {
  const Bytes octets = encoded.octets();
  auto tree = encoded.accepted(tree::import_tree(crypto, octets, client_by_key, {}));
  encoded.equals(encoded.accepted(tree::export_tree(tree)));
  return tree;
}

Bytes PathEpoch::context_with(ByteView tree_hash) const {
  GroupContext context;
  context.cipher_suite = cipher_suite;
  context.group_id = group_id;
  context.epoch = epoch;
  context.tree_hash = to_bytes(tree_hash);
  context.confirmed_transcript_hash = confirmed_transcript_hash;
  return codec::encode(context);
}

GrownTree::GrownTree(const Source& source, PathEpoch epoch)
    : crypto_(source.crypto()), random_(source.random), epoch_(std::move(epoch)), tree_([&] {
        NewMember first = make_member(crypto_, random_);
        auto tree = tree::RatchetTree::of_one(crypto_, entry_of(first.leaf_node), {});
        members_.push_back({LeafIndex{0}, first.signer, tree::PrivatePath({}, first.key)});
        return tree;
      }()) {}

GrownTree::NewMember GrownTree::new_member() {
  return make_member(crypto_, random_);
}

const GrownTree::Member& GrownTree::member(LeafIndex leaf) const {
  for (const Member& one : members_) {
    if (one.leaf == leaf) return one;
  }
  THICKET_ASSERT(false);
}

void GrownTree::add(NewMember joiner) {
  tree::TreeEditor editor(tree_);
  const LeafIndex leaf = editor.add(entry_of(joiner.leaf_node)).value();
  tree_ = std::move(editor).finish();
  members_.push_back({leaf, joiner.signer, tree::PrivatePath(leaf, joiner.key)});
}

void GrownTree::remove(LeafIndex leaf) {
  tree::TreeEditor editor(tree_);
  editor.remove(leaf).value();
  tree_ = std::move(editor).finish();
  std::erase_if(members_, [&](const Member& one) { return one.leaf == leaf; });
  forget_blanked();
}

void GrownTree::forget_blanked() {
  for (Member& one : members_) {
    one.path.keep_if([&](NodeIndex node) {
      return node.is_leaf() || (node.value < tree::node_count(tree_.leaf_count()) &&
                                tree_.parent(node).value().has_value());
    });
  }
}

GrownTree::NewCommit GrownTree::path_over(tree::TreeEditor&& editor, const Member& committer,
                                          std::span<const LeafIndex> added) const {
  const tree::CommitLeaf leaf{committer.leaf, tree_.leaf(committer.leaf)->leaf_node(),
                              committer.signer.public_key, committer.signer, epoch_.group_id};
  auto path = tree::create_path(editor, leaf, random_).value();
  tree::RatchetTree next = std::move(editor).finish();
  const Bytes context = epoch_.context_with(next.tree_hash());
  auto sealed = tree::seal_path(next, path, {context, added}, random_).value();
  return {std::move(path), std::move(sealed), std::move(next)};
}

GrownTree::NewCommit GrownTree::path_of(LeafIndex committer) const {
  return path_over(tree::TreeEditor(tree_), member(committer), {});
}

void GrownTree::commit_add(LeafIndex committer) {
  NewMember joiner = new_member();
  tree::TreeEditor editor(tree_);
  const LeafIndex own = editor.add(entry_of(joiner.leaf_node)).value();
  const LeafIndex added[] = {own};
  NewCommit made = path_over(std::move(editor), member(committer), added);
  const Bytes context = epoch_.context_with(made.tree.tree_hash());
  const tree::ReceivedPath received{committer, &made.update_path,
                                    made.update_path.leaf_node.signature_key, added};
  for (Member& one : members_) {
    one.path =
        one.leaf == committer
            ? made.path.private_path.clone()
            : std::move(
                  tree::open_path(made.tree, one.path, received, context).value().private_path);
  }
  const PathSecret* secret = tree::path_secret_for(made.path, own);
  auto path = tree::private_path_of_joiner(made.tree, joiner.key, {own, committer, secret});
  members_.push_back({own, joiner.signer, std::move(path).value()});
  for (const tree::NewPathNode& node : made.path.nodes) {
    path_secrets_[node.node] = to_bytes(node.path_secret.reveal());
  }
  tree_ = std::move(made.tree);
  forget_blanked();
}

}  // namespace thicket::vectors
