// Actors, their numbers, how they enter groups, and what they ask a group that they are in.
#include "thicket-interop/client.h"

#include "group/join.h"
#include "messages/wire.h"

namespace thicket::interop {
namespace {

Error unknown(std::string_view field, Id id) {
  return broken(Rule::input_format).at(field).because(std::to_string(id) + " is not known");
}

// The one key package of a joiner.
class OneKeyPackage final : public group::KeyPackageSource {
 public:
  OneKeyPackage(const crypto::Provider& provider, const group::OwnKeyPackage& own)
      : own_(own), reference_(group::key_package_ref({provider, *own.suite}, own.key_package)) {}
  Result<std::optional<group::OwnKeyPackage>> find(ByteView key_package_ref) override {
    if (!equal(key_package_ref, reference_)) return std::optional<group::OwnKeyPackage>();
    return std::optional(own_);
  }

 private:
  const group::OwnKeyPackage& own_;
  Bytes reference_;
};

// Of the many groups of a process the one that an actor comes from, if any: others are other
// actors'.
class FormerGroup final : public group::OwnGroups {
 public:
  explicit FormerGroup(const State* state) : state_(state) {}
  const group::Group* find(ByteView group_id) const override {
    if (state_ == nullptr || !equal(state_->group().group_id(), group_id)) return nullptr;
    return &state_->group();
  }

 private:
  const State* state_;
};

std::optional<ByteView> tree_apart(ByteView ratchet_tree) {
  if (ratchet_tree.empty()) return std::nullopt;
  return ratchet_tree;
}

}  // namespace

std::vector<CipherSuite> Client::supported_ciphersuites() const {
  std::vector<CipherSuite> out;
  for (const crypto::Suite& suite : settings_.profile.suites()) {
    if (has(settings_.provider, suite)) out.push_back(suite.id);
  }
  return out;
}

Result<std::shared_ptr<State>> Client::state(Id id) {
  const auto found = states_.find(id);
  if (found == states_.end()) return unknown("state_id", id);
  if (settings_.reopen) THICKET_TRY(found->second->reopen());
  return found->second;
}

Result<Client::Reinit*> Client::sealed(Id reinit_id) {
  const auto found = reinits_.find(reinit_id);
  if (found == reinits_.end()) return unknown("reinit_id", reinit_id);
  if (settings_.reopen) THICKET_TRY(found->second.former->reopen());
  return &found->second;
}

StateResponse Client::keep(std::shared_ptr<State> state) {
  const Id id = next_id();
  StateResponse response{id, to_bytes(state->group().epoch_authenticator())};
  states_.emplace(id, std::move(state));
  return response;
}

Result<const crypto::Suite*> Client::suite_of(CipherSuite cipher_suite) const {
  const crypto::Suite* suite = THICKET_TRY(settings_.profile.suite_of(cipher_suite));
  if (has(settings_.provider, *suite)) return suite;
  return broken(Rule::unknown_suite).because("the provider lacks " + std::string(suite->name));
}

Result<group::Identity> Client::identity_of(ByteView name, CipherSuite cipher_suite) const {
  const crypto::Crypto crypto(settings_.provider, *THICKET_TRY(suite_of(cipher_suite)));
  group::Identity identity;
  identity.credential = BasicCredential{to_bytes(name)};
  identity.signer = crypto.generate_signature_key(settings_.random());
  identity.capabilities = group::default_capabilities(supported_ciphersuites());
  return identity;
}

Result<group::OwnKeyPackage> Client::key_package_of(const group::Identity& identity,
                                                    CipherSuite cipher_suite) const {
  const group::KeyPackagePlan plan{.cipher_suite = cipher_suite,
                                   .lifetime = lifetime_now(),
                                   .grease = settings_.grease,
                                   .profile = &settings_.profile};
  return group::make_key_package(settings_.provider, identity, plan, settings_.random());
}

Result<Id> Client::create_group(const CreateGroupRequest& request) {
  const auto state = std::make_shared<State>(settings_, request.encrypt_handshake, Psks());
  auto identity = THICKET_TRY(identity_of(request.identity, request.cipher_suite));
  auto staged = THICKET_TRY(group::Group::create(state->environment(),
                                                 {.group_id = request.group_id,
                                                  .cipher_suite = request.cipher_suite,
                                                  .extensions = {},
                                                  .identity = std::move(identity),
                                                  .lifetime = lifetime_now()},
                                                 clock_now(), settings_.random()));
  THICKET_TRY(state->enter(std::move(staged)));
  return keep(state).state_id;
}

Result<KeyPackageResponse> Client::begin(group::OwnKeyPackage own, Bytes message) {
  KeyPackageResponse response;
  response.transaction_id = next_id();
  response.message = std::move(message);
  response.init_priv = SecretBytes(own.init_key->reveal());
  response.encryption_priv = SecretBytes(own.leaf_key->reveal());
  response.signature_priv = own.signer.seed->clone();
  transactions_.emplace(response.transaction_id, Transaction{std::move(own), Psks()});
  return response;
}

Result<KeyPackageResponse> Client::create_key_package(CipherSuite cipher_suite, ByteView identity) {
  const auto named = THICKET_TRY(identity_of(identity, cipher_suite));
  auto own = THICKET_TRY(key_package_of(named, cipher_suite));
  Bytes message = codec::encode(MLSMessage{ProtocolVersion::mls10, own.key_package});
  return begin(std::move(own), std::move(message));
}

Result<StateResponse> Client::enter(std::shared_ptr<State> joining, const Invitation& invitation) {
  OneKeyPackage key_packages(settings_.provider, invitation.own);
  const FormerGroup groups(invitation.former);
  const auto join = [&] {
    return group::join(
        joining->environment(),
        {invitation.welcome, key_packages, groups, tree_apart(invitation.ratchet_tree)},
        clock_now(), settings_.random());
  };
  // What is missing is of the former group: the new one comes whole.
  auto staged =
      THICKET_TRY(invitation.former != nullptr ? invitation.former->loaded(join) : join());
  THICKET_TRY(joining->enter(std::move(staged)));
  return keep(std::move(joining));
}

Result<StateResponse> Client::join_group(const JoinGroupRequest& request) {
  const auto found = transactions_.find(request.transaction_id);
  if (found == transactions_.end()) return unknown("transaction_id", request.transaction_id);
  const Transaction& transaction = found->second;
  auto joining =
      std::make_shared<State>(settings_, request.encrypt_handshake, transaction.psks.clone());
  StateResponse response = THICKET_TRY(
      enter(std::move(joining), {request.welcome, request.ratchet_tree, transaction.own}));
  transactions_.erase(found);
  return response;
}

Result<ExternalJoinResponse> Client::external_join(const ExternalJoinRequest& request) {
  const auto message = THICKET_TRY_AT("group_info", codec::decode<MLSMessage>(request.group_info));
  const auto* info = message.wire_format.as<GroupInfo>();
  if (info == nullptr) return broken(Rule::input_format).at("group_info");
  Psks psks;
  std::vector<PSKKind> names;
  for (const NamedPsk& psk : request.psks) {
    psks.add(psk.psk_id, SecretBytes(ByteView(psk.psk_secret)));
    names.emplace_back(ExternalPSK{psk.psk_id});
  }
  auto joining = std::make_shared<State>(settings_, request.encrypt_handshake, std::move(psks));
  const group::NoGroups none;
  auto identity = THICKET_TRY(identity_of(request.identity, info->group_context.cipher_suite));
  const group::ExternalJoinPlan plan{.group_info = request.group_info,
                                     .ratchet_tree = tree_apart(request.ratchet_tree),
                                     .identity = std::move(identity),
                                     .groups = none,
                                     .psks = std::move(names),
                                     .resync = request.remove_prior,
                                     .new_group_info = false,
                                     .grease = settings_.grease};
  auto join = THICKET_TRY(
      group::join_external(joining->environment(), plan, clock_now(), settings_.random()));
  Bytes commit = THICKET_TRY(joining->enter(std::move(join)));
  return ExternalJoinResponse{keep(std::move(joining)), std::move(commit)};
}

Result<GroupInfoResponse> Client::group_info(Id state_id, bool external_tree) {
  const auto found = THICKET_TRY(state(state_id));
  const group::GroupInfoPlan plan{.with_tree = !external_tree, .extensions = {}};
  auto info = THICKET_TRY(found->loaded([&] { return found->group().group_info(plan); }));
  GroupInfoResponse response;
  response.group_info = codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(info)});
  if (external_tree) {
    response.ratchet_tree =
        THICKET_TRY(found->loaded([&] { return found->group().ratchet_tree(); }));
  }
  return response;
}

Result<Bytes> Client::state_auth(Id state_id) {
  return to_bytes(THICKET_TRY(state(state_id))->group().epoch_authenticator());
}

Result<SecretBytes> Client::export_secret(Id state_id, const ExportRequest& request) {
  // RFC 9420 8, 8.5: KDF.Expand gives 255 hashes at most, and the length is of sixteen bits.
  const auto found = THICKET_TRY(state(state_id));
  const std::size_t most = 255 * found->group().crypto().hash_size();
  if (request.key_length > most) return broken(Rule::input_format).at("key_length");
  return found->group().export_secret({request.label, request.context, request.key_length});
}

Result<Bytes> Client::protect(Id state_id, ByteView authenticated_data, ByteView plaintext) {
  return THICKET_TRY(state(state_id))->protect(authenticated_data, plaintext);
}

Result<UnprotectResponse> Client::unprotect(Id state_id, ByteView ciphertext) {
  const auto found = THICKET_TRY(state(state_id));
  group::Event event = THICKET_TRY(found->receive(ciphertext));
  auto* message = std::get_if<group::ApplicationMessage>(&event);
  if (message == nullptr) return broken(Rule::input_format).at("ciphertext");
  return UnprotectResponse{std::move(message->authenticated_data), std::move(message->data)};
}

Result<void> Client::store_psk(Id state_or_transaction_id, const NamedPsk& psk) {
  const auto transaction = transactions_.find(state_or_transaction_id);
  Psks& psks = transaction != transactions_.end()
                   ? transaction->second.psks
                   : THICKET_TRY(state(state_or_transaction_id))->psks();
  psks.add(psk.psk_id, SecretBytes(ByteView(psk.psk_secret)));
  return {};
}

Result<void> Client::free(Id state_id) {
  if (states_.erase(state_id) == 1) return {};
  return unknown("state_id", state_id);
}

}  // namespace thicket::interop
