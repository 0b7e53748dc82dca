// An epoch from its parts, and a group that starts with one.  RFC 9420 8, 11.

#include "codec/codec.h"
#include "group/group.h"
#include "group/step.h"
#include "messages/wire.h"
#include "schedule/transcript.h"

namespace thicket::group {

Result<std::shared_ptr<EpochState>> make_epoch(const crypto::Crypto& crypto, const Policy& policy,
                                               NewEpoch&& parts) {
  GroupExtensions extensions =
      THICKET_TRY_AT("group_context.extensions", read_group_extensions(parts.context.extensions));
  schedule::SecretTree secret_tree(crypto, std::move(parts.secrets.encryption_secret),
                                   parts.tree.leaf_count(), policy.ratchets);
  auto keys = std::make_shared<EpochKeys>(
      EpochKeys{parts.context.epoch, codec::encode(parts.context),
                parts.secrets.sender_data_secret.clone(), std::move(secret_tree), Ledger{}});
  Bytes interim = schedule::interim_transcript_hash(crypto, parts.context.confirmed_transcript_hash,
                                                    parts.confirmation_tag);
  return std::make_shared<EpochState>(EpochState{std::move(parts.context),
                                                 std::move(extensions),
                                                 std::move(parts.confirmation_tag),
                                                 std::move(interim),
                                                 std::move(parts.tree),
                                                 std::move(parts.path),
                                                 std::move(parts.signer),
                                                 std::move(parts.secrets),
                                                 std::move(keys),
                                                 std::nullopt,
                                                 {},
                                                 {},
                                                 {},
                                                 {},
                                                 {},
                                                 std::make_shared<Fate>()});
}

Result<StagedGroup> stage_group(const Environment& environment, const crypto::Crypto& crypto,
                                std::shared_ptr<EpochState> epoch) {
  auto state = std::make_unique<GroupState>(
      GroupState{environment, crypto, std::move(epoch), {}, {}, false, {}});
  const EpochState& current = *state->current;
  state->resumption.emplace(current.context.epoch, current.secrets.resumption_psk.clone());
  Delta delta = THICKET_TRY(fresh_delta(*state));
  state->current->keys->secret_tree.forget_changes();
  return StagedGroup(std::move(state), std::move(delta));
}

StagedGroup::StagedGroup(std::unique_ptr<GroupState> state, Delta delta)
    : state_(std::move(state)), delta_(std::move(delta)) {}
StagedGroup::StagedGroup(StagedGroup&&) noexcept = default;
StagedGroup& StagedGroup::operator=(StagedGroup&&) noexcept = default;
StagedGroup::~StagedGroup() = default;

Result<std::unique_ptr<Group>> StagedGroup::open(const Stored& stored) && {
  if (!stored.covers(delta_.open)) return broken(Rule::before_send_order);
  return std::make_unique<Group>(std::move(state_));
}

}  // namespace thicket::group
