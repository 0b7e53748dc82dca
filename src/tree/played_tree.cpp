// The history's steps, each as the commit that it stands for changes the tree.  RFC 9420 7.4 to
// 7.7, 7.9.
#include "tree/played_tree.h"

#include <algorithm>
#include <sstream>

#include "crypto/seeded_random.h"
#include "tree/editor.h"
#include "tree/warm_tree.h"

namespace thicket::tree {
namespace {

// Streams of the seed, far enough apart for four billion numbers each.
enum class Purpose : std::uint64_t { index_seed = 16, node_key, signature_key };

crypto::SeededRandom stream(const PlayedPlan& plan, Purpose purpose, std::uint32_t number) {
  return crypto::SeededRandom(plan.seed * 0x9E3779B97F4A7C15ULL +
                              (static_cast<std::uint64_t>(purpose) << 32) + number);
}

}  // namespace

Result<std::unique_ptr<PlayedTree>> PlayedTree::play(const crypto::Crypto& crypto,
                                                     PlayedPlan plan) {
  auto played = std::make_unique<PlayedTree>(crypto, std::move(plan));
  std::istringstream lines(played->plan_.history);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line); ++number)
    THICKET_TRY_AT("history[" + std::to_string(number) + "]", played->step(line));
  if (!played->tree_) return broken(Rule::truncated).at("history").because("no start");
  return played;
}

Result<void> PlayedTree::step(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  words >> verb;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 0; words >> number;) numbers.push_back(number);
  const bool first = verb == "start";
  const std::size_t wanted = verb == "remove" ? 2 : 1;
  if (numbers.size() < wanted || first == tree_.has_value())
    return broken(Rule::truncated).because(line);
  if (verb == "third") return {};
  if (first) {
    staying_.push_back(LeafIndex{0});
    for (std::size_t i = 1; i < numbers.size(); ++i) staying_.push_back(LeafIndex{numbers[i]});
    start(numbers[0]);
    return {};
  }
  if (numbers[0] >= staying_.size()) return broken(Rule::truncated).because(line);
  const LeafIndex actor = staying_[numbers[0]];
  if (verb == "add") {
    add();
  } else if (verb == "update") {
    commit_path(actor, std::nullopt);
  } else if (verb == "remove" && THICKET_TRY(tree_->is_occupied(LeafIndex{numbers[1]}))) {
    commit_path(actor, LeafIndex{numbers[1]});
  } else {
    return broken(Rule::truncated).because(line);
  }
  return {};
}

crypto::KemPrivateKeyRef PlayedTree::key(std::uint32_t number) const {
  crypto::SeededRandom random = stream(plan_, Purpose::node_key, number);
  return crypto_.generate_key_pair(random);
}

crypto::SignaturePrivateKey PlayedTree::signer(LeafIndex leaf) const {
  crypto::SeededRandom random = stream(plan_, Purpose::signature_key, names_.at(leaf.value));
  return crypto_.generate_signature_key(random);
}

PrivatePath PlayedTree::private_path(LeafIndex leaf) const {
  PrivatePath path(leaf, key(keys_.at(leaf.node().value)));
  for (const NodeIndex node : direct_path(leaf.node(), tree_->leaf_count())) {
    const std::optional<ParentNode> parent = tree_->parent(node).value();
    if (!parent) continue;
    const auto& unmerged = parent->unmerged_leaves;
    // Who was added below a parent since its key was made does not have it.
    if (std::find(unmerged.begin(), unmerged.end(), leaf) == unmerged.end())
      path.put(node, key(keys_.at(node.value)));
  }
  return path;
}

LeafNode PlayedTree::leaf_node(LeafIndex leaf, LeafNodeOrigin source) const {
  LeafNode node;
  node.encryption_key = key(keys_.at(leaf.node().value))->public_key();
  node.signature_key = signer(leaf).public_key;
  node.credential = BasicCredential{WarmTree::identity(LeafIndex{names_.at(leaf.value)})};
  node.capabilities = plan_.capabilities;
  node.leaf_node_source = std::move(source);
  node.signature = crypto_.sign_with_label(signer(leaf), "LeafNodeTBS",
                                           leaf_node_tbs(node, LeafPlace{plan_.group_id, leaf}));
  return node;
}

LeafEntry PlayedTree::newcomer(LeafIndex leaf) {
  names_[leaf.value] = next_name_++;
  fresh_key(leaf.node());
  return {leaf_node(leaf, plan_.lifetime), WarmTree::identity(LeafIndex{names_[leaf.value]})};
}

void PlayedTree::start(std::uint32_t members) {
  crypto::SeededRandom random = stream(plan_, Purpose::index_seed, 0);
  TreeEditor editor(RatchetTree::of_one(crypto_, newcomer(LeafIndex{0}), IndexSeed::draw(random)));
  for (std::uint32_t i = 1; i < members; ++i) editor.add(newcomer(LeafIndex{i})).value();
  tree_ = std::move(editor).finish();
}

void PlayedTree::add() {
  TreeEditor editor(*tree_);
  editor.add(newcomer(tree_->next_free_leaf())).value();
  tree_ = std::move(editor).finish();
}

void PlayedTree::commit_path(LeafIndex leaf, std::optional<LeafIndex> removed) {
  TreeEditor editor(*tree_);
  if (removed) editor.remove(*removed).value();
  std::vector<Bytes> made;
  for (const auto& step : editor.draft().filtered_direct_path(leaf).value())
    made.push_back(key(fresh_key(step.node))->public_key());
  const std::vector<ByteView> keys(made.begin(), made.end());
  const Bytes parent_hash = editor.put_path({leaf, keys, true}).value();
  fresh_key(leaf.node());
  const Bytes id = WarmTree::identity(LeafIndex{names_.at(leaf.value)});
  editor.put_fresh_leaf(leaf, {leaf_node(leaf, CommitSource{parent_hash}), id}).value();
  tree_ = std::move(editor).finish();
}

}  // namespace thicket::tree
