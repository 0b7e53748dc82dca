// Joining by Welcome, and each way to spoil one.  RFC 9420 12.4.3.1.
#include "group/join.h"

#include <doctest/doctest.h>

#include "group/group_info.h"
#include "group/welcome.h"
#include "kit/world.h"
#include "schedule/psk_secret.h"
#include "schedule/transcript.h"

namespace thicket::group {
namespace {

using kit::good;
using kit::Member;
using kit::refused;
using kit::World;

// A client's groups, by id.
class Groups final : public OwnGroups {
 public:
  explicit Groups(std::vector<const Group*> groups) : groups_(std::move(groups)) {}
  const Group* find(ByteView group_id) const override {
    for (const Group* group : groups_) {
      if (equal(group->group_id(), group_id)) return group;
    }
    return nullptr;
  }

 private:
  std::vector<const Group*> groups_;
};

// Accepts everybody but one.
class AllBut final : public Authenticator {
 public:
  explicit AllBut(std::string_view name) : name_(to_bytes(name)) {}
  Result<void> check(const CredentialCheck& presented) const override {
    if (*basic_.client_id(presented.credential, {}) != name_) return {};
    return broken(Rule::credential_rejected);
  }
  Result<void> check_successor(const Succession& succession) const override {
    return basic_.check_successor(succession);
  }
  Result<Bytes> client_id(const Credential& credential, ByteView key) const override {
    return basic_.client_id(credential, key);
  }

 private:
  BasicAuthenticator basic_;
  Bytes name_;
};

// Alice adds bob; the Welcome can be opened, changed by alice, and closed again: signed, tagged and
// sealed anew, so that nothing is wrong but what was changed.
class Porch {
 public:
  explicit Porch(CommitPlan plan = {.force_path = true}, CipherSuite suite = kit::usual_suite())
      : world(3, suite) {
    world.create("alice");
    plan.proposals.push_back(world.add_of("bob"));
    Member& alice = world["alice"];
    Staged staged = world.make_commit("alice", plan);
    welcome = *world.release(alice, staged).welcome;
    world.accept(alice, std::move(staged));
    reference = bob().key_packages.kept[0].reference;
    own = bob().key_packages.kept[0].own;
  }

  Member& bob() { return world["bob"]; }
  Result<StagedGroup> join(ByteView octets, std::optional<ByteView> tree = std::nullopt) {
    return group::join(world.environment(bob()),
                       {octets, bob().key_packages, world.no_groups, tree}, world.now,
                       world.random);
  }
  Result<StagedGroup> join() { return join(welcome); }

  struct Opened {
    Bytes joiner_secret;
    std::optional<PathSecret> path_secret{};
    std::vector<PreSharedKeyID> psks{};
    GroupInfo info{};
    KeyPackage to{};
    bool retag = true;
    bool resign = true;
  };
  Opened open() {
    const crypto::Crypto crypto = world.crypto();
    const MLSMessage message = good(codec::decode<MLSMessage>(welcome));
    const Welcome& sealed = *message.wire_format.as<Welcome>();
    const SecretBytes plain = good(crypto.decrypt_with_label(
        *own.init_key, crypto.hpke_info("Welcome", sealed.encrypted_group_info),
        sealed.secrets[0].encrypted_group_secrets));
    const GroupSecrets secrets = good(codec::decode<GroupSecrets>(plain.reveal()));
    Opened out{.joiner_secret = to_bytes(secrets.joiner_secret.reveal()), .to = own.key_package};
    if (secrets.path_secret) out.path_secret.emplace(secrets.path_secret->reveal());
    const SecretBytes info =
        good(crypto.open(schedule::welcome_key_nonce(crypto, welcome_secret(out)), {},
                         sealed.encrypted_group_info, Rule::group_info_open));
    out.info = good(codec::decode<GroupInfo>(info.reveal()));
    return out;
  }
  // `key`: the joiner secret that the GroupInfo is encrypted under, if not the one that is sent.
  Bytes close(Opened opened, const Opened* key = nullptr) {
    const crypto::Crypto crypto = world.crypto();
    schedule::EpochSecrets secrets;
    secrets.joiner_secret = schedule::JoinerSecret(opened.joiner_secret);
    secrets.welcome_secret = welcome_secret(key ? *key : opened);
    if (opened.retag) {
      const auto epoch = schedule::derive_epoch(crypto, secrets.joiner_secret.clone(),
                                                schedule::zero_psk_secret(crypto),
                                                codec::encode(opened.info.group_context));
      opened.info.confirmation_tag = schedule::confirmation_tag(
          crypto, epoch.confirmation_key, opened.info.group_context.confirmed_transcript_hash);
    }
    if (opened.resign) {
      opened.info.signature = crypto.sign_with_label(world["alice"].identity.signer, "GroupInfoTBS",
                                                     group_info_tbs(opened.info));
    }
    Welcome made =
        good(build_welcome(crypto,
                           {secrets,
                            opened.psks,
                            codec::encode(opened.info),
                            {{opened.to, opened.path_secret ? &*opened.path_secret : nullptr}}},
                           world.random));
    return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(made)});
  }
  Result<StagedGroup> changed(const std::function<void(Opened&)>& change) {
    Opened opened = open();
    change(opened);
    return join(close(std::move(opened)));
  }

  World world;
  Bytes welcome;
  Bytes reference;
  OwnKeyPackage own;

 private:
  schedule::WelcomeSecret welcome_secret(const Opened& opened) const {
    const crypto::Crypto crypto = world.crypto();
    return schedule::welcome_secret(crypto, schedule::JoinerSecret(opened.joiner_secret),
                                    schedule::zero_psk_secret(crypto));
  }
};
using Opened = Porch::Opened;

}  // namespace

TEST_CASE("alice adds bob and carol at once, with and without a path, and all agree, and talk") {
  for (const bool path : {true, false}) {
    World world;
    world.create("alice");
    world.add("alice", {"bob", "carol"}, {.force_path = path});
    CHECK(world.group_of("carol").member_count() == 3);
    world.receive(world["bob"], world.say("carol", "hello").message);
    world.commit("bob", {.force_path = true});
    world.commit("carol", {.force_path = true});
    world.commit("alice", {.force_path = true});
  }
}

TEST_CASE("a Welcome opens in every suite, and what was not changed is accepted when closed anew") {
  for (const crypto::Suite& suite : crypto::all_suites()) {
    CAPTURE(suite.name);
    Porch porch({.force_path = true}, suite.id);
    good(porch.join());
    good(porch.changed([](Opened&) {}));
  }
}

TEST_CASE("joining uses the key package up in the same delta, unless it is a last resort") {
  Porch porch;
  const StagedGroup staged = good(porch.join());
  CHECK(staged.delta().open.consumed_key_packages == std::vector<Bytes>{porch.reference});

  World world;
  world.create("alice");
  Member& bob = world["bob"];
  auto last = good(make_key_package(
      world.provider, bob.identity,
      {.cipher_suite = world.suite, .lifetime = kit::around_noon, .last_resort = true},
      world.random));
  CommitPlan plan;
  plan.proposals.push_back(Add{last.key_package});
  const Bytes reference = key_package_ref(world.crypto(), last.key_package);
  bob.key_packages.kept.push_back({reference, std::move(last)});
  Staged commit = world.make_commit("alice", plan);
  const Bytes welcome = *world.release(world["alice"], commit).welcome;
  const StagedGroup again =
      good(join(world.environment(bob), {welcome, bob.key_packages, world.no_groups}, world.now,
                world.random));
  CHECK(again.delta().open.consumed_key_packages.empty());
}

TEST_CASE("a Welcome split by entry gives each joiner one of its own") {
  World world;
  world.create("alice");
  CommitPlan plan;
  for (const char* name : {"bob", "carol", "dave"}) plan.proposals.push_back(world.add_of(name));
  Staged commit = world.make_commit("alice", plan);
  const Outgoing sent = world.release(world["alice"], commit);
  world.accept(world["alice"], std::move(commit));

  MLSMessage message = good(codec::decode<MLSMessage>(*sent.welcome));
  const SplitWelcome split = split_welcome(*message.wire_format.as<Welcome>());
  REQUIRE(split.entries.size() == 3);
  for (const EncryptedGroupSecrets& entry : split.entries) {
    const Bytes one =
        codec::encode(MLSMessage{ProtocolVersion::mls10, welcome_for(split.common, entry)});
    CHECK(one.size() < sent.welcome->size());
    world.welcome(one);
  }
  world.agree();
  CHECK(world.members().size() == 4);
}

TEST_CASE("the tree comes in the GroupInfo or beside it, and must be the right one") {
  Porch porch({.tree_in_welcome = false});
  refused(porch.join(), Rule::tree_missing, "group_info.extensions");
  const Bytes tree = good(porch.world.group_of("alice").ratchet_tree());
  good(porch.join(porch.welcome, ByteView(tree)));
  World other(9);
  other.create("alice");
  const Bytes wrong = good(other.group_of("alice").ratchet_tree());
  refused(porch.join(porch.welcome, ByteView(wrong)), Rule::tree_hash,
          "group_info.group_context.tree_hash");
  refused(porch.join(porch.welcome, ByteView(Bytes{1, 0})), Rule::tree_last_blank,
          "group_info.ratchet_tree");
}

TEST_CASE("the tree that a commit will make is there before the commit is accepted") {
  World world;
  world.create("alice");
  CommitPlan plan{.force_path = true, .tree_in_welcome = false};
  for (const char* name : {"bob", "carol"}) plan.proposals.push_back(world.add_of(name));
  Group& alice = world.group_of("alice");
  const Bytes before = good(alice.ratchet_tree());
  Staged staged = world.make_commit("alice", plan);
  const Bytes after = good(alice.ratchet_tree(staged));
  CHECK(after != before);
  CHECK(good(alice.ratchet_tree()) == before);
  const Bytes welcome = *world.release(world["alice"], staged).welcome;
  Member& bob = world["bob"];
  good(join(world.environment(bob), {welcome, bob.key_packages, world.no_groups, ByteView(after)},
            world.now, world.random));
  world.accept(world["alice"], std::move(staged));
  CHECK(good(alice.ratchet_tree()) == after);
}

TEST_CASE("what is no Welcome, or none for us, is refused") {
  Porch porch;
  const Bytes info = codec::encode(MLSMessage{
      ProtocolVersion::mls10, good(porch.world.group_of("alice").group_info({true, true, {}}))});
  refused(porch.join(info), Rule::unknown_selector, "welcome.wire_format");
  const auto cut = porch.join(ByteView(porch.welcome).first(porch.welcome.size() - 1));
  REQUIRE_FALSE(cut);
  CHECK(text_of(cut.error().rule).blame == Blame::malformed);
  porch.bob().key_packages.kept.clear();
  refused(porch.join(), Rule::welcome_entry, "welcome.secrets");
}

TEST_CASE("a Welcome of another suite than the key package is refused") {
  Porch porch;
  MLSMessage message = good(codec::decode<MLSMessage>(porch.welcome));
  message.wire_format.as<Welcome>()->cipher_suite = CipherSuite{3};
  refused(porch.join(codec::encode(message)), Rule::welcome_suite, "welcome.cipher_suite");
  refused(porch.changed([](Opened& o) { o.info.group_context.cipher_suite = CipherSuite{3}; }),
          Rule::welcome_suite, "group_info.group_context.cipher_suite");
}

TEST_CASE("secrets and GroupInfo that do not open are refused each by its rule") {
  Porch porch;
  MLSMessage message = good(codec::decode<MLSMessage>(porch.welcome));
  message.wire_format.as<Welcome>()->encrypted_group_info[9] ^= 1;
  refused(porch.join(codec::encode(message)), Rule::welcome_open,
          "welcome.secrets[0].encrypted_group_secrets");
  Opened other = porch.open();
  other.joiner_secret[0] ^= 1;
  refused(porch.join(porch.close(porch.open(), &other)), Rule::group_info_open,
          "welcome.encrypted_group_info");
}

TEST_CASE("secrets of a length other than KDF.Nh are refused") {
  Porch porch;
  refused(porch.changed([](Opened& o) { o.joiner_secret.pop_back(); }), Rule::secret_length,
          "group_secrets.joiner_secret");
  refused(porch.changed([](Opened& o) { o.path_secret.emplace(Bytes(33, 1)); }),
          Rule::secret_length, "group_secrets.path_secret");
}

TEST_CASE("a path secret that is not the one of the tree is refused") {
  Porch porch;
  refused(porch.changed([](Opened& o) { o.path_secret.emplace(Bytes(kit::usual_nh(), 1)); }),
          Rule::welcome_path_secret, "group_secrets.path_secret");
}

TEST_CASE("PSKs of a Welcome: nonce, presence, and one reinit or branch at most") {
  Porch porch;
  const auto external = [](std::size_t nonce) {
    return PreSharedKeyID{ExternalPSK{{7}}, Bytes(nonce, 1)};
  };
  const PreSharedKeyID branch{ResumptionPSK{ResumptionPSKUsage::branch, to_bytes("g"), Epoch{1}},
                              Bytes(kit::usual_nh(), 1)};
  refused(porch.changed([&](Opened& o) { o.psks = {external(kit::usual_nh())}; }),
          Rule::psk_unknown, "group_secrets.psks[0]");
  refused(porch.changed([&](Opened& o) { o.psks = {external(31)}; }), Rule::psk_nonce_length,
          "group_secrets.psks[0].psk_nonce");
  refused(porch.changed([&](Opened& o) {
    o.psks = {branch, branch};
  }),
          Rule::psk_only_one, "group_secrets.psks[1]");
}

TEST_CASE("a committed external PSK comes to the joiner by name, and must be held") {
  World world;
  world.create("alice");
  world["alice"].psks.keys[{1}] = Bytes(40, 9);
  world["bob"].psks.keys[{1}] = Bytes(40, 9);
  CommitPlan plan;
  plan.proposals.push_back(PreSharedKey{{ExternalPSK{{1}}, Bytes(kit::usual_nh(), 5)}});
  plan.proposals.push_back(world.add_of("bob"));
  world.commit("alice", plan);
  CHECK(world.members().size() == 2);
}

TEST_CASE("a GroupInfo that its signer did not sign so is refused") {
  Porch porch;
  refused(porch.changed([](Opened& o) {
    o.resign = false;
    o.info.signature.back() ^= 1;
  }),
          Rule::group_info_signature, "group_info.signature");
  refused(porch.changed([](Opened& o) { o.info.signer = LeafIndex{7}; }),
          Rule::group_info_signature, "group_info.signer");
}

TEST_CASE("the confirmation tag must be that of the epoch") {
  Porch porch;
  refused(porch.changed([](Opened& o) {
    o.retag = false;
    o.info.confirmation_tag[0] ^= 1;
  }),
          Rule::confirmation_tag, "group_info.confirmation_tag");
}

TEST_CASE("the joiner's own leaf must be in the tree, as its key package has it") {
  Porch porch;
  // The same client and signature key, but another key package.
  const KeyPackage second = porch.world.key_package("bob");
  const auto outcome = porch.changed([&](Opened& o) { o.to = second; });
  refused(outcome, Rule::own_leaf, "ratchet_tree");
  CHECK(outcome.error().leaf == LeafIndex{1});
  const KeyPackage daves = porch.world.key_package("dave");
  Opened opened = porch.open();
  opened.to = daves;
  Member& dave = porch.world["dave"];
  refused(join(porch.world.environment(dave),
               {porch.close(std::move(opened)), dave.key_packages, porch.world.no_groups},
               porch.world.now, porch.world.random),
          Rule::own_leaf, "ratchet_tree");
}

TEST_CASE("a group whose id is in use here is not joined, but one that we were removed from is") {
  Porch porch;
  World here(5);
  here.create("bob");
  const Groups groups({here["bob"].group.get()});
  refused(
      join(porch.world.environment(porch.bob()), {porch.welcome, porch.bob().key_packages, groups},
           porch.world.now, porch.world.random),
      Rule::group_id_in_use, "group_info.group_context.group_id");

  World world;
  world.create("alice");
  world.add("alice", {"bob"});
  world.remove("alice", "bob");
  world.add("alice", {"bob"});
  CHECK(world.members().size() == 2);
}

TEST_CASE("a GroupContext extension that we do not support keeps us out, GREASE that we sent too") {
  Porch porch;
  const auto with = [&](ExtensionType type) {
    return porch.changed([&](Opened& o) { o.info.group_context.extensions.push_back({type, {}}); });
  };
  refused(with(ExtensionType{0xF00D}), Rule::group_context_extension_unsupported,
          "group_info.group_context.extensions[0].extension_type");
  // The application knows it, but bob did not say so.
  porch.world.policy.extensions = {ExtensionType{0xF00D}};
  const auto unlisted = with(ExtensionType{0xF00D});
  REQUIRE_FALSE(unlisted);
  CHECK(unlisted.error().rule == Rule::leaf_group_extensions);

  Capabilities sent = porch.own.key_package.leaf_node.capabilities;
  sent.extensions.push_back(ExtensionType{0x3A3A});
  GroupContext context;
  context.extensions.push_back({ExtensionType{0x3A3A}, {}});
  const auto grease = check_context_supported(context, sent, {});
  refused(grease, Rule::group_context_extension_unsupported,
          "group_context.extensions[0].extension_type");
}

TEST_CASE("an unknown GroupInfo extension is ignored, one type twice is refused") {
  Porch porch;
  good(porch.changed([](Opened& o) { o.info.extensions.push_back({ExtensionType{0xF00D}, {1}}); }));
  refused(porch.changed([](Opened& o) {
    o.info.extensions.push_back({ExtensionType{0xF00D}, {1}});
    o.info.extensions.push_back({ExtensionType{0xF00D}, {2}});
  }),
          Rule::duplicate_extension, "group_info.extensions");
}

TEST_CASE("context extensions are read: no type twice, known data exact") {
  Porch porch;
  const auto with = [&](std::vector<Extension> extensions) {
    return porch.changed([&](Opened& o) { o.info.group_context.extensions = extensions; });
  };
  refused(with({{ExtensionType::required_capabilities, {0, 0, 0, 9}}}), Rule::extension_payload,
          "group_info.group_context.extensions[0].extension_data");
  refused(with({{ExtensionType::external_senders, {0}}, {ExtensionType::external_senders, {0}}}),
          Rule::duplicate_extension, "group_info.group_context.extensions");
}

TEST_CASE("the authentication service is asked about every leaf of the tree") {
  Porch porch;
  for (const char* name : {"alice", "bob"}) {
    const AllBut authenticator(name);
    const Environment environment{porch.world.provider, authenticator, porch.bob().psks,
                                  porch.world.policy};
    const auto outcome =
        join(environment, {porch.welcome, porch.bob().key_packages, porch.world.no_groups},
             porch.world.now, porch.world.random);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().rule == Rule::credential_rejected);
  }
}

TEST_CASE("a tree with an expired leaf is refused, unless times are not checked") {
  Porch porch;
  porch.world.now = Instant{kit::around_noon.not_after + 1};
  const auto late = porch.join();
  REQUIRE_FALSE(late);
  CHECK(late.error().rule == Rule::leaf_lifetime);
  porch.world.policy.check_lifetimes = false;
  good(porch.join());
}

}  // namespace thicket::group
