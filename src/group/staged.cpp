// A transition as a value.

#include "group/staged.h"

#include <map>

#include "group/step.h"

namespace thicket::group {

struct StagedAccess {
  static Step& step(const Staged& staged) { return *staged.step_; }
};

Staged::Staged(std::shared_ptr<Step> step) : step_(std::move(step)) {}

const Event& Staged::event() const {
  return step_->event;
}
bool Staged::is_own() const {
  return step_->own;
}
bool Staged::changes_epoch() const {
  return step_->next.has_value();
}

const Delta& Staged::before_send() const {
  make_before_send(*step_);
  return step_->before;
}

const Delta& Staged::on_accept() const {
  make_on_accept(*step_);
  return step_->accept;
}

Result<Outgoing> Staged::release(const Stored& stored) const {
  if (!step_->own || !step_->before_binding || !stored.covers(step_->before_binding)) {
    return broken(Rule::before_send_order).because("before_send is not stored");
  }
  return *step_->outgoing;
}

Result<Delta> batch(std::span<const Staged* const> steps) {
  Delta out;
  std::map<const EpochKeys*, schedule::SecretTree> shadows;
  const Step* last = nullptr;
  for (const Staged* staged : steps) {
    Step& step = StagedAccess::step(*staged);
    const bool follows =
        !step.after || step.after->accepted ? last == nullptr : step.after.get() == last;
    if (!follows) return broken(Rule::before_send_order).because("the steps do not follow");
    last = &step;
    schedule::SecretTree* shadow = nullptr;
    if (step.key) {
      EpochKeys& keys = *step.key->keys;
      auto found = shadows.find(&keys);
      if (found == shadows.end()) {
        auto copy = THICKET_TRY(schedule::SecretTree::load(
            *step.crypto, keys.secret_tree.all_rows(), step.policy->ratchets));
        found = shadows.emplace(&keys, std::move(copy)).first;
      }
      shadow = &found->second;
    }
    merge(out, THICKET_TRY(chained_on_accept(step, shadow)));
  }
  return out;
}

}  // namespace thicket::group
