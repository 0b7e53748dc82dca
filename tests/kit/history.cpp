// What people do in a random history.
#include "kit/history.h"

#include <algorithm>
#include <utility>

#include "group/external_proposal.h"
#include "group/join_external.h"
#include "kit/reopened.h"

namespace thicket::kit {
namespace {

constexpr ExtensionType pin{0xF00D};  // an extension type that everybody lists

bool is_private(ByteView message) {
  const auto outer = good(codec::decode<MLSMessage>(message));
  return outer.wire_format.as<PrivateMessage>() != nullptr;
}

}  // namespace

const std::vector<History::Kind>& History::kinds() {
  static const std::vector<Kind> all = {
      {"commit", &History::commit},
      {"add", &History::add},
      {"remove", &History::remove},
      {"rotate", &History::rotate},
      {"psk", &History::commit_psk},
      {"context", &History::commit_context},
      {"killed before the verdict", &History::commit_killed},
      {"lost race", &History::lose_race},
      {"propose update", &History::propose_update},
      {"propose rotation", &History::propose_rotation},
      {"propose add", &History::propose_add},
      {"propose remove", &History::propose_remove},
      {"propose context", &History::propose_context},
      {"external sender", &History::office_proposes},
      {"new member proposal", &History::ask},
      {"external join", &History::join_outside},
      {"resync", &History::resync},
      {"restart", &History::restart},
      {"say", &History::say},
      {"say late", &History::say_late},
  };
  return all;
}

// And, of each wire format, a commit.
std::size_t History::all_kinds() {
  return kinds().size() + 2;
}

History::History(std::uint64_t seed, MakeBacking backing)
    : world_(seed), office_(person(world_.provider, "the office", world_.random)) {
  world_.backing = std::move(backing);
  world_.policy.commit_first = false;
  world_.create(fresh(), extensions());
  group::CommitPlan first;
  for (int i = 0; i < 3; ++i) first.proposals.push_back(world_.add_of(fresh()));
  world_.commit("p0", first);
  watch();
}

void History::steps(int count) {
  for (int i = 0; i < count; ++i) {
    const Kind& kind = kinds()[world_.random.below(kinds().size())];
    CAPTURE(i);
    CAPTURE(kind.name);
    draw_format();
    if ((this->*kind.happens)()) seen.insert(kind.name);
    if (beside_) compare();
  }
}

void History::reopen_beside() {
  beside_ = true;
  world_.processed = [this](Member& member, ByteView message, const group::Staged& staged) {
    if (world_.random.below(4) == 0) Reopened(world_, member).check_same(message, staged);
  };
}

bool History::stays(const Member& member) const {
  return beside_ && (member.name == "p1" || member.name == "p2");
}

void History::compare() {
  Member& member = anybody();
  Reopened(world_, member).check_same(*member.group);
}

std::string History::fresh() {
  const std::string name = "p" + std::to_string(names_++);
  world_[name].identity = named(name);
  return name;
}

group::Identity History::named(const std::string& name) {
  group::Identity identity = person(world_.provider, name, world_.random);
  identity.capabilities.extensions.push_back(pin);
  return identity;
}

Member& History::anybody() {
  const auto all = world_.members();
  return *all[world_.random.below(all.size())];
}

group::CommitPlan History::plan() {
  group::CommitPlan plan;
  plan.force_path = world_.random.below(3) > 0;
  return plan;
}

std::vector<Extension> History::extensions() {
  const std::vector<ExternalSender> senders{{office_.signer.public_key, office_.credential}};
  return {{ExtensionType::external_senders, codec::encode(senders)}, {pin, world_.random.bytes(4)}};
}

void History::draw_format() {
  world_.policy.handshakes = world_.random.below(4) == 0 ? WireFormat::mls_private_message
                                                         : WireFormat::mls_public_message;
}

// ---- the watcher, and what comes late

void History::watched(ByteView message) {
  const auto check = [&] {
    for (;;) {
      auto staged = watcher_->check(message, world_.now);
      if (staged || !staged.error().is_need()) return good(std::move(staged));
      good(watcher_->supply(staged.error().need, watcher_rows_));
    }
  };
  group::StagedPublic staged = check();
  const auto stored = good(group::store(watcher_rows_, staged.delta()));
  good(watcher_->accept(std::move(staged), stored));
}

void History::watch() {
  Member& member = *world_.members().front();
  const auto info = good(world_.with_rows(member, [&] { return member.group->group_info({}); }));
  const auto tree = good(world_.with_rows(member, [&] { return member.group->ratchet_tree(); }));
  watcher_ = good(
      group::PublicGroup::create(watcher(), {info, tree, world_.now, world_.random.bytes(16)}));
  good(group::store(watcher_rows_, watcher_->snapshot()));
}

void History::proposed(ByteView message) {
  if (is_private(message)) {
    blind_ = true;
  } else if (!blind_) {
    watched(message);
  }
}

void History::committed(ByteView message) {
  const bool hidden = is_private(message);
  seen.insert(hidden ? "private commit" : "public commit");
  if (hidden || blind_) {
    watch();
  } else {
    watched(message);
  }
  blind_ = false;
  CHECK(watcher_->context() == world_.members().front()->group->context());
  world_.agree();
  deliver_late();
}

void History::deliver_late() {
  if (!late_) return;
  const Late late = *std::exchange(late_, std::nullopt);
  for (Member* member : world_.members()) {
    if (!late.readers.contains(member->name)) continue;
    const group::Event event = world_.receive(*member, late.message);
    CHECK(std::get<group::ApplicationMessage>(event).late);
    seen.insert("say late");
  }
}

// ---- commits

bool History::commit() {
  committed(world_.commit(anybody().name, plan()).message);
  return true;
}

bool History::add() {
  group::CommitPlan adding = plan();
  const std::size_t count = 1 + world_.random.below(3);
  for (std::size_t i = 0; i < count; ++i) adding.proposals.push_back(world_.add_of(fresh()));
  committed(world_.commit(anybody().name, adding).message);
  return true;
}

bool History::remove() {
  Member& by = anybody();
  Member& gone = anybody();
  if (&by == &gone || world_.members().size() < 4) return false;
  group::CommitPlan removing = plan();
  removing.pending = group::PendingChoice::none;
  removing.proposals.push_back(Remove{gone.group->own_leaf()});
  const auto outgoing = world_.commit(by.name, removing);
  CHECK(gone.group->removed());
  CHECK(gone.rows.rows.empty());
  CHECK(gone.rows.backed().empty());
  gone.group.reset();
  committed(outgoing.message);
  return true;
}

bool History::rotate() {
  Member& by = anybody();
  group::CommitPlan rotating = plan();
  rotating.new_identity = named(by.name);
  by.identity = *rotating.new_identity;
  committed(world_.commit(by.name, rotating).message);
  return true;
}

bool History::commit_psk() {
  group::CommitPlan committing = plan();
  // Who joins by the same commit does not have this PSK.
  committing.pending = group::PendingChoice::none;
  committing.proposals.push_back(
      PreSharedKey{{ResumptionPSK{ResumptionPSKUsage::application, to_bytes("the group"),
                                  world_.members().front()->group->epoch()},
                    world_.random.bytes(usual_nh())}});
  committed(world_.commit(anybody().name, committing).message);
  return true;
}

bool History::commit_context() {
  group::CommitPlan changing = plan();
  changing.proposals.push_back(GroupContextExtensions{extensions()});
  committed(world_.commit(anybody().name, changing).message);
  return true;
}

bool History::commit_killed() {
  Member& by = anybody();
  if (stays(by)) return false;
  group::CommitPlan committing = plan();
  if (world_.random.below(2) == 0) committing.proposals.push_back(world_.add_of(fresh()));
  const group::Outgoing outgoing = [&] {
    const group::Staged staged = world_.make_commit(by.name, committing);
    return world_.release(by, staged);
  }();
  world_.restart(by.name);
  const auto pending = by.group->pending_messages();
  CHECK(std::any_of(pending.begin(), pending.end(), [&](const group::PendingMessage& message) {
    return message.outgoing == outgoing;
  }));
  world_.deliver(outgoing.message, by.name);
  const group::Event event = world_.receive(by, outgoing.message);
  CHECK(std::get<group::EpochChanged>(event).own);
  if (outgoing.welcome) world_.welcome(*outgoing.welcome);
  committed(outgoing.message);
  return true;
}

bool History::lose_race() {
  Member& loser = anybody();
  Member& winner = anybody();
  if (&loser == &winner) return false;
  const group::Outgoing lost = [&] {
    const group::Staged staged = world_.make_commit(loser.name, plan());
    return world_.release(loser, staged);
  }();
  if (world_.random.below(2) == 0 && !stays(loser)) world_.restart(loser.name);
  group::CommitPlan winning = plan();
  winning.pending = group::PendingChoice::none;
  const auto outgoing = world_.commit(winner.name, winning);
  const group::Event event = world_.receive(loser, lost.message);
  CHECK(std::get<group::LostRace>(event).message_hash == lost.message_hash);
  committed(outgoing.message);
  return true;
}

// ---- proposals

bool History::propose_update() {
  Member& by = anybody();
  const group::Staged staged = good(
      world_.with_rows(by, [&] { return by.group->propose_update(std::nullopt, world_.random); }));
  const auto outgoing = world_.release(by, staged);
  world_.deliver(outgoing.message, "");
  proposed(outgoing.message);
  return true;
}

bool History::propose_rotation() {
  Member& by = anybody();
  const group::Identity next = named(by.name);
  const group::Staged staged =
      good(world_.with_rows(by, [&] { return by.group->propose_update(next, world_.random); }));
  const auto outgoing = world_.release(by, staged);
  if (world_.random.below(2) == 0 && !stays(by)) world_.restart(by.name);
  world_.deliver(outgoing.message, "");
  proposed(outgoing.message);
  return true;
}

bool History::propose_add() {
  proposed(world_.propose(anybody().name, world_.add_of(fresh())).message);
  return true;
}

bool History::propose_remove() {
  if (world_.members().size() < 5) return false;
  const LeafIndex gone = anybody().group->own_leaf();
  proposed(world_.propose(anybody().name, Remove{gone}).message);
  return true;
}

bool History::propose_context() {
  proposed(world_.propose(anybody().name, GroupContextExtensions{extensions()}).message);
  return true;
}

bool History::office_proposes() {
  const bool removes = world_.members().size() > 5;
  const Proposal proposal =
      removes ? Proposal(Remove{anybody().group->own_leaf()}) : world_.add_of(fresh());
  const Bytes message = good(group::external_proposal(
      world_.provider,
      {.context = anybody().group->context(), .signer = office_.signer, .proposal = proposal}));
  world_.deliver(message, "");
  proposed(message);
  return true;
}

bool History::ask() {
  const std::string name = fresh();
  const KeyPackage key_package = world_.key_package(name);
  const group::Group& group = *anybody().group;
  const Bytes message =
      good(group::new_member_proposal(world_.provider, {.group_id = group.group_id(),
                                                        .epoch = group.epoch(),
                                                        .key_package = key_package,
                                                        .signer = world_[name].identity.signer}));
  world_.deliver(message, "");
  proposed(message);
  return true;
}

// ---- from outside

group::ExternalJoin History::join(Member& member) {
  Member& by = *world_.members().front();
  GroupInfo info = good(world_.with_rows(by, [&] {
    return by.group->group_info({true, true, {}});
  }));
  const Bytes octets = codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(info)});
  return good(group::join_external(
      world_.environment(member),
      {.group_info = octets, .identity = member.identity, .groups = world_.no_groups}, world_.now,
      world_.random));
}

bool History::join_outside() {
  Member& member = world_[fresh()];
  auto entering = join(member);
  const auto outgoing =
      good(entering.release(good(group::store(member.rows, entering.before_send()))));
  world_.deliver(outgoing.message, "");
  const auto stored = good(group::store(member.rows, entering.on_accept()));
  member.group = good(std::move(entering).open(stored));
  committed(outgoing.message);
  return true;
}

bool History::resync() {
  if (world_.members().size() < 2) return false;
  Member& member = *world_.members().back();
  member.group.reset();
  auto entering = join(member);
  const auto outgoing =
      good(entering.release(good(group::store(member.rows, entering.before_send()))));
  world_.deliver(outgoing.message, "");
  const auto stored = good(group::store(member.rows, entering.on_accept()));
  member.group = good(std::move(entering).open(stored));
  if (late_) late_->readers.erase(member.name);
  committed(outgoing.message);
  return true;
}

// ---- the rest

bool History::restart() {
  Member& member = anybody();
  if (stays(member)) return false;
  world_.restart(member.name);
  watcher_ = good(group::PublicGroup::open(watcher(), watcher_rows_));
  return true;
}

bool History::say() {
  Member& by = anybody();
  const group::Outgoing said = world_.say(by.name, "something");
  for (Member* member : world_.members()) {
    const group::Event event = world_.receive(*member, said.message);
    CHECK(std::holds_alternative<group::OwnEcho>(event) == (member == &by));
  }
  return true;
}

// Read after the next commit.
bool History::say_late() {
  if (late_) return false;
  Member& by = anybody();
  Late late{world_.say(by.name, "on its way").message, {}};
  for (const Member* member : world_.members()) {
    if (member != &by) late.readers.insert(member->name);
  }
  late_ = std::move(late);
  return false;  // deliver_late() says when
}

}  // namespace thicket::kit
