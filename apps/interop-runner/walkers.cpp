// Calls to all members.
#include "interop-runner/walkers.h"

namespace thicket::interop {

namespace pb = mls_client;

void require_same(const std::string& who, const std::string& what, const std::string& said,
                  const std::string& expected) {
  if (said != expected) throw Disagreed{who + " has another " + what};
}

void Walkers::call_into(Client& client, const std::string& method,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response) {
  const Outcome outcome = client.peer->call(method, request, response);
  if (outcome.verdict != Outcome::answered) {
    throw Disagreed{client.name + ", " + method + ": " + outcome.why};
  }
}

std::string Walkers::octets(std::size_t size) {
  std::string out(size, '\0');
  for (char& octet : out) octet = static_cast<char>(random_());
  return out;
}

std::vector<std::string> Walkers::names() const {
  std::vector<std::string> out;
  for (const auto& [name, member] : members) out.push_back(name);
  return out;
}

std::vector<std::string> Walkers::names_at(const Client& client) const {
  std::vector<std::string> out;
  for (const auto& [name, member] : members) {
    if (member.client == &client) out.push_back(name);
  }
  return out;
}

void Walkers::create(Client& client) {
  const std::string name = next_name();
  pb::CreateGroupRequest request;
  request.set_group_id(octets(16));
  request.set_cipher_suite(plan_.suite);
  request.set_encrypt_handshake(plan_.encrypt_handshake);
  request.set_identity(name);
  const auto made = call<pb::CreateGroupResponse>(client, "CreateGroup", request);
  members[name] = {&client, made.state_id(), 0};
}

void Walkers::store_psks(Client& client, std::uint32_t state_or_transaction) {
  for (const ExternalPsk& psk : psks) {
    pb::StorePSKRequest request;
    request.set_state_or_transaction_id(state_or_transaction);
    request.set_psk_id(psk.id);
    request.set_psk_secret(psk.secret);
    call<pb::StorePSKResponse>(client, "StorePSK", request);
  }
}

void Walkers::new_psk() {
  constexpr std::size_t psks_max = 4;
  if (psks.size() == psks_max) psks.erase(psks.begin());
  psks.push_back({octets(8), octets(32)});
  for (const auto& [name, member] : members) store_psks(*member.client, member.state);
}

Joiner Walkers::new_joiner(Client& client, std::string& key_package) {
  Joiner joiner{next_name(), &client, 0};
  pb::CreateKeyPackageRequest request;
  request.set_cipher_suite(plan_.suite);
  request.set_identity(joiner.name);
  const auto made = call<pb::CreateKeyPackageResponse>(client, "CreateKeyPackage", request);
  joiner.transaction = made.transaction_id();
  key_package = made.key_package();
  store_psks(client, joiner.transaction);
  return joiner;
}

pb::CommitResponse Walkers::commit(const std::string& committer, const Changes& changes) {
  const Member& member = members.at(committer);
  pb::CommitRequest request;
  request.set_state_id(member.state);
  for (const std::string& proposal : changes.by_reference) request.add_by_reference(proposal);
  for (const auto& words : changes.by_value) *request.add_by_value() = words;
  request.set_force_path(changes.force_path);
  request.set_external_tree(changes.external_tree);
  return call<pb::CommitResponse>(*member.client, "Commit", request);
}

void Walkers::forget(const std::string& name) {
  const Member& member = members.at(name);
  pb::FreeRequest request;
  request.set_state_id(member.state);
  call<pb::FreeResponse>(*member.client, "Free", request);
  members.erase(name);
}

void Walkers::handle(const std::string& besides, const Changes& changes, const std::string& commit,
                     const std::string& authenticator) {
  for (const std::string& name : names()) {
    if (name == besides) continue;
    const Member& member = members.at(name);
    pb::HandleCommitRequest request;
    request.set_state_id(member.state);
    for (const std::string& proposal : changes.by_reference) request.add_proposal(proposal);
    request.set_commit(commit);
    const auto handled = call<pb::HandleCommitResponse>(*member.client, "HandleCommit", request);
    const bool removed = changes.removed.contains(name);
    require_same(name + " at " + member.client->name, "epoch", handled.epoch_authenticator(),
                 removed ? std::string() : authenticator);
    if (removed) forget(name);
  }
}

void Walkers::take(const std::string& committer, const Changes& changes,
                   const pb::CommitResponse& made) {
  const Member& member = members.at(committer);
  pb::HandlePendingCommitRequest request;
  request.set_state_id(member.state);
  const std::string authenticator =
      call<pb::HandleCommitResponse>(*member.client, "HandlePendingCommit", request)
          .epoch_authenticator();
  handle(committer, changes, made.commit(), authenticator);
  ++epoch;
  for (const Joiner& joiner : changes.joiners) {
    pb::JoinGroupRequest join;
    join.set_transaction_id(joiner.transaction);
    join.set_welcome(made.welcome());
    join.set_encrypt_handshake(plan_.encrypt_handshake);
    join.set_identity(joiner.name);
    join.set_ratchet_tree(made.ratchet_tree());
    const auto joined = call<pb::JoinGroupResponse>(*joiner.client, "JoinGroup", join);
    members[joiner.name] = {joiner.client, joined.state_id(), epoch};
    require_same(joiner.name + " at " + joiner.client->name, "epoch", joined.epoch_authenticator(),
                 authenticator);
  }
}

void Walkers::compare() {
  std::string common;
  for (const auto& [name, member] : members) {
    pb::StateAuthRequest request;
    request.set_state_id(member.state);
    const std::string said =
        call<pb::StateAuthResponse>(*member.client, "StateAuth", request).state_auth_secret();
    if (common.empty()) common = said;
    require_same(name + " at " + member.client->name, "epoch authenticator", said, common);
    if (said.empty()) throw Disagreed{name + " at " + member.client->name + " is in no epoch"};
  }
}

void Walkers::free_all() {
  // Of what did not come out well nothing more is asked.
  for (const auto& [name, member] : members) {
    pb::FreeRequest request;
    request.set_state_id(member.state);
    pb::FreeResponse response;
    (void)member.client->peer->call("Free", request, response);
  }
  members.clear();
}

}  // namespace thicket::interop
