// Proposals, commits and messages.
#include "interop-runner/actions.h"

namespace thicket::interop {

namespace pb = mls_client;

void add_extensions(google::protobuf::RepeatedPtrField<pb::Extension>& field, const Step& step) {
  for (const Step& extension : step.parts("extensions")) {
    pb::Extension& added = *field.Add();
    added.set_extension_type(static_cast<std::uint32_t>(extension.number("extensiontype")));
    added.set_extension_data(extension.octets("extensiondata"));
  }
}

std::string next_group_id(const Stage& stage, const Step& step) {
  const std::string& group_id = stage.first_group_id();
  return step.flag("changegroupid") ? group_id + "++" : group_id;
}

pb::ProposalDescription described(Stage& stage, const Step& words) {
  const std::string type = words.text("proposaltype");
  pb::ProposalDescription out;
  out.set_proposal_type(type);
  if (type == "add") {
    out.set_key_package(stage.noted(words.number("keypackage"), "key_package"));
  } else if (type == "remove") {
    out.set_removed_id(words.text("removed"));
  } else if (type == "externalPSK") {
    out.set_psk_id(stage.noted(words.number("pskid"), "psk_id"));
  } else if (type == "resumptionPSK") {
    out.set_epoch_id(words.number("epochid"));
  } else if (type == "groupContextExtensions" || type == "reinit") {
    add_extensions(*out.mutable_extensions(), words);
  } else {
    throw BadScript{"no proposal type \"" + type + "\""};
  }
  if (type == "reinit") {
    if (words.flag("changeciphersuite")) stage.change_suite();
    out.set_cipher_suite(stage.suite);
    out.set_group_id(next_group_id(stage, words));
  }
  return out;
}

namespace {

// The call of an action that makes a proposal, whose message is noted.
void note_proposal(const Scene& scene, const std::string& method,
                   const google::protobuf::Message& request) {
  const auto made = scene.stage.call<pb::ProposalResponse>(scene.step.actor(), method, request);
  scene.stage.note(scene.index, "proposal", made.proposal());
}

template <class Request>
Request of_state(const Scene& scene) {
  Request request;
  request.set_state_id(scene.stage.state(scene.step.actor()));
  return request;
}

std::vector<std::string> referred(const Scene& scene) {
  std::vector<std::string> out;
  for (const std::size_t step : scene.step.numbers("byreference")) {
    out.push_back(scene.stage.noted(step, "proposal"));
  }
  return out;
}

// The commit of that step, taken by a member.
void handle(Stage& stage, const std::string& member, const std::vector<std::string>& proposals,
            std::size_t committed) {
  pb::HandleCommitRequest request;
  request.set_state_id(stage.state(member));
  for (const std::string& proposal : proposals) request.add_proposal(proposal);
  request.set_commit(stage.noted(committed, "commit"));
  const auto handled = stage.call<pb::HandleCommitResponse>(member, "HandleCommit", request);
  stage.agree(committed, member, handled.epoch_authenticator());
  stage.enter(member, handled.state_id());
}

std::size_t handle_pending(Stage& stage, const std::string& actor) {
  const std::size_t committed = stage.pending(actor);
  pb::HandlePendingCommitRequest request;
  request.set_state_id(stage.state(actor));
  const auto handled = stage.call<pb::HandleCommitResponse>(actor, "HandlePendingCommit", request);
  stage.agree(committed, actor, handled.epoch_authenticator());
  stage.enter(actor, handled.state_id());
  return committed;
}

void join(const Scene& scene, const std::string& joiner, const pb::CommitResponse& made) {
  Stage& stage = scene.stage;
  pb::JoinGroupRequest request;
  request.set_transaction_id(stage.transaction(joiner));
  request.set_welcome(made.welcome());
  request.set_encrypt_handshake(stage.encrypts());
  request.set_identity(joiner);
  if (scene.step.flag("externaltree")) request.set_ratchet_tree(made.ratchet_tree());
  const auto joined = stage.call<pb::JoinGroupResponse>(joiner, "JoinGroup", request);
  stage.agree(scene.index, joiner, joined.epoch_authenticator());
  stage.enter(joiner, joined.state_id());
}

pb::CommitResponse make_commit(const Scene& scene) {
  auto request = of_state<pb::CommitRequest>(scene);
  for (std::string& proposal : referred(scene)) request.add_by_reference(std::move(proposal));
  for (const Step& words : scene.step.parts("byvalue")) {
    *request.add_by_value() = described(scene.stage, words);
  }
  request.set_force_path(scene.step.flag("forcepath"));
  request.set_external_tree(scene.step.flag("externaltree"));
  auto made = scene.stage.call<pb::CommitResponse>(scene.step.actor(), "Commit", request);
  scene.stage.note(scene.index, "commit", made.commit());
  scene.stage.note(scene.index, "welcome", made.welcome());
  if (request.external_tree()) {
    scene.stage.note(scene.index, "ratchet_tree", made.ratchet_tree());
  }
  scene.stage.pend(scene.step.actor(), scene.index);
  return made;
}

}  // namespace

void add_proposal(const Scene& scene) {
  auto request = of_state<pb::AddProposalRequest>(scene);
  request.set_key_package(scene.stage.noted(scene.step.number("keypackage"), "key_package"));
  note_proposal(scene, "AddProposal", request);
}

void update_proposal(const Scene& scene) {
  note_proposal(scene, "UpdateProposal", of_state<pb::UpdateProposalRequest>(scene));
}

void remove_proposal(const Scene& scene) {
  auto request = of_state<pb::RemoveProposalRequest>(scene);
  request.set_removed_id(scene.step.text("removed"));
  note_proposal(scene, "RemoveProposal", request);
}

void external_psk_proposal(const Scene& scene) {
  auto request = of_state<pb::ExternalPSKProposalRequest>(scene);
  request.set_psk_id(scene.stage.noted(scene.step.number("pskid"), "psk_id"));
  note_proposal(scene, "ExternalPSKProposal", request);
}

void resumption_psk_proposal(const Scene& scene) {
  auto request = of_state<pb::ResumptionPSKProposalRequest>(scene);
  request.set_epoch_id(scene.step.number("epochid"));
  note_proposal(scene, "ResumptionPSKProposal", request);
}

void group_context_extensions_proposal(const Scene& scene) {
  auto request = of_state<pb::GroupContextExtensionsProposalRequest>(scene);
  add_extensions(*request.mutable_extensions(), scene.step);
  note_proposal(scene, "GroupContextExtensionsProposal", request);
}

void commit(const Scene& scene) {
  make_commit(scene);
}

void full_commit(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string& committer = scene.step.actor();
  const auto made = make_commit(scene);
  handle_pending(stage, committer);
  std::vector<std::string> all = scene.step.texts("members");
  for (const std::string& member : all) handle(stage, member, referred(scene), scene.index);
  for (const std::string& joiner : scene.step.texts("joiners")) {
    join(scene, joiner, made);
    all.push_back(joiner);
  }
  all.push_back(committer);
  stage.compare(scene.index, Stage::Epoch::made, all);
}

void handle_commit(const Scene& scene) {
  const std::size_t committed = scene.step.number("commit");
  handle(scene.stage, scene.step.actor(), referred(scene), committed);
  scene.stage.compare(committed, Stage::Epoch::made, {scene.step.actor()});
}

void handle_pending_commit(const Scene& scene) {
  const std::size_t committed = handle_pending(scene.stage, scene.step.actor());
  scene.stage.compare(committed, Stage::Epoch::made, {scene.step.actor()});
}

void protect(const Scene& scene) {
  auto request = of_state<pb::ProtectRequest>(scene);
  request.set_authenticated_data(scene.step.text("authenticateddata"));
  request.set_plaintext(scene.step.text("plaintext"));
  const auto made = scene.stage.call<pb::ProtectResponse>(scene.step.actor(), "Protect", request);
  scene.stage.note(scene.index, "authenticated_data", request.authenticated_data());
  scene.stage.note(scene.index, "plaintext", request.plaintext());
  scene.stage.note(scene.index, "ciphertext", made.ciphertext());
}

void unprotect(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::size_t sent = scene.step.number("ciphertext");
  auto request = of_state<pb::UnprotectRequest>(scene);
  request.set_ciphertext(stage.noted(sent, "ciphertext"));
  const auto opened = stage.call<pb::UnprotectResponse>(scene.step.actor(), "Unprotect", request);
  if (opened.plaintext() != stage.noted(sent, "plaintext")) {
    throw Stopped{Ending::failed, scene.step.actor(), "reads another plaintext"};
  }
  if (opened.authenticated_data() != stage.noted(sent, "authenticated_data")) {
    throw Stopped{Ending::failed, scene.step.actor(), "reads other authenticated data"};
  }
}

}  // namespace thicket::interop
