// Two groups of one member as octets under names, compared.
#include "kit/reopened.h"

#include "group/rows.h"
#include "group/state.h"
#include "group/step.h"

namespace thicket::kit {
namespace {

// Of a delta: its rows by their keys.
using Contents = std::map<std::string, Bytes>;

void put_rows(Contents& out, const group::Delta& delta) {
  for (const Bytes& prefix : delta.open.erased) out["erased " + to_hex(prefix)] = {};
  for (const group::PublicRow& row : delta.open.rows)
    out[(row.value ? "row " : "no row ") + to_hex(row.key)] = row.value ? *row.value : Bytes();
  for (const group::SecretRow& row : delta.secrets) {
    out[(row.value ? "secret " : "no secret ") + to_hex(row.key)] =
        row.value ? to_bytes(row.value->reveal()) : Bytes();
  }
}

Contents contents(const group::GroupState& state) {
  Contents out;
  // Header, secrets, tree, indices, private keys, ratchets.
  put_rows(out, good(group::fresh_delta(state)));
  const group::EpochState& epoch = *state.current;
  for (const auto& [of, psk] : state.resumption)
    out["resumption " + std::to_string(of.value)] = to_bytes(psk.reveal());
  for (const group::PastEpoch& past : state.past) {
    const std::string name = "past " + std::to_string(past.keys->epoch.value);
    out[name] = to_bytes(group::rows::encode_past(past).reveal());
    for (const auto& row : past.keys->secret_tree.all_rows())
      out[name + " " + to_hex(row.key)] = row.value ? to_bytes(row.value->reveal()) : Bytes();
  }
  for (const group::CachedProposal& proposal : epoch.proposals) {
    out["proposal " + std::to_string(proposal.place)] = codec::encode(group::rows::ProposalRow{
        proposal.place, proposal.reference, proposal.sender, proposal.proposal});
  }
  for (const group::PendingCommit& pending : epoch.pending) {
    out["pending " + to_hex(pending.outgoing->message_hash)] =
        to_bytes(group::rows::encode_pending(pending).reveal());
  }
  for (const auto& [key, update] : epoch.updates)
    out["update " + to_hex(key)] = to_bytes(group::rows::encode_update(update).reveal());
  for (const group::SentMessage& sent : epoch.sent) out["sent " + to_hex(sent.message_hash)] = {};
  return out;
}

void check_equal(const Member& member, const Contents& reopened, const Contents& living) {
  std::string difference;
  for (const auto& [name, value] : reopened) {
    const auto same = living.find(name);
    if (same == living.end()) difference += " only reopened: " + name;
    if (same != living.end() && same->second != value) difference += " different: " + name;
  }
  for (const auto& [name, value] : living) {
    if (!reopened.contains(name)) difference += " only living: " + name;
  }
  CHECK_MESSAGE(difference.empty(), member.name << difference);
}

// What `act` answers once everything it needs is loaded.
template <class Act>
auto loaded(group::Group& group, Member& member, const Act& act) {
  for (int rounds = 0;; ++rounds) {
    auto outcome = act();
    if (outcome || !outcome.error().is_need()) return good(std::move(outcome));
    REQUIRE(rounds < 64);
    good(group.supply(outcome.error().need, member.rows));
  }
}

}  // namespace

Reopened::Reopened(World& world, Member& member)
    : world_(world),
      member_(member),
      group_(good(group::Group::open(world.environment(member), member.rows))) {}

void Reopened::check_same(ByteView message, const group::Staged& living) {
  const group::Staged own =
      loaded(*group_, member_, [&] { return group_->process(message, world_.now); });
  CHECK(own.event().index() == living.event().index());
  Contents reopened;
  Contents there;
  put_rows(reopened, own.on_accept());
  put_rows(there, living.on_accept());
  check_equal(member_, reopened, there);
}

void Reopened::check_same(group::Group& living) {
  // The living one may have parts of its tree on the disk alone, too.
  for (group::Group* one : {group_.get(), &living})
    loaded(*one, member_, [&] { return group::fresh_delta(one->state()); });
  check_equal(member_, contents(group_->state()), contents(living.state()));
}

}  // namespace thicket::kit
