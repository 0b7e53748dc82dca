// Handshakes checked by the public half of the protocol: one PublicGroup a group, opened from its
// rows when it is first needed, and dropped whenever a write is not certain.
#include <list>
#include <map>

#include "base/assert.h"
#include "delivery/handshakes.h"
#include "group/public_group.h"
#include "group_store/group_rows.h"
#include "messages/wire.h"
#include "tree/import.h"
#include "tree/validate_leaf.h"

namespace thicket::delivery {
namespace {

using group::PublicGroup;
using transport::EntryKind;

// Groups held in memory; another one pushes out the one that was not used for longest.
constexpr std::size_t groups_held = 256;
constexpr std::size_t index_seed_size = 16;

class PublicHandshakes final : public Handshakes {
 public:
  PublicHandshakes(const group::PublicEnvironment& environment, store::Store& store)
      : environment_(environment), store_(store) {}
  PublicHandshakes(const PublicHandshakes&) = delete;
  PublicHandshakes& operator=(const PublicHandshakes&) = delete;

  Result<Opened> open(const FirstState& first, Instant now, store::Batch& rows) override;
  Result<Handshake> check(ByteView group_id, ByteView message, Instant now,
                          store::Batch& rows) override;
  Result<void> check_next(ByteView group_id, ByteView group_info) override;
  void settle(ByteView group_id, bool written) override;
  Result<Bytes> ratchet_tree(ByteView group_id) override;

 private:
  struct Held {
    Bytes group_id;
    std::unique_ptr<PublicGroup> group;
    std::unique_ptr<group_store::StoredRows> rows;
    // A check that is not settled.
    std::optional<group::StagedPublic> staged = std::nullopt;
    std::optional<group::Stored> stored = std::nullopt;
  };
  Result<Held*> held(ByteView group_id);
  void drop(ByteView group_id);
  // Asks until nothing that is needed is missing.
  template <class Ask>
  auto loaded(Held& held_group, const Ask& ask) -> decltype(ask());

  const group::PublicEnvironment environment_;
  store::Store& store_;
  group_store::FrozenSegments frozen_;
  std::list<Held> groups_;  // the last used first
  std::map<Bytes, std::list<Held>::iterator> by_id_;
};

template <class Ask>
auto PublicHandshakes::loaded(Held& held_group, const Ask& ask) -> decltype(ask()) {
  for (;;) {
    auto outcome = ask();
    if (outcome || !outcome.error().is_need()) return outcome;
    THICKET_TRY(held_group.group->supply(outcome.error().need, *held_group.rows));
  }
}

Result<PublicHandshakes::Held*> PublicHandshakes::held(ByteView group_id) {
  const auto found = by_id_.find(to_bytes(group_id));
  if (found != by_id_.end()) {
    groups_.splice(groups_.begin(), groups_, found->second);
    return &groups_.front();
  }
  auto rows = std::make_unique<group_store::StoredRows>(store_, group_id);
  auto group = THICKET_TRY(PublicGroup::open(environment_, *rows));
  groups_.push_front({to_bytes(group_id), std::move(group), std::move(rows)});
  by_id_[groups_.front().group_id] = groups_.begin();
  if (groups_.size() > groups_held) drop(Bytes(groups_.back().group_id));
  return &groups_.front();
}

void PublicHandshakes::drop(ByteView group_id) {
  const auto found = by_id_.find(to_bytes(group_id));
  if (found == by_id_.end()) return;
  groups_.erase(found->second);
  by_id_.erase(found);
}

Result<Opened> PublicHandshakes::open(const FirstState& first, Instant now, store::Batch& rows) {
  const auto info = THICKET_TRY(codec::decode<GroupInfo>(first.group_info));
  const Bytes seed = environment_.provider.random().bytes(index_seed_size);
  const auto group =
      THICKET_TRY(PublicGroup::create(environment_, {info, first.ratchet_tree, now, seed}));
  group_store::BatchSink sink(store_, rows, &frozen_);
  THICKET_TRY(group::store(sink, group->snapshot()));
  // It is opened from its rows when it is next needed, if they were written.
  return Opened{info.group_context.group_id, info.group_context.epoch};
}

Result<Handshake> PublicHandshakes::check(ByteView group_id, ByteView message, Instant now,
                                          store::Batch& rows) {
  Held* const held_group = THICKET_TRY(held(group_id));
  THICKET_ASSERT(!held_group->staged);
  PublicGroup& group = *held_group->group;
  auto staged = THICKET_TRY(loaded(*held_group, [&] { return group.check(message, now); }));
  const bool commits = std::holds_alternative<group::EpochChanged>(staged.event());
  group_store::BatchSink sink(store_, rows, &frozen_);
  held_group->stored = THICKET_TRY(group::store(sink, staged.delta()));
  held_group->staged = std::move(staged);
  return Handshake{commits ? EntryKind::commit : EntryKind::proposal, group.context().epoch};
}

Result<void> PublicHandshakes::check_next(ByteView group_id, ByteView group_info) {
  Held* const held_group = THICKET_TRY(held(group_id));
  THICKET_ASSERT(held_group->staged);
  const group::StagedPublic& staged = *held_group->staged;
  const auto* changed = std::get_if<group::EpochChanged>(&staged.event());
  THICKET_ASSERT(changed != nullptr);
  const auto info = THICKET_TRY(codec::decode<GroupInfo>(group_info));
  const GroupContext& said = info.group_context;
  const GroupContext& next = *staged.next_context();
  if (said.group_id != next.group_id) return broken(Rule::wrong_group).at("group_context.group_id");
  if (said.epoch != next.epoch) return broken(Rule::wrong_epoch).at("group_context.epoch");
  if (said.tree_hash != next.tree_hash)
    return broken(Rule::tree_hash).at("group_context.tree_hash");
  if (said != next) return broken(Rule::confirmation_tag).at("group_context");
  if (info.confirmation_tag != *staged.next_confirmation_tag())
    return broken(Rule::confirmation_tag).at("confirmation_tag");
  if (tree::find_extension(info.extensions, ExtensionType::external_pub) == nullptr)
    return broken(Rule::group_info_external_pub).at("extensions");
  // It comes with the commit, so the committer has signed it.
  if (info.signer != changed->committer_leaf)
    return broken(Rule::group_info_signature).at("signer").of(info.signer);
  const auto leaf = THICKET_TRY_AT("signer", staged.next_tree()->leaf(info.signer));
  const crypto::Crypto& crypto = staged.next_tree()->crypto();
  THICKET_TRY_AT("signature", crypto.verify_with_label(leaf.signature_key(), "GroupInfoTBS",
                                                       group_info_tbs(info), info.signature,
                                                       Rule::group_info_signature));
  return {};
}

void PublicHandshakes::settle(ByteView group_id, bool written) {
  const auto found = by_id_.find(to_bytes(group_id));
  THICKET_ASSERT(found != by_id_.end() && found->second->staged);
  if (!written) return drop(group_id);
  Held& held_group = *found->second;
  const auto accepted = held_group.group->accept(std::move(*held_group.staged), *held_group.stored);
  held_group.staged.reset();
  held_group.stored.reset();
  // What was written is what counts: a group that does not follow is opened anew from it.
  if (!accepted) drop(group_id);
}

Result<Bytes> PublicHandshakes::ratchet_tree(ByteView group_id) {
  Held* const held_group = THICKET_TRY(held(group_id));
  PublicGroup& group = *held_group->group;
  return loaded(*held_group, [&] { return tree::export_tree(group.tree()); });
}

}  // namespace

std::unique_ptr<Handshakes> public_handshakes(const group::PublicEnvironment& environment,
                                              store::Store& store) {
  return std::make_unique<PublicHandshakes>(environment, store);
}

}  // namespace thicket::delivery
