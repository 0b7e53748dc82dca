// Histories for a passive client to follow: made by real members, recorded as they go. Without
// GREASE (13.5), which an implementation that is to follow may not know to let pass.
#include "group/external_proposal.h"
#include "messages/wire.h"
#include "vectors/kinds.h"
#include "vectors/people.h"

namespace thicket::vectors {

namespace {

template <class T>
T good(Result<T> result) {
  THICKET_ASSERT(result.has_value());
  return *std::move(result);
}
void good(Result<void> result) {
  THICKET_ASSERT(result.has_value());
}

// What differs between the recorded histories.
struct Variant {
  bool tree_in_welcome = true;
  bool with_psk = false;
  WireFormat handshakes = WireFormat::mls_public_message;
};

class Recording final {
 public:
  Recording(const Source& source, const Variant& variant)
      : source_(source),
        variant_(variant),
        service_(source.crypto().generate_signature_key(source.random)),
        ana_({source.provider, source.profile}),
        bob_({source.provider, source.profile}),
        eve_({source.provider, source.profile}) {
    for (Person* person : {&ana_, &bob_, &eve_}) {
      person->policy().grease = false;
      person->policy().handshakes = variant.handshakes;
      person->psks().add(psk_id_, psk_);
    }
  }

  // Ana makes a group with Bob and invites the passive client.
  void begin() {
    const group::Identity ana = identity("ana");
    good(ana_.create({.group_id = source_.random.bytes(16),
                      .cipher_suite = source_.suite->id,
                      .extensions = {external_senders()},
                      .identity = ana,
                      .lifetime = always_},
                     source_.random));
    const auto bob = key_package("bob");
    const auto added = act(ana_, {Add{bob.key_package}});
    good(bob_.join({*added.welcome, tree_apart()}, bob, source_.random));
    bob_is_in_ = true;

    const auto passive = key_package("passive");
    std::vector<Proposal> proposals = {Add{passive.key_package}};
    if (variant_.with_psk) proposals.push_back(psk_proposal());
    const auto invited = act(ana_, std::move(proposals));
    record(passive, *invited.welcome);
  }

  // Bob's proposals by reference, and more by value, in one commit of Ana's.
  void follow(const std::vector<Proposal>& by_reference, std::vector<Proposal> by_value) {
    Json proposals = Json::array();
    for (const Proposal& proposal : by_reference) {
      proposals.push_back(propose(good(bob_.group().propose(proposal, source_.random))));
    }
    finish(std::move(proposals), std::move(by_value));
  }
  void follow_update() {
    Json proposals = Json::array();
    proposals.push_back(propose(good(bob_.group().propose_update(std::nullopt, source_.random))));
    finish(std::move(proposals), {});
  }

  // The service proposes, and fay asks to be added.
  void follow_outsiders(const Proposal& proposal) {
    const GroupContext& context = ana_.group().context();
    const auto fay = key_package("fay");
    const Bytes messages[] = {
        good(group::external_proposal(source_.provider, {.context = context,
                                                         .sender_index = 0,
                                                         .signer = service_,
                                                         .proposal = proposal,
                                                         .profile = source_.profile})),
        good(group::new_member_proposal(source_.provider, {.group_id = context.group_id,
                                                           .epoch = context.epoch,
                                                           .key_package = fay.key_package,
                                                           .signer = fay.signer,
                                                           .profile = source_.profile}))};
    Json proposals = Json::array();
    for (const Bytes& message : messages) {
      good(ana_.receive(message));
      good(bob_.receive(message));
      proposals.push_back(hex(message));
    }
    finish(std::move(proposals), {});
  }

  // Eve comes in from outside; Bob comes back without what he had.
  void follow_external_commits() {
    const Bytes entered = enter(eve_, "eve");
    good(bob_.receive(entered));
    note(Json::array(), entered);
    note(Json::array(), enter(bob_, "bob"));
  }

  // The last: the group sends nothing more.
  void follow_reinit() {
    const GroupContext& context = ana_.group().context();
    ReInit reinit;
    reinit.group_id = source_.random.bytes(16);
    reinit.version = context.version;
    reinit.cipher_suite = context.cipher_suite;
    finish(Json::array(), {reinit});
  }

  group::OwnKeyPackage key_package(std::string_view name) {
    return good(group::make_key_package(source_.provider, identity(name),
                                        {.cipher_suite = source_.suite->id,
                                         .lifetime = always_,
                                         .grease = false,
                                         .profile = &source_.profile},
                                        source_.random));
  }
  Proposal psk_proposal() {
    PreSharedKeyID id{ExternalPSK{psk_id_},
                      source_.random.bytes(crypto::size_of(source_.suite->hash))};
    return PreSharedKey{std::move(id)};
  }
  LeafIndex last_leaf() const { return LeafIndex{3}; }
  Json take() { return std::move(test_); }

 private:
  group::Identity identity(std::string_view name) {
    group::Identity out;
    out.credential = BasicCredential{to_bytes(name)};
    out.signer = source_.crypto().generate_signature_key(source_.random);
    const CipherSuite suites[] = {source_.suite->id};
    out.capabilities = group::default_capabilities(suites);
    return out;
  }

  // A commit of Ana's, taken by Bob.
  group::Outgoing act(Person& committer, std::vector<Proposal> proposals) {
    group::CommitPlan plan;
    plan.proposals = std::move(proposals);
    plan.tree_in_welcome = variant_.tree_in_welcome;
    plan.force_path = true;
    auto outgoing =
        good(committer.send(good(committer.group().commit(plan, vector_now, source_.random))));
    if (bob_is_in_) good(bob_.receive(outgoing.message));
    return outgoing;
  }

  Json propose(group::Staged&& staged) {
    const auto outgoing = good(bob_.send(std::move(staged)));
    good(ana_.receive(outgoing.message));
    return hex(outgoing.message);
  }

  void finish(Json proposals, std::vector<Proposal> by_value) {
    const auto outgoing = act(ana_, std::move(by_value));
    note(std::move(proposals), outgoing.message);
  }

  // The epoch that Ana is in now.
  void note(Json proposals, const Bytes& commit) {
    test_["epochs"].push_back({{"proposals", std::move(proposals)},
                               {"commit", hex(commit)},
                               {"epoch_authenticator", hex(ana_.group().epoch_authenticator())}});
  }

  // An external commit, taken by Ana.
  Bytes enter(Person& person, std::string_view name) {
    MLSMessage info;
    info.wire_format = good(ana_.group().group_info({.with_tree = true, .extensions = {}}));
    const Bytes encoded = codec::encode(info);
    Bytes commit = good(person.join_external(encoded, identity(name), source_.random));
    good(ana_.receive(commit));
    return commit;
  }

  Extension external_senders() const {
    const std::vector<ExternalSender> senders = {
        {service_.public_key, BasicCredential{to_bytes("service")}}};
    return {ExtensionType::external_senders, codec::encode(senders)};
  }

  std::optional<Bytes> tree_apart() {
    if (variant_.tree_in_welcome) return std::nullopt;
    return good(ana_.group().ratchet_tree());
  }

  void record(const group::OwnKeyPackage& own, const Bytes& welcome) {
    MLSMessage message;
    message.wire_format = own.key_package;
    const auto tree = tree_apart();
    Json psks = Json::array();
    if (variant_.with_psk) psks.push_back({{"psk_id", hex(psk_id_)}, {"psk", hex(psk_)}});
    test_ = {{"cipher_suite", static_cast<unsigned>(source_.suite->id)},
             {"external_psks", std::move(psks)},
             {"key_package", hex_of(message)},
             {"signature_priv", hex(own.signer.seed->reveal())},
             {"encryption_priv", hex(own.leaf_key->reveal())},
             {"init_priv", hex(own.init_key->reveal())},
             {"welcome", hex(welcome)},
             {"ratchet_tree", tree ? hex(*tree) : Json()},
             {"initial_epoch_authenticator", hex(ana_.group().epoch_authenticator())},
             {"epochs", Json::array()}};
  }

  static constexpr Lifetime always_{0, UINT64_MAX};
  const Source& source_;
  const Variant variant_;
  const Bytes psk_id_ = to_bytes("external psk");
  const Bytes psk_ = to_bytes("secret psk key");
  const crypto::SignaturePrivateKey service_;
  Person ana_;
  Person bob_;
  Person eve_;
  bool bob_is_in_ = false;
  Json test_;
};

Json recorded(const Source& source, const Variant& variant) {
  Recording recording(source, variant);
  recording.begin();
  recording.follow({}, {});
  recording.follow_update();
  recording.follow({Add{recording.key_package("cleo").key_package}}, {});
  recording.follow({Remove{recording.last_leaf()}},
                   {Add{recording.key_package("dan").key_package}});
  if (variant.with_psk) recording.follow({}, {recording.psk_proposal()});
  recording.follow_outsiders(Remove{recording.last_leaf()});
  recording.follow_external_commits();
  recording.follow({GroupContextExtensions{}}, {});
  return recording.take();
}

// By itself: not every implementation can do that at all.
Json recorded_reinit(const Source& source) {
  Recording recording(source, {});
  recording.begin();
  recording.follow_reinit();
  return recording.take();
}

}  // namespace

Json generate_passive_client(const Source& source) {
  Json cases = Json::array();
  for (bool with_psk : {false, true}) {
    for (WireFormat format : {WireFormat::mls_public_message, WireFormat::mls_private_message}) {
      cases.push_back(recorded(
          source, {.tree_in_welcome = !with_psk, .with_psk = with_psk, .handshakes = format}));
    }
  }
  cases.push_back(recorded_reinit(source));
  return cases;
}

}  // namespace thicket::vectors
