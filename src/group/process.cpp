// An arriving message: whose epoch, whose message, what kind.  RFC 9420 6, 12.4.2, 15.3.

#include "group/process.h"

#include <algorithm>

#include "codec/codec.h"
#include "framing/private_message.h"
#include "framing/public_message.h"
#include "group/group.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

struct Arrived {
  ByteView message;
  Bytes hash;  // computed only where own messages wait for their echo
  Instant now;
};

Result<void> check_place(const View& view, const Bytes& group_id) {
  if (group_id != view.epoch->context.group_id) return broken(Rule::wrong_group).at("group_id");
  return {};
}

Error wrong_epoch(Epoch epoch) {
  return broken(Rule::wrong_epoch).at("epoch").because("epoch " + std::to_string(epoch.value));
}

// An own message, by its hash.
Result<std::shared_ptr<Step>> own_message(const View& view, const Arrived& arrived) {
  const EpochState& epoch = *view.epoch;
  const auto step = [&](ContentType type) {
    auto echo = new_step(view);
    echo->settled = arrived.hash;
    echo->event = OwnEcho{arrived.hash, type, epoch.context.epoch};
    return echo;
  };
  for (const PendingCommit& pending : epoch.pending) {
    if (pending.outgoing->message_hash != arrived.hash) continue;
    return own_commit(view, pending, arrived.now);
  }
  for (const SentMessage& sent : epoch.sent) {
    if (sent.message_hash != arrived.hash) continue;
    auto echo = step(sent.content_type);
    if (sent.proposal && !find_proposal(view, sent.proposal->reference)) {
      echo->proposal = *sent.proposal;
      echo->proposal->place = next_place(view);
    }
    return echo;
  }
  return std::shared_ptr<Step>();
}

bool waits_for_echo(const EpochState& epoch) {
  return !epoch.pending.empty() || !epoch.sent.empty();
}

Result<std::shared_ptr<Step>> old_handshake(const View& view, const Arrived& arrived, Epoch epoch) {
  const Bytes hash = message_hash(view.group.crypto, arrived.message);
  for (const PastEpoch* past : ended_epochs(view)) {
    if (past->keys->epoch != epoch) continue;
    if (std::find(past->lost.begin(), past->lost.end(), hash) == past->lost.end()) continue;
    auto step = new_step(view);
    step->event = LostRace{hash, epoch};
    return step;
  }
  return wrong_epoch(epoch);
}

Result<std::shared_ptr<Step>> public_message(const View& view, const Arrived& arrived) {
  MLSMessage message = THICKET_TRY(codec::decode<MLSMessage>(arrived.message));
  auto* received = message.wire_format.as<PublicMessage>();
  THICKET_ASSERT(received != nullptr);
  const FramedContent& content = received->content;
  THICKET_TRY(check_place(view, content.group_id));
  if (content.epoch != view.epoch->context.epoch) {
    return old_handshake(view, arrived, content.epoch);
  }
  THICKET_TRY(check_alive(view));
  const auto* member = content.sender.as<MemberSender>();
  if (member && member->leaf_index == view.epoch->own() && waits_for_echo(*view.epoch)) {
    if (auto own = THICKET_TRY(own_message(view, arrived))) return own;
  }
  const EpochSenders senders(*view.epoch);
  const framing::PublicEpoch epoch{view.epoch->encoded_context(),
                                   &view.epoch->secrets.membership_key, senders};
  const framing::Authenticated authenticated = THICKET_TRY(
      framing::unprotect_public(view.group.crypto, {std::move(*received), arrived.message}, epoch));
  const Handshake handshake{authenticated, arrived.now};
  if (authenticated.content().content_type() == ContentType::commit) {
    return process_commit(view, handshake);
  }
  return process_proposal(view, handshake);
}

MessageKey message_key(std::shared_ptr<EpochKeys> keys, schedule::Candidate&& candidate) {
  const schedule::KeptKey place{candidate.leaf(), candidate.kind(), candidate.generation()};
  return {std::move(keys), place, std::move(candidate)};
}

// The application is told who sent: as the leaf was in the message's epoch, and whether it is still
// there.
Result<std::shared_ptr<Step>> application_message(const View& view, const PastEpoch* ended,
                                                  framing::UnprotectedPrivate&& opened) {
  FramedContent& content = opened.authenticated.value.content;
  ApplicationMessage event;
  event.sender = opened.sender_data.leaf_index;
  event.epoch = content.epoch;
  event.authenticated_data = std::move(content.authenticated_data);
  event.data = std::move(content.content.as<ApplicationData>()->application_data);
  if (ended) {
    const PastSenders senders(view, *ended);
    event.late = true;
    event.client_id = THICKET_TRY(senders.member(event.sender)).client_id;
    const auto now = EpochSenders(*view.epoch).member(event.sender);
    if (!now && now.error().is_need()) return now.error();
    event.sender_since_removed = !now || !equal(now->client_id(), event.client_id);
  } else {
    const auto sender = THICKET_TRY(EpochSenders(*view.epoch).member(event.sender));
    event.client_id = to_bytes(sender.client_id());
  }
  auto step = new_step(view);
  step->event = std::move(event);
  step->key = message_key(ended ? ended->keys : view.epoch->keys, std::move(opened.key));
  return step;
}

Result<std::shared_ptr<Step>> late_message(const View& view,
                                           const framing::PrivateMessageView& message,
                                           const Arrived& arrived) {
  if (message.content_type != ContentType::application) {
    return old_handshake(view, arrived, message.epoch);
  }
  const Policy& policy = view.group.environment.policy;
  for (const PastEpoch* past : ended_epochs(view)) {
    if (past->keys->epoch != message.epoch) continue;
    // Past epochs are kept for a time, too.
    if (past->ended_at.seconds + policy.past_seconds < arrived.now.seconds) break;
    const PastSenders senders(view, *past);
    auto opened = THICKET_TRY(
        framing::unprotect_private(view.group.crypto, message,
                                   {past->keys->group_context, past->keys->sender_data_secret,
                                    past->keys->secret_tree, senders}));
    return application_message(view, past, std::move(opened));
  }
  return wrong_epoch(message.epoch);
}

Result<std::shared_ptr<Step>> private_message(const View& view, const Arrived& arrived) {
  const auto message = THICKET_TRY(framing::view_private(arrived.message));
  if (!equal(message.group_id, view.epoch->context.group_id)) {
    return broken(Rule::wrong_group).at("group_id");
  }
  if (message.epoch != view.epoch->context.epoch) {
    if (view.group.removed) return broken(Rule::group_removed);
    return late_message(view, message, arrived);
  }
  THICKET_TRY(check_alive(view));
  if (waits_for_echo(*view.epoch)) {
    if (auto own = THICKET_TRY(own_message(view, arrived))) return own;
  }
  const EpochKeys& keys = *view.epoch->keys;
  const EpochSenders senders(*view.epoch);
  auto opened = THICKET_TRY(framing::unprotect_private(
      view.group.crypto, message,
      {keys.group_context, keys.sender_data_secret, keys.secret_tree, senders}));
  if (message.content_type == ContentType::application) {
    return application_message(view, nullptr, std::move(opened));
  }
  const Handshake handshake{opened.authenticated, arrived.now};
  auto step = message.content_type == ContentType::commit
                  ? THICKET_TRY(process_commit(view, handshake))
                  : THICKET_TRY(process_proposal(view, handshake));
  // A commit ends the epoch of the key, but the key is consumed all the same: it stays in the past
  // epoch.
  step->key = message_key(view.epoch->keys, std::move(opened.key));
  return step;
}

}  // namespace

// RFC 9420 11.2: after the commit of a ReInit "the group is ... no longer used".
Result<void> check_alive(const View& view) {
  if (view.group.removed) return broken(Rule::group_removed);
  if (view.epoch->reinit) return broken(Rule::group_reinitialised);
  return {};
}

std::shared_ptr<Step> new_step(const View& view) {
  auto step = std::make_shared<Step>();
  step->policy = &view.group.environment.policy;
  step->crypto = &view.group.crypto;
  step->epoch = view.epoch;
  step->after = view.after;
  return step;
}

Bytes message_hash(const crypto::Crypto& crypto, ByteView message) {
  return crypto.hash({message}).bytes();
}

Result<std::shared_ptr<Step>> process_message(const View& view, ByteView message, Instant now) {
  Arrived arrived{message, {}, now};
  if (waits_for_echo(*view.epoch)) arrived.hash = message_hash(view.group.crypto, message);
  codec::Reader in(message);
  const std::uint64_t version = THICKET_TRY_AT("version", in.integer(2));
  if (version != static_cast<std::uint64_t>(ProtocolVersion::mls10)) {
    return broken(Rule::unknown_version).at("version");
  }
  const auto wire_format = static_cast<WireFormat>(THICKET_TRY_AT("wire_format", in.integer(2)));
  std::shared_ptr<Step> step;
  if (wire_format == WireFormat::mls_public_message) {
    step = THICKET_TRY(public_message(view, arrived));
  } else if (wire_format == WireFormat::mls_private_message) {
    step = THICKET_TRY(private_message(view, arrived));
  }
  if (step) {
    if (!step->next) step->expired = expired_epochs(view, now);
    return step;
  }
  return broken(Rule::unknown_selector)
      .at("wire_format")
      .because("a group processes PublicMessages and PrivateMessages");
}

Result<Staged> Group::process(ByteView message, Instant now) {
  return Staged(THICKET_TRY(process_message(view_of(*state_), message, now)));
}

Result<Staged> Group::process(ByteView message, Instant now, const Staged& after) {
  const View view = THICKET_TRY(view_after(*state_, after.step_));
  return Staged(THICKET_TRY(process_message(view, message, now)));
}

}  // namespace thicket::group
