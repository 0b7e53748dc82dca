// Application messages sent.  RFC 9420 6.3, 12.4, 15.

#include "group/choose_proposals.h"
#include "group/commit.h"
#include "group/group.h"
#include "group/process.h"

namespace thicket::group {
namespace {

// Own messages that are remembered for their echo in one epoch; older echoes are answered by
// generation_used.
constexpr std::size_t sent_max = 1024;

// RFC 9420 12.4: "a member ... MUST NOT send application data" before it has committed what is
// valid of the pending proposals. Those are looked for once, not at every message.
Result<CommitFirst> commit_first(const View& view) {
  EpochState& epoch = *view.epoch;
  if (!epoch.found_valid || epoch.found_valid->of != epoch.proposals.size()) {
    ListContext list = list_context(view, epoch.own(), Instant{});
    list.now.reset();
    FoundValid found{epoch.proposals.size(), {}};
    for (const ListedProposal& listed : THICKET_TRY(valid_pending(view, list, {}))) {
      found.valid.push_back(*listed.reference);
    }
    epoch.found_valid = std::move(found);
  }
  return CommitFirst{epoch.found_valid->valid};
}

}  // namespace

Result<SendOutcome> Group::send(ByteView data, Random& random, ByteView authenticated_data) {
  const View view = view_of(*state_);
  THICKET_TRY(check_alive(view));
  EpochState& epoch = *view.epoch;
  if (state_->environment.policy.commit_first && !epoch.proposals.empty()) {
    CommitFirst first = THICKET_TRY(commit_first(view));
    if (!first.pending.empty()) return SendOutcome(std::move(first));
  }
  const framing::Authenticated authenticated = framing::authenticate(
      state_->crypto, WireFormat::mls_private_message,
      FramedContent{epoch.context.group_id, epoch.context.epoch, MemberSender{epoch.own()},
                    to_bytes(authenticated_data), ApplicationData{to_bytes(data)}},
      epoch.encoded_context(), epoch.signer);
  auto step = new_step(view);
  step->own = true;
  step->content_type = ContentType::application;
  Outgoing outgoing;
  outgoing.message = THICKET_TRY(frame(view, authenticated, random));
  outgoing.message_hash = message_hash(state_->crypto, outgoing.message);
  step->settled = outgoing.message_hash;
  step->outgoing = std::make_shared<const Outgoing>(std::move(outgoing));
  step->event = MessageMade{step->settled, ContentType::application, epoch.context.epoch};
  if (epoch.sent.size() >= sent_max) {
    step->displaced = epoch.sent.front().message_hash;
    epoch.sent.erase(epoch.sent.begin());
  }
  epoch.sent.push_back({step->settled, ContentType::application, std::nullopt});
  return SendOutcome(Staged(std::move(step)));
}

}  // namespace thicket::group
