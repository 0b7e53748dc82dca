// Groups that continue others or branch from them, and who proposes from outside.
#include <algorithm>

#include "interop-runner/actions.h"

namespace thicket::interop {

namespace pb = mls_client;

namespace {

std::vector<std::string> without(std::vector<std::string> names, const std::string& one) {
  std::erase(names, one);
  return names;
}

// Everybody that a reinit step names, each once.
std::vector<std::string> all_of(const Step& step) {
  std::vector<std::string> out = step.texts("members");
  for (const char* role : {"proposer", "committer", "welcomer"}) {
    const std::string name = step.text(role);
    if (!name.empty() && std::ranges::find(out, name) == out.end()) out.push_back(name);
  }
  return out;
}

std::string reinit_proposal(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string proposer = scene.step.text("proposer");
  const std::string group_id = next_group_id(stage, scene.step);
  if (scene.step.flag("changeciphersuite")) stage.change_suite();
  if (proposer.empty()) {
    return stage.noted(scene.step.number("externalreinitproposal"), "proposal");
  }
  pb::ReInitProposalRequest request;
  request.set_state_id(stage.state(proposer));
  request.set_cipher_suite(stage.suite);
  request.set_group_id(group_id);
  add_extensions(*request.mutable_extensions(), scene.step);
  return stage.call<pb::ProposalResponse>(proposer, "ReInitProposal", request).proposal();
}

using Sealed = std::map<std::string, pb::HandleReInitCommitResponse>;

// The ReInit is committed and handled by everybody.
Sealed seal(const Scene& scene, const std::string& proposal) {
  Stage& stage = scene.stage;
  const std::string committer = scene.step.text("committer");
  pb::CommitRequest request;
  request.set_state_id(stage.state(committer));
  request.add_by_reference(proposal);
  const auto made = stage.call<pb::CommitResponse>(committer, "ReInitCommit", request);
  Sealed sealed;
  pb::HandlePendingCommitRequest pending;
  pending.set_state_id(stage.state(committer));
  sealed[committer] =
      stage.call<pb::HandleReInitCommitResponse>(committer, "HandlePendingReInitCommit", pending);
  stage.agree(scene.index, committer, sealed[committer].epoch_authenticator());
  for (const std::string& member : without(all_of(scene.step), committer)) {
    pb::HandleCommitRequest handle;
    handle.set_state_id(stage.state(member));
    handle.add_proposal(proposal);
    handle.set_commit(made.commit());
    sealed[member] =
        stage.call<pb::HandleReInitCommitResponse>(member, "HandleReInitCommit", handle);
    stage.agree(scene.index, member, sealed[member].epoch_authenticator());
  }
  return sealed;
}

}  // namespace

void reinit(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string welcomer = scene.step.text("welcomer");
  const std::vector<std::string> all = all_of(scene.step);
  const Sealed sealed = seal(scene, reinit_proposal(scene));
  pb::ReInitWelcomeRequest request;
  request.set_reinit_id(sealed.at(welcomer).reinit_id());
  for (const std::string& member : without(all, welcomer)) {
    request.add_key_package(sealed.at(member).key_package());
  }
  request.set_force_path(scene.step.flag("forcepath"));
  request.set_external_tree(scene.step.flag("externaltree"));
  const auto made = stage.call<pb::CreateSubgroupResponse>(welcomer, "ReInitWelcome", request);
  stage.enter(welcomer, made.state_id());
  stage.agree(scene.index, Stage::Epoch::reborn, welcomer, made.epoch_authenticator());
  for (const std::string& member : without(all, welcomer)) {
    pb::HandleReInitWelcomeRequest handle;
    handle.set_reinit_id(sealed.at(member).reinit_id());
    handle.set_welcome(made.welcome());
    if (request.external_tree()) handle.set_ratchet_tree(made.ratchet_tree());
    const auto joined = stage.call<pb::JoinGroupResponse>(member, "HandleReInitWelcome", handle);
    stage.agree(scene.index, Stage::Epoch::reborn, member, joined.epoch_authenticator());
    stage.enter(member, joined.state_id());
  }
  stage.compare(scene.index, Stage::Epoch::reborn, all);
}

void branch(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string& brancher = scene.step.actor();
  std::vector<std::string> members = scene.step.texts("members");
  pb::CreateBranchRequest request;
  request.set_state_id(stage.state(brancher));
  request.set_group_id("branch " + stage.random_octets(16));
  add_extensions(*request.mutable_extensions(), scene.step);
  std::map<std::string, std::uint32_t> transactions;
  for (const std::string& member : members) {
    pb::CreateKeyPackageRequest offer;
    offer.set_cipher_suite(stage.suite);
    offer.set_identity(member);
    const auto offered =
        stage.call<pb::CreateKeyPackageResponse>(member, "CreateKeyPackage", offer);
    transactions[member] = offered.transaction_id();
    request.add_key_packages(offered.key_package());
  }
  request.set_force_path(scene.step.flag("forcepath"));
  request.set_external_tree(scene.step.flag("externaltree"));
  const auto made = stage.call<pb::CreateSubgroupResponse>(brancher, "CreateBranch", request);
  stage.agree(scene.index, brancher, made.epoch_authenticator());

  std::map<std::string, std::uint32_t> former;
  for (const std::string& member : members) {
    pb::HandleBranchRequest handle;
    handle.set_state_id(stage.state(member));
    handle.set_transaction_id(transactions[member]);
    handle.set_welcome(made.welcome());
    if (request.external_tree()) handle.set_ratchet_tree(made.ratchet_tree());
    const auto joined = stage.call<pb::HandleBranchResponse>(member, "HandleBranch", handle);
    stage.agree(scene.index, member, joined.epoch_authenticator());
    former[member] = stage.state(member);
    stage.enter(member, joined.state_id());
  }
  former[brancher] = stage.state(brancher);
  stage.enter(brancher, made.state_id());
  for (const auto& [actor, state] : former) {
    pb::FreeRequest done;
    done.set_state_id(state);
    stage.call<pb::FreeResponse>(actor, "Free", done);
  }
  members.push_back(brancher);
  stage.compare(scene.index, Stage::Epoch::made, members);
}

void new_member_add_proposal(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string& member = scene.step.actor();
  const std::string joiner = scene.step.text("joiner");
  pb::GroupInfoRequest asked;
  asked.set_state_id(stage.state(member));
  const auto info = stage.call<pb::GroupInfoResponse>(member, "GroupInfo", asked);
  pb::NewMemberAddProposalRequest request;
  request.set_group_info(info.group_info());
  request.set_identity(joiner);
  const auto made =
      stage.call<pb::NewMemberAddProposalResponse>(joiner, "NewMemberAddProposal", request);
  stage.begin(joiner, made.transaction_id());
  stage.note(scene.index, "proposal", made.proposal());
}

void add_external_signer(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string signer = scene.step.text("signer");
  pb::CreateExternalSignerRequest request;
  request.set_cipher_suite(stage.suite);
  request.set_identity(signer);
  const auto made =
      stage.call<pb::CreateExternalSignerResponse>(signer, "CreateExternalSigner", request);
  stage.sign_as(signer, made.signer_id());
  pb::AddExternalSignerRequest add;
  add.set_state_id(stage.state(scene.step.actor()));
  add.set_external_sender(made.external_sender());
  const auto proposed =
      stage.call<pb::ProposalResponse>(scene.step.actor(), "AddExternalSigner", add);
  stage.note(scene.index, "proposal", proposed.proposal());
}

void external_signer_proposal(const Scene& scene) {
  Stage& stage = scene.stage;
  const std::string member = scene.step.text("member");
  pb::GroupInfoRequest asked;
  asked.set_state_id(stage.state(member));
  asked.set_external_tree(true);
  const auto info = stage.call<pb::GroupInfoResponse>(member, "GroupInfo", asked);
  const std::vector<Step> words = scene.step.parts("description");
  if (words.size() != 1) throw BadScript{"no one description"};
  pb::ExternalSignerProposalRequest request;
  request.set_signer_id(stage.signer(scene.step.actor()));
  request.set_group_info(info.group_info());
  request.set_ratchet_tree(info.ratchet_tree());
  *request.mutable_description() = described(stage, words.front());
  const auto made =
      stage.call<pb::ProposalResponse>(scene.step.actor(), "ExternalSignerProposal", request);
  stage.note(scene.index, "proposal", made.proposal());
}

}  // namespace thicket::interop
