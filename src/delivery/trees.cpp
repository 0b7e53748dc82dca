// Which trees are still needed, and those of past epochs.
#include "delivery/trees.h"

#include "delivery/rows.h"
#include "store/key.h"

namespace thicket::delivery {
namespace {

constexpr std::string_view expected = "tree_expected";  // (group, epoch) to how many joiners
constexpr std::string_view trees = "tree";              // (group, epoch) to a ratchet_tree
// Whoever has not joined after so many epochs joins from outside.
constexpr std::uint64_t epochs_kept = 256;

store::Key key_of(ByteView group_id, Epoch epoch) {
  return store::Key().name(group_id).number(epoch.value);
}

}  // namespace

void Trees::expect(Step& step, ByteView group_id, Epoch epoch, std::size_t joiners) {
  if (joiners > 0) step.batch.put(expected, key_of(group_id, epoch), store::Key().number(joiners));
}

void Trees::leave(Step& step, ByteView group_id, Epoch epoch) {
  const store::Key key = key_of(group_id, epoch);
  const auto joiners = store_.get(expected, key);
  if (!joiners) return;
  step.batch.erase(expected, key);
  const bool is_latest =
      latest_ && latest_->group_id == to_bytes(group_id) && latest_->epoch == epoch;
  if (is_latest && store::Key().number(latest_->readers).octets() >= *joiners) return;
  if (const auto tree = present(group_id, epoch)) step.batch.put(trees, key, *tree);
  if (epoch.value < epochs_kept) return;
  const store::Range old{.prefix = store::Key().name(group_id).octets(),
                         .last = key_of(group_id, Epoch{epoch.value - epochs_kept}).octets()};
  for (const store::Row& row : store_.scan(trees, old)) step.batch.erase(trees, row.key);
}

Result<Bytes> Trees::present(ByteView group_id, Epoch epoch) {
  const bool known = latest_ && latest_->epoch == epoch && latest_->group_id == to_bytes(group_id);
  if (!known) {
    Bytes tree = THICKET_TRY(handshakes_.ratchet_tree(group_id));
    latest_ = Latest{to_bytes(group_id), epoch, std::move(tree)};
  }
  ++latest_->readers;
  return latest_->ratchet_tree;
}

std::optional<Bytes> Trees::past(ByteView group_id, Epoch epoch) {
  return store_.get(trees, key_of(group_id, epoch));
}

}  // namespace thicket::delivery
