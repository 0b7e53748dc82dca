// Into groups.
#include "interop-runner/actions.h"

namespace thicket::interop {

namespace pb = mls_client;

namespace {

struct Offered {
  std::string actor;
  pb::CreateKeyPackageResponse made;
};

pb::CreateKeyPackageResponse offer(Stage& stage, const std::string& actor) {
  pb::CreateKeyPackageRequest request;
  request.set_cipher_suite(stage.suite);
  request.set_identity(actor);
  return stage.call<pb::CreateKeyPackageResponse>(actor, "CreateKeyPackage", request);
}

// The first commit of a new group: everybody else in it.
void add_all(const Scene& scene, const std::vector<std::string>& members) {
  Stage& stage = scene.stage;
  const std::string& creator = scene.step.actor();
  std::vector<Offered> offers;
  pb::CommitRequest request;
  request.set_state_id(stage.state(creator));
  for (const std::string& member : members) {
    offers.push_back({member, offer(stage, member)});
    pb::ProposalDescription& add = *request.add_by_value();
    add.set_proposal_type("add");
    add.set_key_package(offers.back().made.key_package());
  }
  const auto made = stage.call<pb::CommitResponse>(creator, "Commit", request);
  pb::HandlePendingCommitRequest pending;
  pending.set_state_id(stage.state(creator));
  const auto taken = stage.call<pb::HandleCommitResponse>(creator, "HandlePendingCommit", pending);
  stage.enter(creator, taken.state_id());
  stage.agree(scene.index, creator, taken.epoch_authenticator());
  for (const Offered& offered : offers) {
    pb::JoinGroupRequest join;
    join.set_transaction_id(offered.made.transaction_id());
    join.set_welcome(made.welcome());
    join.set_encrypt_handshake(stage.encrypts());
    join.set_identity(offered.actor);
    const auto joined = stage.call<pb::JoinGroupResponse>(offered.actor, "JoinGroup", join);
    stage.enter(offered.actor, joined.state_id());
    stage.agree(scene.index, offered.actor, joined.epoch_authenticator());
  }
}

}  // namespace

void create_group(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string& creator = scene.step.actor();
  pb::CreateGroupRequest request;
  request.set_group_id("group " + stage.random_octets(16));
  request.set_cipher_suite(stage.suite);
  request.set_encrypt_handshake(stage.encrypts());
  request.set_identity(creator);
  const auto created = stage.call<pb::CreateGroupResponse>(creator, "CreateGroup", request);
  stage.enter(creator, created.state_id());
  stage.note(scene.index, "group_id", request.group_id());
  std::vector<std::string> members = scene.step.texts("members");
  if (members.empty()) return;
  add_all(scene, members);
  members.push_back(creator);
  stage.compare(scene.index, Stage::Epoch::made, members);
}

void create_key_package(const Scene& scene) {
  const std::string& actor = scene.step.actor();
  const auto made = offer(scene.stage, actor);
  scene.stage.begin(actor, made.transaction_id());
  scene.stage.note(scene.index, "key_package", made.key_package());
}

void join_group(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string& actor = scene.step.actor();
  pb::JoinGroupRequest request;
  request.set_transaction_id(stage.transaction(actor));
  const std::size_t committed = scene.step.number("welcome");
  request.set_welcome(stage.noted(committed, "welcome"));
  if (stage.has_noted(committed, "ratchet_tree")) {
    request.set_ratchet_tree(stage.noted(committed, "ratchet_tree"));
  }
  request.set_encrypt_handshake(stage.encrypts());
  request.set_identity(actor);
  const auto joined = stage.call<pb::JoinGroupResponse>(actor, "JoinGroup", request);
  stage.enter(actor, joined.state_id());
  stage.agree(committed, actor, joined.epoch_authenticator());
  stage.compare(committed, Stage::Epoch::made, {actor});
}

void external_join(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string& adder = scene.step.actor();
  const std::string joiner = scene.step.text("joiner");
  pb::GroupInfoRequest asked;
  asked.set_state_id(stage.state(adder));
  asked.set_external_tree(scene.step.flag("externaltree"));
  const auto info = stage.call<pb::GroupInfoResponse>(adder, "GroupInfo", asked);
  stage.note(scene.index, "group_info", info.group_info());
  stage.note(scene.index, "ratchet_tree", info.ratchet_tree());

  pb::ExternalJoinRequest request;
  request.set_group_info(info.group_info());
  request.set_ratchet_tree(info.ratchet_tree());
  request.set_encrypt_handshake(stage.encrypts());
  request.set_identity(joiner);
  request.set_remove_prior(scene.step.flag("removeprior"));
  for (const std::size_t step : scene.step.numbers("psks")) {
    pb::PreSharedKey& psk = *request.add_psks();
    psk.set_psk_id(stage.noted(step, "psk_id"));
    psk.set_psk_secret(stage.noted(step, "psk_secret"));
  }
  const auto joined = stage.call<pb::ExternalJoinResponse>(joiner, "ExternalJoin", request);
  stage.enter(joiner, joined.state_id());
  stage.note(scene.index, "commit", joined.commit());
  stage.agree(scene.index, joiner, joined.epoch_authenticator());

  std::vector<std::string> members = scene.step.texts("members");
  members.push_back(adder);
  for (const std::string& member : members) {
    pb::HandleCommitRequest handle;
    handle.set_state_id(stage.state(member));
    handle.set_commit(joined.commit());
    const auto handled = stage.call<pb::HandleCommitResponse>(member, "HandleCommit", handle);
    stage.agree(scene.index, member, handled.epoch_authenticator());
    stage.enter(member, handled.state_id());
  }
  members.push_back(joiner);
  stage.compare(scene.index, Stage::Epoch::made, members);
}

void install_external_psk(const Scene& scene) {
  Stage& stage = scene.stage;
  pb::StorePSKRequest request;
  request.set_psk_id(stage.random_octets(32));
  request.set_psk_secret(stage.random_octets(32));
  stage.note(scene.index, "psk_id", request.psk_id());
  stage.note(scene.index, "psk_secret", request.psk_secret());
  for (const std::string& actor : scene.step.texts("clients")) {
    request.set_state_or_transaction_id(stage.state_or_transaction(actor));
    stage.call<pb::StorePSKResponse>(actor, "StorePSK", request);
  }
}

void group_info(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string& actor = scene.step.actor();
  pb::GroupInfoRequest request;
  request.set_state_id(stage.state(actor));
  request.set_external_tree(scene.step.flag("externaltree"));
  const auto made = stage.call<pb::GroupInfoResponse>(actor, "GroupInfo", request);
  stage.note(scene.index, "group_info", made.group_info());
  stage.note(scene.index, "ratchet_tree", made.ratchet_tree());
}

}  // namespace thicket::interop
