// The ways by which most rules are broken: a key package that is added, an Update, a path, a list
// of proposals, a Welcome. Each makes the broken message and its twin, and shows them.
#pragma once

#include "kit/twins.h"
#include "kit/welcome_forger.h"

namespace thicket::rules {

using kit::by_reference;
using kit::by_value;
using kit::Forger;
using kit::good;
using kit::Refusal;
using kit::Stage;
using kit::World;

inline constexpr CredentialType badge{0xBEEF};  // a credential type of the application
inline constexpr ExtensionType pin{0xF00D};     // an extension type of the application
inline constexpr ProposalType poll{0xF00E};     // a proposal type of the application
inline constexpr LeafIndex grace{6};            // where the next member comes
inline constexpr LeafIndex nobody{7};           // a blank leaf

inline const std::vector<std::string> everybody{"alice", "bob",   "carol", "dave",
                                                "erin",  "frank", "grace", "heidi"};

// Believes every credential, but for what `verdict` says.
class Judge final : public group::Authenticator {
 public:
  Result<void> check(const group::CredentialCheck& presented) const override {
    asked.push_back({presented.use, name_of(presented.credential)});
    return verdict ? verdict(presented) : Result<void>();
  }
  Result<void> check_successor(const group::Succession&) const override {
    ++successions;
    return {};
  }
  Result<Bytes> client_id(const Credential& credential, ByteView) const override {
    return to_bytes(name_of(credential));
  }
  static std::string name_of(const Credential& credential) {
    if (const auto* basic = credential.as<BasicCredential>()) return to_text(basic->identity);
    if (const auto* other = credential.as<Unknown<CredentialType>>()) {
      return to_text(other->content);
    }
    return {};
  }

  struct Question {
    group::CredentialUse use;
    std::string name;
    bool operator==(const Question&) const = default;
  };
  bool was_asked(group::CredentialUse use, const std::string& name) const {
    return std::find(asked.begin(), asked.end(), Question{use, name}) != asked.end();
  }
  std::function<Result<void>(const group::CredentialCheck&)> verdict;
  mutable std::vector<Question> asked;
  mutable int successions = 0;
};

// Everybody lists the types, so that the group may use them.
inline void all_list(World& world, ExtensionType type) {
  for (const auto& name : everybody) world[name].identity.capabilities.extensions.push_back(type);
}
inline void all_list(World& world, ProposalType type) {
  for (const auto& name : everybody) world[name].identity.capabilities.proposals.push_back(type);
}
inline void all_list(World& world, CredentialType type) {
  for (const auto& name : everybody) world[name].identity.capabilities.credentials.push_back(type);
}

inline Extension required(const RequiredCapabilities& capabilities) {
  return {ExtensionType::required_capabilities, codec::encode(capabilities)};
}
// The external sender of index 0, by the identity of heidi, who is in no group.
inline Extension external_senders(World& world) {
  const auto& heidi = world["heidi"].identity;
  return {ExtensionType::external_senders,
          codec::encode(std::vector<ExternalSender>{{heidi.signer.public_key, heidi.credential}})};
}

inline Bytes commit_of(Stage& stage, std::vector<ProposalOrRef> proposals, bool path = false) {
  return stage.forger("alice").commit({.proposals = std::move(proposals), .path = path});
}

// Grace is added by value, in alice's commit, before bob's eyes. Paths start at her key package.
inline void add_refused(Stage& stage, const kit::KeyPackageSpoil& spoil, Rule rule,
                        const std::string& path, std::optional<LeafIndex> leaf = {}) {
  const KeyPackage broken = kit::key_package_of(stage.world, "grace", spoil);
  const KeyPackage unbroken = kit::key_package_of(stage.world, "grace");
  stage.refuses(
      "bob",
      {commit_of(stage, {by_value(Add{broken})}), commit_of(stage, {by_value(Add{unbroken})})},
      {rule, "commit.proposals[0].key_package" + path, leaf});
}
inline void add_refused(const kit::KeyPackageSpoil& spoil, Rule rule, const std::string& path,
                        std::optional<LeafIndex> leaf = {}) {
  Stage stage;
  add_refused(stage, spoil, rule, path, leaf);
}

// Carol's Update, before bob's eyes. Paths start at the LeafNode.
inline void update_refused(const std::function<void(Stage&, LeafNode&)>& spoil, Rule rule,
                           const std::string& path) {
  Stage stage;
  const Forger carol = stage.forger("carol");
  const LeafNode broken = carol.update_leaf([&](LeafNode& leaf) { spoil(stage, leaf); });
  stage.refuses("bob",
                {carol.proposal(Update{broken}), carol.proposal(Update{carol.update_leaf()})},
                {rule, "proposal.leaf_node" + path});
}

// Alice's commit with a path, before bob's eyes.
inline void path_refused(Stage& stage, kit::ForgedCommit script, const Refusal& refusal) {
  script.path = true;
  const Forger alice = stage.forger("alice");
  stage.refuses("bob", {alice.commit(script), alice.commit({.proposals = {}, .path = true})},
                refusal);
}

// A proposal of carol's, before bob's eyes.
inline void proposal_refused(Stage& stage, const Proposal& broken, const Proposal& unbroken,
                             const Refusal& refusal) {
  const Forger carol = stage.forger("carol");
  stage.refuses("bob", {carol.proposal(broken), carol.proposal(unbroken)}, refusal);
}

// Grace joins by a Welcome that was changed.
inline void welcome_refused(Stage& stage, const kit::WelcomeSpoil& spoil, const Refusal& refusal,
                            Stage::Path path = Stage::Path::with) {
  const Bytes unbroken = stage.welcome_for("grace", path);
  const Bytes broken = kit::forge_welcome(stage.world, {"grace", "alice"}, unbroken, spoil);
  stage.welcome_refused("grace", {broken, unbroken}, refusal);
}
inline void welcome_refused(const kit::WelcomeSpoil& spoil, const Refusal& refusal) {
  Stage stage;
  welcome_refused(stage, spoil, refusal);
}

inline PreSharedKeyID psk_named(World& world, std::string_view name) {
  return {ExternalPSK{to_bytes(name)}, world.random.bytes(kit::usual_nh())};
}
inline void all_have_psk(World& world, std::string_view name) {
  for (const auto& person : everybody) world[person].psks.keys[to_bytes(name)] = Bytes(32, 7);
}

inline void flip(Bytes& octets) {
  octets.back() ^= 1;
}

}  // namespace thicket::rules
