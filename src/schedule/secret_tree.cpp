// The secret tree's keys: derived when they are asked for, deleted when they are used.  RFC 9420 9.
#include "schedule/secret_tree.h"

#include <algorithm>

#include "tree/math.h"

namespace thicket::schedule {
namespace {

constexpr std::uint64_t block_size = 16;

// RFC 9420 9: "ExpandWithLabel(., "tree", "left", KDF.Nh)", and "right".
void children_of(const crypto::Crypto& crypto, const TreeNodeSecret& parent, TreeNodeSecret& left,
                 TreeNodeSecret& right) {
  const std::size_t size = crypto.hash_size();
  crypto.expand_each(parent.reveal(), {{"tree", view_of("left"), left.fill(size)},
                                       {"tree", view_of("right"), right.fill(size)}});
}

// RFC 9420 9: the first secrets of both ratchets, in the order of RatchetKind.
std::array<Ratchet, 2> first_ratchets(const crypto::Crypto& crypto, const TreeNodeSecret& leaf) {
  std::array<Ratchet, 2> out;
  const std::size_t size = crypto.hash_size();
  crypto.expand_each(leaf.reveal(), {{"handshake", {}, out[0].secret.fill(size)},
                                     {"application", {}, out[1].secret.fill(size)}});
  return out;
}

}  // namespace

SecretTree::SecretTree(const crypto::Crypto& crypto, EncryptionSecret encryption_secret,
                       LeafCount leaves, const RatchetLimits& limits)
    : limits_(limits), leaves_(leaves) {
  THICKET_ASSERT(leaves.value > 0 && (leaves.value & (leaves.value - 1)) == 0);
  THICKET_ASSERT(encryption_secret.size() == crypto.hash_size());
  const NodeIndex root = tree::root(leaves);
  nodes_.emplace(root, encryption_secret.renamed<TreeNodeSecretTag>());
  changed(SizeRow{});
  changed(root);
}

Result<SecretTree::SendingKey> SecretTree::next_key(const crypto::Crypto& crypto, LeafIndex own,
                                                    RatchetKind kind, std::uint64_t octets) {
  if (own >= LeafIndex{leaves_.value}) return broken(Rule::leaf_out_of_range).of(own);
  const std::uint64_t blocks = octets / block_size + 1;
  auto sender = senders_.find(own);
  if (sender != senders_.end()) {
    const auto& ratchets = sender->second.ratchets;
    if (sender->second.of(kind).exhausted()) return broken(Rule::ratchet_exhausted).of(own);
    const std::uint64_t sealed = ratchets[0].sealed_blocks + ratchets[1].sealed_blocks;
    if (sealed >= limits_.sealed_blocks_max || blocks > limits_.sealed_blocks_max - sealed) {
      return broken(Rule::aead_limit).of(own);
    }
  } else {
    if (blocks > limits_.sealed_blocks_max) return broken(Rule::aead_limit).of(own);
    adopt(own, THICKET_TRY(open_leaf(crypto, own)));
    sender = senders_.find(own);
  }
  Ratchet& ratchet = sender->second.of(kind);
  const Generation generation{static_cast<std::uint32_t>(ratchet.generation)};
  SendingKey out{generation, take_key(crypto, ratchet)};
  ratchet.sealed_blocks += blocks;
  changed(HeadRow{own, kind});
  ++changes_;
  return out;
}

Result<Candidate> SecretTree::peek(const crypto::Crypto& crypto, LeafIndex leaf, RatchetKind kind,
                                   Generation generation) const {
  if (leaf >= LeafIndex{leaves_.value}) return broken(Rule::leaf_out_of_range).of(leaf);
  const KeptKey place{leaf, kind, generation};
  const auto found = senders_.find(leaf);
  const Sender* sender = found == senders_.end() ? nullptr : &found->second;
  const std::uint64_t head = sender ? sender->of(kind).generation : 0;
  if (generation.value < head) return peek_kept(*sender, place);
  // RFC 9420 15.3: "Messages received with a generation counter that is too much higher than the
  // last message received would then be rejected."
  if (generation.value - head > limits_.forward_max) {
    return broken(Rule::generation_too_far)
        .of(leaf)
        .because(std::to_string(generation.value) + ", the next is " + std::to_string(head));
  }
  Candidate out;
  out.place_ = place;
  out.made_at_ = changes_;
  if (sender) {
    out.head_ = sender->of(kind).clone();
  } else {
    out.opened_ = THICKET_TRY(open_leaf(crypto, leaf));
    out.head_ = std::move(out.opened_->ratchets[static_cast<std::size_t>(kind)]);
  }
  skip(crypto, out);
  plan_evictions(sender, out);
  out.key_ = take_key(crypto, out.head_);
  return out;
}

Result<void> SecretTree::refresh(const crypto::Crypto& crypto, Candidate& candidate) const {
  if (is_current(candidate)) return {};
  const KeptKey place = candidate.place_;
  candidate = THICKET_TRY(peek(crypto, place.leaf, place.kind, place.generation));
  return {};
}

Result<void> SecretTree::commit(const crypto::Crypto& crypto, Candidate&& candidate) {
  THICKET_TRY(refresh(crypto, candidate));
  Candidate consumed = std::move(candidate);  // wipes the caller's: its key is used up
  apply(std::move(consumed));
  return {};
}

// From the nearest secret that is known above the leaf down to the leaf.
Result<OpenedLeaf> SecretTree::open_leaf(const crypto::Crypto& crypto, LeafIndex leaf) const {
  NodeIndex node = leaf.node();
  auto known = nodes_.find(node);
  while (known == nodes_.end()) {
    if (node == tree::root(leaves_)) {
      return broken(Rule::store_row).at("secret_tree").of(leaf).because("no secret above the leaf");
    }
    node = tree::parent(node, leaves_);
    known = nodes_.find(node);
  }
  OpenedLeaf out;
  out.consumed = node;
  out.siblings.reserve(tree::level(node));
  TreeNodeSecret secret = known->second.clone();
  while (node != leaf.node()) {
    TreeNodeSecret left;
    TreeNodeSecret right;
    children_of(crypto, secret, left, right);
    const bool goes_left = leaf.node() < node;
    out.siblings.push_back(goes_left ? NodeSecret{tree::right(node), std::move(right)}
                                     : NodeSecret{tree::left(node), std::move(left)});
    secret = std::move(goes_left ? left : right);
    node = goes_left ? tree::left(node) : tree::right(node);
  }
  out.ratchets = first_ratchets(crypto, secret);
  return out;
}

// A generation behind the head: its key is kept, or it was used, or given up.
Result<Candidate> SecretTree::peek_kept(const Sender& sender, const KeptKey& place) const {
  for (const Kept& kept : sender.kept) {
    if (kept.place != place) continue;
    Candidate out;
    out.place_ = place;
    out.made_at_ = changes_;
    out.was_kept_ = true;
    out.key_ = crypto::AeadKey{kept.key.key.clone(), kept.key.nonce.clone()};
    return out;
  }
  const bool forgotten = place.generation.value < sender.of(place.kind).forgotten_below;
  return broken(forgotten ? Rule::generation_forgotten : Rule::generation_used)
      .of(place.leaf)
      .because(std::to_string(place.generation.value));
}

std::uint32_t SecretTree::kept_per_sender() const {
  return std::min(limits_.kept_per_sender, limits_.kept_per_group);
}

// Moves the candidate's head to its generation; keeps the keys of the last generations skipped.
void SecretTree::skip(const crypto::Crypto& crypto, Candidate& candidate) const {
  Ratchet& head = candidate.head_;
  const std::uint64_t target = candidate.place_.generation.value;
  const std::uint64_t distance = target - head.generation;
  const std::uint64_t kept = std::min<std::uint64_t>(distance, kept_per_sender());
  const std::uint64_t first_kept = target - kept;
  if (kept < distance) head.forgotten_below = static_cast<std::uint32_t>(first_kept);
  candidate.skipped_.reserve(static_cast<std::size_t>(kept));
  while (head.generation < target) {
    if (head.generation >= first_kept) {
      const Generation generation{static_cast<std::uint32_t>(head.generation)};
      candidate.skipped_.push_back(
          {{candidate.place_.leaf, candidate.place_.kind, generation}, take_key(crypto, head)});
    } else {
      step(crypto, head);
    }
  }
}

// The oldest keys make room: first those of the sender, then those of anybody.
void SecretTree::plan_evictions(const Sender* sender, Candidate& candidate) const {
  const std::size_t added = candidate.skipped_.size();
  if (added == 0) return;
  auto& evicted = candidate.evicted_;
  const std::size_t of_sender = sender ? sender->kept.size() : 0;
  for (std::size_t i = 0; of_sender + added > kept_per_sender() + i; ++i) {
    evicted.push_back(sender->kept[i].place);
  }
  auto oldest = by_age_.begin();
  while (by_age_.size() + added > limits_.kept_per_group + evicted.size()) {
    const KeptKey place = (oldest++)->second;
    if (std::find(evicted.begin(), evicted.end(), place) == evicted.end()) evicted.push_back(place);
  }
  for (const KeptKey& place : evicted) {
    if (place.leaf != candidate.place_.leaf || place.kind != candidate.place_.kind) continue;
    std::uint32_t& below = candidate.head_.forgotten_below;
    below = std::max(below, place.generation.value + 1);
  }
}

void SecretTree::adopt(LeafIndex leaf, OpenedLeaf&& opened) {
  // RFC 9420 9.2: "all node secrets in the secret tree on the path from the root to the leaf".
  nodes_.erase(opened.consumed);
  changed(opened.consumed);
  for (NodeSecret& sibling : opened.siblings) {
    nodes_.emplace(sibling.node, std::move(sibling.secret));
    changed(sibling.node);
  }
  senders_[leaf].ratchets = std::move(opened.ratchets);
  changed(HeadRow{leaf, RatchetKind::handshake});
  changed(HeadRow{leaf, RatchetKind::application});
}

void SecretTree::apply(Candidate&& candidate) {
  THICKET_ASSERT(is_current(candidate));
  ++changes_;
  if (candidate.was_kept_) {
    erase_kept(candidate.place_);
    return;
  }
  const KeptKey place = candidate.place_;
  if (candidate.opened_) adopt(place.leaf, std::move(*candidate.opened_));
  senders_.at(place.leaf).of(place.kind) = std::move(candidate.head_);
  changed(HeadRow{place.leaf, place.kind});
  for (const KeptKey& evicted : candidate.evicted_) {
    erase_kept(evicted);
    Ratchet& ratchet = senders_.at(evicted.leaf).of(evicted.kind);
    ratchet.forgotten_below = std::max(ratchet.forgotten_below, evicted.generation.value + 1);
    changed(HeadRow{evicted.leaf, evicted.kind});
  }
  for (Candidate::Skipped& skipped : candidate.skipped_) keep(std::move(skipped));
}

void SecretTree::keep(Candidate::Skipped&& skipped) {
  const std::uint64_t age = next_age_++;
  by_age_.emplace(age, skipped.place);
  changed(skipped.place);
  senders_.at(skipped.place.leaf).kept.push_back({skipped.place, age, std::move(skipped.key)});
}

void SecretTree::erase_kept(const KeptKey& place) {
  auto& kept = senders_.at(place.leaf).kept;
  const auto found =
      std::find_if(kept.begin(), kept.end(), [&](const Kept& k) { return k.place == place; });
  THICKET_ASSERT(found != kept.end());
  by_age_.erase(found->age);
  kept.erase(found);
  changed(place);
}

}  // namespace thicket::schedule
