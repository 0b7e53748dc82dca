// What a group is asked.  RFC 9420 8.5 to 8.7, 12.4.3.

#include "group/group.h"

#include "codec/codec.h"
#include "group/process.h"
#include "group/rows.h"
#include "group/welcome.h"
#include "messages/wire.h"
#include "schedule/exporter.h"
#include "tree/import.h"

namespace thicket::group {
namespace {

Result<Bytes> exported(const GroupState& state, const tree::RatchetTree& tree) {
  return tree::export_tree(tree, state.environment.policy.tree_octets_max);
}

}  // namespace

Group::Group(std::unique_ptr<GroupState> state) : state_(std::move(state)) {}
Group::~Group() = default;

const Bytes& Group::group_id() const {
  return context().group_id;
}
Epoch Group::epoch() const {
  return context().epoch;
}
const GroupContext& Group::context() const {
  return state_->current->context;
}
const crypto::Crypto& Group::crypto() const {
  return state_->crypto;
}
LeafIndex Group::own_leaf() const {
  return state_->current->own();
}
std::uint32_t Group::member_count() const {
  return state_->current->tree.member_count();
}
const tree::RatchetTree& Group::tree() const {
  return state_->current->tree;
}

Result<tree::LeafView> Group::member(LeafIndex leaf) const {
  return state_->current->tree.leaf(leaf);
}

Result<void> Group::for_each_member(
    const std::function<Result<void>(LeafIndex, const tree::LeafView&)>& visit) const {
  return state_->current->tree.for_each_member(visit);
}

std::vector<PendingProposal> Group::pending_proposals() const {
  std::vector<PendingProposal> out;
  for (const CachedProposal& proposal : state_->current->proposals) {
    out.push_back({proposal.reference, proposal.sender, proposal.proposal});
  }
  return out;
}

std::vector<PendingMessage> Group::pending_messages() const {
  std::vector<PendingMessage> out;
  for (const PendingCommit& pending : state_->current->pending) {
    out.push_back({ContentType::commit, *pending.outgoing});
  }
  for (const PendingMessage& unsent : state_->unsettled) {
    for (const SentMessage& sent : state_->current->sent) {
      if (sent.message_hash == unsent.outgoing.message_hash) out.push_back(unsent);
    }
  }
  return out;
}

std::optional<ReInit> Group::reinitialised() const {
  return state_->current->reinit;
}
bool Group::removed() const {
  return state_->removed;
}

ByteView Group::epoch_authenticator() const {
  return state_->current->secrets.epoch_authenticator.reveal();
}

SecretBytes Group::export_secret(const ExporterRequest& request) const {
  return schedule::mls_exporter(state_->crypto, state_->current->secrets.exporter_secret,
                                {request.label, request.context}, request.size);
}

Result<SecretBytes> Group::resumption_psk(Epoch epoch) const {
  const auto* psk = group::resumption_psk(view_of(*state_), epoch);
  if (!psk) return broken(Rule::psk_unknown).because("epoch " + std::to_string(epoch.value));
  return SecretBytes(psk->reveal());
}

HPKEPublicKey Group::external_pub() const {
  return schedule::external_key_pair(state_->crypto, state_->current->secrets.external_secret)
      ->public_key();
}

Result<GroupInfo> Group::group_info(const GroupInfoPlan& plan) const {
  THICKET_TRY(check_alive(view_of(*state_)));
  const EpochState& epoch = *state_->current;
  const HPKEPublicKey external = plan.with_external_pub ? external_pub() : HPKEPublicKey{};
  std::optional<tree::TreeExport> tree;
  if (plan.with_tree) {
    tree =
        THICKET_TRY(tree::TreeExport::of(epoch.tree, state_->environment.policy.tree_octets_max));
  }
  return THICKET_TRY(
             sign_group_info(state_->crypto,
                             {epoch.context, epoch.confirmation_tag, epoch.own(), epoch.signer,
                              tree ? &*tree : nullptr, external, plan.extensions}))
      .decoded();
}

Result<tree::PathHealth> Group::tree_health() const {
  return state_->current->tree.path_health(own_leaf());
}

Result<Bytes> Group::ratchet_tree() const {
  return exported(*state_, state_->current->tree);
}

Result<Bytes> Group::ratchet_tree(const Staged& after) const {
  return exported(*state_, THICKET_TRY(view_after(*state_, after.step_)).epoch->tree);
}

Result<void> Group::supply(const Need& need, RowSource& rows) {
  return state_->current->tree.supply(THICKET_TRY(rows::load(need, rows)));
}

Result<void> Group::supply(const Need& need, RowSource& rows, const Staged& after) {
  const View view = THICKET_TRY(view_after(*state_, after.step_));
  return view.epoch->tree.supply(THICKET_TRY(rows::load(need, rows)));
}

}  // namespace thicket::group
