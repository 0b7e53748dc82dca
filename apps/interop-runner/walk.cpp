// What may happen in a step, and how often.
#include "interop-runner/walk.h"

#include <algorithm>

#include "interop-runner/walkers.h"

namespace thicket::interop {
namespace {

namespace pb = mls_client;

constexpr std::size_t members_max = 10;
// Messages come at most so many epochs late: both sides keep more.
constexpr std::uint64_t epochs_late_max = 6;

class Walk final {
 public:
  explicit Walk(const WalkPlan& plan) : plan_(plan), walkers_(plan), turn_(&plan.second) {}

  WalkEnding run();

 private:
  // A message on its way.
  struct Sent {
    std::string sender;
    std::uint32_t state = 0;  // the sender's
    std::string ciphertext;
    std::string plaintext;
    std::string authenticated_data;
    std::uint64_t epoch = 0;
    std::map<std::string, std::uint32_t> receivers;  // with their states
  };

  void begin();
  void step();
  void did(const std::string& kind) { ++ending_.kinds[kind]; }
  // The committers of two commits that follow each other are of different clients.
  std::string next_committer();

  void change();
  void race();
  void join_outside();
  void come_back();
  void talk();

  void propose(const std::string& committer, Changes& changes);
  void add(const std::string& committer, Changes& changes);
  void remove(const std::string& committer, Changes& changes);
  void update(const std::string& committer, Changes& changes);
  void external_psk(const std::string& committer, Changes& changes);
  void resumption_psk(const std::string& committer, Changes& changes);
  void extensions(const std::string& committer, Changes& changes);
  // By value, or by reference from somebody who stays.
  template <class Request>
  void put(Changes& changes, const std::string& method, Request request,
           const pb::ProposalDescription& words);
  std::string proposer(const Changes& changes);

  void enter_outside(const std::string& name, Client& client, bool remove_prior);
  Sent send();
  bool is_lost(const Sent& sent) const;
  void deliver(Sent& sent, bool some_late);
  void receive(const Sent& sent, const std::string& name);

  const WalkPlan& plan_;
  Walkers walkers_;
  Client* turn_;
  bool by_value_ = false;           // of all PSKs of a commit
  std::set<std::string> proposed_;  // PSKs of a commit, whose updates it has
  std::vector<Sent> late_;
  WalkEnding ending_;
};

pb::ProposalDescription words_of(const std::string& type) {
  pb::ProposalDescription words;
  words.set_proposal_type(type);
  return words;
}

std::string Walk::next_committer() {
  turn_ = &walkers_.other(*turn_);
  return walkers_.any_member_at(*turn_);
}

std::string Walk::proposer(const Changes& changes) {
  std::vector<std::string> staying;
  for (const std::string& name : walkers_.names()) {
    if (!changes.removed.contains(name)) staying.push_back(name);
  }
  return walkers_.pick(staying);
}

template <class Request>
void Walk::put(Changes& changes, const std::string& method, Request request,
               const pb::ProposalDescription& words) {
  if (by_value_) {
    changes.by_value.push_back(words);
    return;
  }
  const Member& member = walkers_.members.at(proposer(changes));
  request.set_state_id(member.state);
  changes.by_reference.push_back(
      Walkers::call<pb::ProposalResponse>(*member.client, method, request).proposal());
}

void Walk::add(const std::string&, Changes& changes) {
  if (walkers_.members.size() + changes.joiners.size() >= members_max) return;
  if (proposed_.contains("resumption")) return;  // a joiner knows no former epoch
  auto words = words_of("add");
  changes.joiners.push_back(
      walkers_.new_joiner(walkers_.any_client(), *words.mutable_key_package()));
  pb::AddProposalRequest request;
  request.set_key_package(words.key_package());
  put(changes, "AddProposal", request, words);
  did("add");
}

void Walk::remove(const std::string& committer, Changes& changes) {
  // Each client keeps somebody who can commit.
  const std::string name = walkers_.any_member();
  const auto beside = walkers_.names_at(*walkers_.members.at(name).client);
  const auto staying = std::ranges::count_if(
      beside, [&](const std::string& other) { return !changes.removed.contains(other); });
  if (name == committer || staying < 2 || changes.removed.contains(name)) return;
  if (proposed_.contains(name)) return;
  auto words = words_of("remove");
  words.set_removed_id(name);
  pb::RemoveProposalRequest request;
  request.set_removed_id(name);
  changes.removed.insert(name);
  put(changes, "RemoveProposal", request, words);
  did("remove");
}

void Walk::update(const std::string& committer, Changes& changes) {
  const std::string name = walkers_.any_member();
  if (name == committer || changes.removed.contains(name) || !proposed_.insert(name).second) return;
  const Member& member = walkers_.members.at(name);
  pb::UpdateProposalRequest request;
  request.set_state_id(member.state);
  changes.by_reference.push_back(
      Walkers::call<pb::ProposalResponse>(*member.client, "UpdateProposal", request).proposal());
  did("update");
}

void Walk::external_psk(const std::string&, Changes& changes) {
  // Joiners were given what there was.
  if (changes.joiners.empty() && walkers_.chance(2)) walkers_.new_psk();
  if (walkers_.psks.empty()) return;
  const ExternalPsk& psk = walkers_.psks[walkers_.draw(walkers_.psks.size())];
  if (!proposed_.insert(psk.id).second) return;
  auto words = words_of("externalPSK");
  words.set_psk_id(psk.id);
  pb::ExternalPSKProposalRequest request;
  request.set_psk_id(psk.id);
  put(changes, "ExternalPSKProposal", request, words);
  did("external PSK");
}

void Walk::resumption_psk(const std::string&, Changes& changes) {
  if (!changes.joiners.empty()) return;
  std::uint64_t first = 0;
  for (const auto& [name, member] : walkers_.members) first = std::max(first, member.joined);
  if (!proposed_.insert("resumption").second) return;
  const std::uint64_t span = std::min<std::uint64_t>(walkers_.epoch - first + 1, 8);
  const std::uint64_t epoch = walkers_.epoch - walkers_.draw(span);
  auto words = words_of("resumptionPSK");
  words.set_epoch_id(epoch);
  pb::ResumptionPSKProposalRequest request;
  request.set_epoch_id(epoch);
  put(changes, "ResumptionPSKProposal", request, words);
  did("resumption PSK");
}

void Walk::extensions(const std::string&, Changes& changes) {
  if (!proposed_.insert("extensions").second) return;
  auto words = words_of("groupContextExtensions");
  pb::GroupContextExtensionsProposalRequest request;
  // required_capabilities that ask for nothing, or none at all.
  if (walkers_.chance(2)) {
    pb::Extension extension;
    extension.set_extension_type(3);
    extension.set_extension_data(std::string(3, '\0'));
    *words.add_extensions() = extension;
    *request.add_extensions() = extension;
  }
  put(changes, "GroupContextExtensionsProposal", request, words);
  did("extensions");
}

void Walk::propose(const std::string& committer, Changes& changes) {
  using Proposing = void (Walk::*)(const std::string&, Changes&);
  static constexpr Proposing all[] = {
      &Walk::add,    &Walk::add,          &Walk::remove,         &Walk::update,
      &Walk::update, &Walk::external_psk, &Walk::resumption_psk, &Walk::extensions};
  (this->*all[walkers_.draw(std::size(all))])(committer, changes);
}

void Walk::change() {
  const std::string committer = next_committer();
  Changes changes;
  proposed_.clear();
  by_value_ = walkers_.chance(2);
  const std::size_t count = walkers_.draw(4);
  for (std::size_t i = 0; i < count; ++i) propose(committer, changes);
  changes.force_path = walkers_.chance(2);
  changes.external_tree = walkers_.chance(2);
  walkers_.take(committer, changes, walkers_.commit(committer, changes));
  did("commit");
}

void Walk::race() {
  const std::string winner = next_committer();
  const std::string loser = walkers_.any_member_at(walkers_.other(*turn_));
  Changes changes;
  changes.force_path = true;
  walkers_.commit(loser, changes);
  walkers_.take(winner, changes, walkers_.commit(winner, changes));
  did("commits at once");
}

void Walk::enter_outside(const std::string& name, Client& client, bool remove_prior) {
  const Member& host = walkers_.members.at(walkers_.any_member());
  pb::GroupInfoRequest ask;
  ask.set_state_id(host.state);
  ask.set_external_tree(walkers_.chance(2));
  const auto info = Walkers::call<pb::GroupInfoResponse>(*host.client, "GroupInfo", ask);
  pb::ExternalJoinRequest request;
  request.set_group_info(info.group_info());
  request.set_ratchet_tree(info.ratchet_tree());
  request.set_encrypt_handshake(plan_.encrypt_handshake);
  request.set_identity(name);
  request.set_remove_prior(remove_prior);
  for (const ExternalPsk& psk : walkers_.psks) {
    if (!walkers_.chance(3)) continue;
    auto& added = *request.add_psks();
    added.set_psk_id(psk.id);
    added.set_psk_secret(psk.secret);
  }
  const auto joined = Walkers::call<pb::ExternalJoinResponse>(client, "ExternalJoin", request);
  Changes changes;
  if (remove_prior) changes.removed.insert(name);
  walkers_.handle("", changes, joined.commit(), joined.epoch_authenticator());
  walkers_.members[name] = {&client, joined.state_id(), ++walkers_.epoch};
  walkers_.store_psks(client, joined.state_id());
}

void Walk::join_outside() {
  if (walkers_.members.size() >= members_max) return change();
  enter_outside(walkers_.next_name(), walkers_.any_client(), false);
  did("external join");
}

void Walk::come_back() {
  const std::string name = walkers_.any_member();
  if (walkers_.members.size() < 2) return change();
  enter_outside(name, *walkers_.members.at(name).client, true);
  did("coming back");
}

Walk::Sent Walk::send() {
  const std::string name = walkers_.any_member();
  const Member& member = walkers_.members.at(name);
  Sent sent;
  sent.sender = name;
  sent.state = member.state;
  sent.plaintext = walkers_.octets(walkers_.draw(200));
  sent.authenticated_data = walkers_.octets(walkers_.draw(20));
  sent.epoch = walkers_.epoch;
  pb::ProtectRequest request;
  request.set_state_id(member.state);
  request.set_plaintext(sent.plaintext);
  request.set_authenticated_data(sent.authenticated_data);
  sent.ciphertext =
      Walkers::call<pb::ProtectResponse>(*member.client, "Protect", request).ciphertext();
  for (const auto& [other, there] : walkers_.members) {
    if (other != name) sent.receivers[other] = there.state;
  }
  return sent;
}

void Walk::receive(const Sent& sent, const std::string& name) {
  const Member& member = walkers_.members.at(name);
  pb::UnprotectRequest request;
  request.set_state_id(member.state);
  request.set_ciphertext(sent.ciphertext);
  const auto read = Walkers::call<pb::UnprotectResponse>(*member.client, "Unprotect", request);
  const std::string who = name + " at " + member.client->name;
  require_same(who, "plaintext", read.plaintext(), sent.plaintext);
  require_same(who, "authenticated_data", read.authenticated_data(), sent.authenticated_data);
  did(sent.epoch == walkers_.epoch ? "message" : "late message");
}

// To those who are still the members that they were; with `some_late` not to all of them now.
void Walk::deliver(Sent& sent, bool some_late) {
  std::map<std::string, std::uint32_t> waiting;
  for (const auto& [name, state] : sent.receivers) {
    const auto member = walkers_.members.find(name);
    if (member == walkers_.members.end() || member->second.state != state) continue;
    if (some_late && walkers_.chance(4)) {
      waiting.emplace(name, state);
    } else {
      receive(sent, name);
    }
  }
  sent.receivers = std::move(waiting);
}

bool Walk::is_lost(const Sent& sent) const {
  if (walkers_.epoch - sent.epoch > epochs_late_max) return true;
  if (plan_.late_of_gone) return false;
  const auto sender = walkers_.members.find(sent.sender);
  return sender == walkers_.members.end() || sender->second.state != sent.state;
}

void Walk::talk() {
  std::erase_if(late_, [&](const Sent& sent) { return is_lost(sent); });
  const std::size_t count = 1 + walkers_.draw(5);
  for (std::size_t i = 0; i < count; ++i) late_.push_back(send());
  walkers_.shuffle(late_);
  for (Sent& sent : late_) deliver(sent, sent.epoch == walkers_.epoch);
  std::erase_if(late_, [](const Sent& sent) { return sent.receivers.empty(); });
}

void Walk::begin() {
  walkers_.create(plan_.first);
  Changes changes;
  auto words = words_of("add");
  changes.joiners.push_back(walkers_.new_joiner(plan_.second, *words.mutable_key_package()));
  changes.by_value.push_back(words);
  const std::string creator = walkers_.any_member();
  walkers_.take(creator, changes, walkers_.commit(creator, changes));
}

void Walk::step() {
  switch (walkers_.draw(10)) {
    case 0:
      return race();
    case 1:
      return join_outside();
    case 2:
      return come_back();
    case 3:
    case 4:
    case 5:
      return talk();
    default:
      return change();
  }
}

WalkEnding Walk::run() {
  try {
    begin();
    while (ending_.steps < plan_.steps) {
      step();
      walkers_.compare();
      ++ending_.steps;
    }
  } catch (const Disagreed& disagreed) {
    ending_.why = disagreed.why;
  }
  walkers_.free_all();
  return std::move(ending_);
}

}  // namespace

WalkEnding walk(const WalkPlan& plan) {
  return Walk(plan).run();
}

}  // namespace thicket::interop
