// A ratchet tree as a joiner reads it: octets as they are, or a valid tree with edits, whose leaves
// are signed anew and whose parent hashes are linked anew where that is asked for. What is imported
// is hashed and judged as the tree straight from the RFC is (tree/naive_tree_test.h).
#include "edit.h"
#include "house.h"
#include "target.h"
#include "tree/import.h"
#include "tree/naive_tree_test.h"

namespace {

using namespace thicket;
using fuzz::Script;
using kit::good;
using tree::naive::NaiveTree;

enum class Act : std::uint8_t {
  octets,
  signed_anew,
  linked_anew,  // script.octets choose the sides that parent hashes stand on
};
constexpr std::size_t acts = 3;

// The naive tree copies itself for every parent hash.
constexpr std::size_t naive_nodes_max = 63;

// Ten people, of whom one has left and two have just come.
struct Orchard {
  Orchard() : world(7) {
    world.create("ana");
    world.add("ana", {"bob", "cid", "dan", "eve", "fay", "gus", "hal"});
    for (const char* name : {"hal", "bob", "fay", "dan"}) world.commit(name, {.force_path = true});
    world.remove("bob", "gus");
    world.commit("cid", {.force_path = true});
    world.add("cid", {"ida", "jon"});
    encoded = good(world.group_of("ana").ratchet_tree());
    nodes = good(codec::decode<RatchetTreeExtension>(encoded));
    for (const auto& [name, member] : world.people) {
      signers.emplace(member->identity.signer.public_key, member->identity.signer);
    }
  }
  Orchard(const Orchard&) = delete;
  Orchard& operator=(const Orchard&) = delete;

  // Of the leaf's owner; a key that is nobody's signs nothing.
  void sign(LeafNode& leaf, LeafIndex at) const {
    const auto signer = signers.find(leaf.signature_key);
    if (signer == signers.end()) return;
    leaf.signature = world.crypto().sign_with_label(
        signer->second, "LeafNodeTBS", leaf_node_tbs(leaf, {to_bytes("the group"), at}));
  }

  kit::World world;
  Bytes encoded;
  RatchetTreeExtension nodes;
  std::map<Bytes, crypto::SignaturePrivateKey> signers;
};

const Orchard& orchard() {
  fuzz::prepare_kit();
  static const Orchard there;
  return there;
}

void sign_changed(RatchetTreeExtension& nodes) {
  const Orchard& there = orchard();
  for (std::size_t i = 0; i < nodes.size(); i += 2) {
    auto* leaf = nodes[i] ? nodes[i]->as<LeafNode>() : nullptr;
    if (leaf == nullptr) continue;
    if (i < there.nodes.size() && nodes[i] == there.nodes[i]) continue;
    there.sign(*leaf, LeafIndex{static_cast<std::uint32_t>(i / 2)});
  }
}

// Writes parent hashes from the top down, each into one node below: RFC 9420 7.9.2.
class Linking final {
 public:
  Linking(NaiveTree& tree, ByteView sides) : tree_(tree), sides_(sides) {}

  void link(std::uint32_t x) {
    if (NaiveTree::height(x) == 0) return;
    const std::uint32_t left = NaiveTree::left(x);
    const std::uint32_t right = NaiveTree::right(x);
    if (tree_.blank(x)) {
      link(left);
      link(right);
      return;
    }
    bool to_left = next_side();
    if (!holder(x, to_left ? left : right)) to_left = !to_left;
    const std::uint32_t chain = to_left ? left : right;
    const std::uint32_t sibling = to_left ? right : left;
    link(sibling);
    if (const auto node = holder(x, chain)) put(*node, tree_.parent_hash(x, sibling));
    link(chain);
  }

 private:
  bool next_side() {
    if (sides_.empty()) return true;
    const std::size_t bit = used_++ % (sides_.size() * 8);
    return (sides_[bit / 8] >> (bit % 8) & 1) == 0;
  }

  // The node of the resolution that was no unmerged leaf when the path was made.
  std::optional<std::uint32_t> holder(std::uint32_t parent, std::uint32_t child) const {
    const auto& unmerged = tree_.parent_node(parent).unmerged_leaves;
    for (const std::uint32_t node : tree_.resolution(child)) {
      const bool is_unmerged = std::any_of(unmerged.begin(), unmerged.end(),
                                           [&](LeafIndex leaf) { return 2 * leaf.value == node; });
      if (!is_unmerged) return node;
    }
    return std::nullopt;
  }

  void put(std::uint32_t node, Bytes hash) {
    if (NaiveTree::height(node) > 0) {
      tree_.parent_node(node).parent_hash = std::move(hash);
      return;
    }
    LeafNode leaf = tree_.leaf(node);
    leaf.leaf_node_source = CommitSource{std::move(hash)};
    orchard().sign(leaf, LeafIndex{node / 2});
    tree_.put_leaf(node, leaf);
  }

  NaiveTree& tree_;
  ByteView sides_;
  std::size_t used_ = 0;
};

// What the naive tree assumes, and import_tree checks: leaves and parents stand in turn, and
// unmerged leaves are leaves of the tree.
bool is_regular(const RatchetTreeExtension& nodes) {
  if (nodes.empty() || nodes.size() > naive_nodes_max) return false;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i]) continue;
    if ((nodes[i]->as<LeafNode>() != nullptr) != (i % 2 == 0)) return false;
    const auto* parent = nodes[i]->as<ParentNode>();
    if (parent == nullptr) continue;
    for (const LeafIndex leaf : parent->unmerged_leaves) {
      const std::size_t at = 2 * std::size_t{leaf.value};
      if (at >= nodes.size() || !nodes[at]) return false;
    }
  }
  return true;
}

Bytes changed_tree(const Script& script, Act act) {
  RatchetTreeExtension nodes = orchard().nodes;
  fuzz::apply(script, 0, nodes);
  sign_changed(nodes);
  if (act == Act::linked_anew && is_regular(nodes)) {
    NaiveTree tree = NaiveTree::of(orchard().world.crypto(), nodes);
    Linking(tree, script.octets).link(tree.root());
    nodes = good(codec::decode<RatchetTreeExtension>(tree.encoded()));
  }
  // Too late for any signature or hash.
  fuzz::apply(script, 1, nodes);
  return codec::encode(nodes);
}

Result<Bytes> client_of(const LeafNode& leaf) {
  const auto* basic = leaf.credential.as<BasicCredential>();
  if (basic == nullptr) return broken(Rule::credential_rejected).at("credential");
  return basic->identity;
}

void compare(const tree::RatchetTree& imported, ByteView encoded, bool is_valid) {
  const auto nodes = codec::decode<RatchetTreeExtension>(encoded);
  THICKET_ASSERT(nodes.has_value());
  if (nodes->size() > naive_nodes_max) return;
  const NaiveTree naive = NaiveTree::of(orchard().world.crypto(), *nodes);
  THICKET_ASSERT(equal(naive.tree_hash(naive.root()), imported.tree_hash()));
  THICKET_ASSERT(naive.is_valid() == is_valid);
}

void read(ByteView encoded) {
  const kit::World& world = orchard().world;
  const auto imported = tree::import_tree(world.crypto(), encoded, client_of, tree::IndexSeed{});
  fuzz::named(imported);
  if (!imported) return;
  const auto structure = tree::validate_structure(*imported);
  fuzz::named(structure);
  compare(*imported, encoded, structure.has_value());
  tree::LeafPolicy policy;
  policy.cipher_suite = world.suite;
  policy.now = world.now;
  policy.lifetime_seconds_max = std::uint64_t{366} * 24 * 3600;
  fuzz::named(tree::validate_leaves(*imported, {&policy, to_bytes("the group")}));
  THICKET_ASSERT(equal(good(tree::export_tree(*imported)), encoded));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto script = codec::decode<Script>(ByteView(data, size));
  if (!script) return 0;
  const Act act = static_cast<Act>(script->act % acts);
  if (act == Act::octets) {
    read(script->octets);
  } else if (const auto octets = fuzz::made([&] { return changed_tree(*script, act); })) {
    read(*octets);
  }
  return 0;
}

std::vector<Bytes> thicket::fuzz::seeds() {
  std::vector<Bytes> out;
  out.push_back(codec::encode(Script{0, orchard().encoded, {}}));
  for (std::uint8_t act = 1; act < acts; ++act) out.push_back(codec::encode(Script{act, {}, {}}));
  for (const Bytes& octets : official_octets()) {
    const auto tree = codec::decode<RatchetTreeExtension>(octets);
    if (tree && octets.size() < 3000) out.push_back(codec::encode(Script{0, octets, {}}));
  }
  return out;
}
