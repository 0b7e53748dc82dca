// The group as its members and the service see it, from the plan alone.
#include "group/warm_group.h"

#include "base/machine_failure.h"
#include "crypto/seeded_random.h"
#include "group/state.h"
#include "group/step.h"
#include "messages/wire.h"
#include "schedule/psk_secret.h"
#include "schedule/transcript.h"
#include "tree/editor.h"
#include "tree/import.h"

namespace thicket::group {

namespace {

const Bytes group_id = to_bytes("thicket-bench-16");

Result<Bytes> client_of(const LeafNode& leaf) {
  return leaf.credential.as<BasicCredential>()->identity;
}

// A stream of its own for what one leaf or number holds.
crypto::SeededRandom stream(std::uint64_t seed, std::uint64_t purpose, std::uint32_t index) {
  return crypto::SeededRandom(seed * 0x2545F4914F6CDD1DULL + (purpose << 40) + index);
}

}  // namespace

Capabilities warm_capabilities(const crypto::Suite& suite) {
  const std::array<CipherSuite, 1> suites{suite.id};
  return default_capabilities(suites);
}

WarmGroup::WarmGroup(const crypto::Provider& provider, const crypto::Suite& suite,
                     const WarmGroupPlan& plan)
    : crypto_(provider, suite), plan_(plan) {
  policy_.grease = false;  // sizes repeat
  if (plan.any_key_package) {
    policy_.check_lifetimes = false;
    policy_.lifetime_seconds_max.reset();
    policy_.check_suite_listed = false;
  }
  if (plan.shape == TreeShape::warm) {
    warm_ = std::make_unique<tree::WarmTree>(
        crypto_, tree::WarmPlan{plan.members, group_id, warm_capabilities(suite), plan.seed});
    tree_ = warm_->tree();
  } else {
    build_fresh();
  }
  auto encoded_tree = tree::export_tree(*tree_);
  if (!encoded_tree) throw MachineFailure(describe(encoded_tree.error()));
  encoded_tree_ = *std::move(encoded_tree);

  crypto::SeededRandom random(plan.seed ^ 0x5EC2E75ULL);
  context_.cipher_suite = suite.id;
  context_.group_id = group_id;
  context_.epoch = Epoch{7};
  context_.tree_hash = to_bytes(tree_->tree_hash());
  context_.confirmed_transcript_hash = random.bytes(crypto_.hash_size());
  const Bytes encoded = codec::encode(context_);
  secrets_ = schedule::derive_first_epoch(crypto_, encoded, random);
  confirmation_tag_ = schedule::confirmation_tag(crypto_, secrets_.confirmation_key,
                                                 context_.confirmed_transcript_hash);
}

std::size_t WarmGroup::depth() const {
  return tree::direct_path(LeafIndex{0}.node(), tree_->leaf_count()).size();
}

// As after one commit that added everybody: leaves of key packages, all parents blank.
void WarmGroup::build_fresh() {
  std::optional<tree::TreeEditor> editor;
  for (std::uint32_t i = 0; i < plan_.members; ++i) {
    const LeafIndex leaf{i};
    const crypto::SignaturePrivateKey key = signer(leaf);
    LeafNode node;
    node.encryption_key = private_path(leaf).keys().front().key->public_key();
    node.signature_key = key.public_key;
    node.credential = BasicCredential{tree::WarmTree::identity(leaf)};
    node.capabilities = warm_capabilities(crypto_.suite());
    node.leaf_node_source = plan_.lifetime;
    node.signature =
        crypto_.sign_with_label(key, "LeafNodeTBS", leaf_node_tbs(node, LeafPlace{group_id, leaf}));
    const tree::LeafEntry entry{node, tree::WarmTree::identity(leaf)};
    if (!editor) {
      crypto::SeededRandom random(plan_.seed);
      editor.emplace(tree::RatchetTree::of_one(crypto_, entry, tree::IndexSeed::draw(random)));
    } else {
      editor->add(entry).value();
    }
  }
  tree_ = std::move(*editor).finish();
}

crypto::SignaturePrivateKey WarmGroup::signer(LeafIndex leaf) const {
  if (warm_) return warm_->signer(leaf);
  crypto::SeededRandom random = stream(plan_.seed, 1, leaf.value);
  return crypto_.generate_signature_key(random);
}

tree::PrivatePath WarmGroup::private_path(LeafIndex leaf) const {
  if (warm_) return warm_->private_path(leaf);
  crypto::SeededRandom random = stream(plan_.seed, 2, leaf.value);
  return tree::PrivatePath(leaf, crypto_.generate_key_pair(random));
}

std::unique_ptr<Group> WarmGroup::member(LeafIndex leaf, const crypto::Provider& provider,
                                         bool own_tree) const {
  const crypto::Crypto crypto(provider, crypto_.suite());
  crypto::SeededRandom random = stream(plan_.seed, 3, leaf.value);
  tree::RatchetTree tree =
      own_tree ? tree::import_tree(crypto, encoded_tree_, client_of, tree::IndexSeed::draw(random))
                     .value()
               : *tree_;
  auto epoch = make_epoch(crypto, policy_,
                          NewEpoch{context_, confirmation_tag_, std::move(tree), private_path(leaf),
                                   signer(leaf), secrets_.clone()});
  auto state = std::make_unique<GroupState>(
      GroupState{environment(provider), crypto, std::move(epoch).value(), {}, {}, false, {}});
  return std::make_unique<Group>(std::move(state));
}

namespace {

// The epoch that `there` is in, as another group that shares nothing with it but the tree.
std::unique_ptr<GroupState> state_beside(const GroupState& there, const Environment& environment,
                                         tree::PrivatePath path,
                                         const crypto::SignaturePrivateKey& signer) {
  const EpochState& epoch = *there.current;
  const crypto::Crypto crypto(environment.provider, there.crypto.suite());
  // The secret tree was derived when the epoch began, and what it was derived from is gone.
  auto secret_tree = schedule::SecretTree::load(crypto, epoch.keys->secret_tree.all_rows(),
                                                environment.policy.ratchets);
  auto keys = std::make_shared<EpochKeys>(EpochKeys{epoch.context.epoch, epoch.keys->group_context,
                                                    epoch.secrets.sender_data_secret.clone(),
                                                    std::move(secret_tree).value(), Ledger{}});
  auto beside = std::make_shared<EpochState>(EpochState{epoch.context,
                                                        epoch.extensions,
                                                        epoch.confirmation_tag,
                                                        epoch.interim_transcript_hash,
                                                        epoch.tree,
                                                        std::move(path),
                                                        signer,
                                                        epoch.secrets.clone(),
                                                        std::move(keys),
                                                        epoch.reinit,
                                                        {},
                                                        {},
                                                        {},
                                                        {},
                                                        {},
                                                        std::make_shared<Fate>()});
  return std::make_unique<GroupState>(
      GroupState{environment, crypto, std::move(beside), {}, {}, false, {}});
}

}  // namespace

std::unique_ptr<Group> WarmGroup::member_beside(const Group& there, LeafIndex leaf) const {
  const GroupState& state = there.state();
  tree::PrivatePath path(leaf, private_path(leaf).keys().front().key);
  return std::make_unique<Group>(
      state_beside(state, state.environment, std::move(path), signer(leaf)));
}

std::unique_ptr<Group> WarmGroup::member_again(const Group& there, const crypto::Provider& provider,
                                               bool own_tree) const {
  const EpochState& epoch = *there.state().current;
  auto state = state_beside(there.state(), environment(provider), epoch.path.clone(), epoch.signer);
  if (own_tree) {
    crypto::SeededRandom random = stream(plan_.seed, 5, epoch.own().value);
    state->current->tree = tree::import_tree(state->crypto, tree::export_tree(epoch.tree).value(),
                                             client_of, tree::IndexSeed::draw(random))
                               .value();
  }
  return std::make_unique<Group>(std::move(state));
}

Delta WarmGroup::all_rows(const Group& member) {
  return fresh_delta(member.state()).value();
}

Identity WarmGroup::outsider(std::uint32_t number) const {
  crypto::SeededRandom random = stream(plan_.seed, 4, number);
  Identity identity;
  identity.credential = BasicCredential{to_bytes("joiner-" + std::to_string(number))};
  identity.signer = crypto_.generate_signature_key(random);
  identity.capabilities = warm_capabilities(crypto_.suite());
  return identity;
}

}  // namespace thicket::group
