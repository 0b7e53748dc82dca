// A place in a group, kept in the order that the library asks for: stored first, then sent or
// taken.
#include "thicket-interop/state.h"

#include <chrono>

#include "group/suite_policy.h"

namespace thicket::interop {
namespace {

// The scripts try every suite that there is, and move groups from any to any.
group::SuitePolicy every_suite() {
  group::SuitePolicy policy;
  policy.name = "every suite";
  for (const crypto::Suite& suite : crypto::all_suites()) policy.accepted.push_back(suite.name);
  policy.classical = group::ClassicalGroups::accepted;
  policy.downgrades = true;
  return policy;
}

group::Policy harness_policy(const Settings& settings, bool encrypt_handshake) {
  group::Policy policy;
  policy.profile = &settings.profile;
  policy.grease = settings.grease;
  policy.suites = every_suite();
  policy.handshakes =
      encrypt_handshake ? WireFormat::mls_private_message : WireFormat::mls_public_message;
  // A script sends while proposals are pending, names any epoch, and reads late messages.
  policy.commit_first = false;
  policy.resumption_psks = 1 << 16;
  policy.past_epochs = 16;
  return policy;
}

}  // namespace

Instant clock_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Instant{
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count())};
}

Lifetime lifetime_now() {
  const std::uint64_t now = clock_now().seconds;
  return {now - 3600, now + 30 * 86'400};
}

Psks Psks::clone() const {
  Psks out;
  for (const auto& [psk_id, psk] : psks_) out.add(psk_id, psk.clone());
  return out;
}

std::optional<SecretBytes> Psks::external(ByteView psk_id) {
  const auto found = psks_.find(to_bytes(psk_id));
  if (found == psks_.end()) return std::nullopt;
  return found->second.clone();
}

State::State(const Settings& settings, bool encrypt_handshake, Psks psks)
    : settings_(settings),
      psks_(std::move(psks)),
      policy_(harness_policy(settings, encrypt_handshake)) {}

Result<void> State::enter(group::StagedGroup&& staged) {
  const group::Stored stored = THICKET_TRY(group::store(sink_, staged.delta()));
  group_ = THICKET_TRY(std::move(staged).open(stored));
  rows_.emplace(store_, group_->group_id());
  return {};
}

Result<Bytes> State::enter(group::ExternalJoin&& join) {
  const group::Stored kept = THICKET_TRY(group::store(sink_, join.before_send()));
  group::Outgoing outgoing = THICKET_TRY(join.release(kept));
  const group::Stored stored = THICKET_TRY(group::store(sink_, join.on_accept()));
  group_ = THICKET_TRY(std::move(join).open(stored));
  rows_.emplace(store_, group_->group_id());
  return std::move(outgoing.message);
}

Result<void> State::reopen() {
  // Of a group that we were removed from there are no rows.
  if (group_->removed()) return {};
  group_.reset();
  group_ = THICKET_TRY(group::Group::open(environment(), *rows_));
  return {};
}

Result<group::Outgoing> State::release(const group::Staged& staged) {
  return staged.release(THICKET_TRY(group::store(sink_, staged.before_send())));
}

Result<group::Event> State::accept(group::Staged&& staged) {
  const bool changes_epoch = staged.changes_epoch();
  const group::Stored stored = THICKET_TRY(group::store(sink_, staged.on_accept()));
  group::Event event = THICKET_TRY(group_->accept(std::move(staged), stored));
  if (changes_epoch) {
    references_.clear();
    pending_.clear();
  }
  return event;
}

Result<Bytes> State::stage_proposal(group::Staged&& staged) {
  const group::Outgoing outgoing = THICKET_TRY(release(staged));
  const auto made = std::get<group::MessageMade>(THICKET_TRY(accept(std::move(staged))));
  references_.insert_or_assign(outgoing.message, *made.reference);
  return outgoing.message;
}

Result<Bytes> State::propose(const Proposal& proposal) {
  return stage_proposal(
      THICKET_TRY(loaded([&] { return group_->propose(proposal, settings_.random()); })));
}

Result<Bytes> State::propose_update() {
  return stage_proposal(THICKET_TRY(
      loaded([&] { return group_->propose_update(std::nullopt, settings_.random()); })));
}

Result<ProposalRef> State::take_proposal(ByteView message) {
  const auto known = references_.find(to_bytes(message));
  if (known != references_.end()) return known->second;
  const group::Event event = THICKET_TRY(receive(message));
  const auto* received = std::get_if<group::ProposalReceived>(&event);
  if (received == nullptr) return broken(Rule::input_format).because("no proposal");
  references_.insert_or_assign(to_bytes(message), received->reference);
  return received->reference;
}

Result<State::MadeCommit> State::commit(const group::CommitPlan& plan, bool with_tree) {
  const group::Staged staged =
      THICKET_TRY(loaded([&] { return group_->commit(plan, clock_now(), settings_.random()); }));
  MadeCommit made;
  made.outgoing = THICKET_TRY(release(staged));
  if (with_tree) {
    for (;;) {
      auto tree = group_->ratchet_tree(staged);
      if (!tree && tree.error().is_need()) {
        THICKET_TRY(group_->supply(tree.error().need, *rows_, staged));
        continue;
      }
      made.ratchet_tree = THICKET_TRY(std::move(tree));
      break;
    }
  }
  pending_ = made.outgoing.message;
  return made;
}

Result<group::Event> State::take_pending() {
  if (pending_.empty()) return broken(Rule::input_format).because("no commit is pending");
  // As if it came back: the group knows its own message.
  return receive(Bytes(pending_));
}

Result<group::Event> State::receive(ByteView message) {
  return accept(THICKET_TRY(loaded([&] { return group_->process(message, clock_now()); })));
}

Result<Bytes> State::protect(ByteView authenticated_data, ByteView plaintext) {
  group::SendOutcome outcome = THICKET_TRY(
      loaded([&] { return group_->send(plaintext, settings_.random(), authenticated_data); }));
  auto* staged = std::get_if<group::Staged>(&outcome);
  THICKET_ASSERT(staged != nullptr);  // the policy does not ask for a commit first
  group::Outgoing outgoing = THICKET_TRY(release(*staged));
  THICKET_TRY(accept(std::move(*staged)));
  return std::move(outgoing.message);
}

Result<State::MadeCommit> State::take_first(group::Staged&& staged, bool with_tree) {
  MadeCommit made;
  made.outgoing = THICKET_TRY(release(staged));
  THICKET_TRY(accept(std::move(staged)));
  if (with_tree) made.ratchet_tree = THICKET_TRY(loaded([&] { return group_->ratchet_tree(); }));
  return made;
}

}  // namespace thicket::interop
