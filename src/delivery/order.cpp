// Requests that move a group: created, committed, proposed, said.
#include "base/assert.h"
#include "delivery/service.h"
#include "delivery/spaces.h"
#include "messages/wire.h"
#include "store/key.h"
#include "transport/wire.h"

namespace thicket::delivery {

using transport::Refusal;
using transport::Refused;
using transport::ReplyBody;

namespace {

// Handshakes are checked as PublicMessages; as PrivateMessage nobody but members could.
std::optional<Refused> refuse_sealed(ByteView message) {
  auto decoded = codec::decode<MLSMessage>(message);
  if (!decoded) return refused(Refusal::malformed, decoded.error());
  if (decoded->wire_format.as<PrivateMessage>() != nullptr)
    return refused(Refusal::sealed_handshake);
  if (decoded->wire_format.as<PublicMessage>() == nullptr)
    return refused(Refusal::malformed, "no PublicMessage");
  return std::nullopt;
}

// Of the epoch that has begun since; or the message names another epoch than its envelope.
transport::Lost lost(const Lost& outcome) {
  if (!outcome.verdict) return {{}, 0, outcome.head};
  return {outcome.verdict->winner, outcome.verdict->number, outcome.head};
}

Refused refuse_handshake(const Error& error) {
  return refused(error.rule == Rule::wrong_epoch ? Refusal::wrong_epoch : Refusal::broken_rule,
                 error);
}

}  // namespace

Service::Decision Service::on(Step& step, const transport::CreateGroup& call) {
  auto info_octets = blobs_.octets_of(call.group_info);
  if (auto* no = std::get_if<Refused>(&info_octets)) return ReplyBody(std::move(*no));
  auto tree = blobs_.octets_of(call.ratchet_tree);
  if (auto* no = std::get_if<Refused>(&tree)) return ReplyBody(std::move(*no));
  const Bytes& message = std::get<Bytes>(info_octets);
  auto decoded = codec::decode<MLSMessage>(message);
  if (!decoded) return ReplyBody(refused(Refusal::malformed, decoded.error()));
  const GroupInfo* info = decoded->wire_format.as<GroupInfo>();
  if (info == nullptr) return ReplyBody(refused(Refusal::malformed, "no GroupInfo"));
  const Bytes& group_id = info->group_context.group_id;
  if (parts_.log.head(group_id)) return ReplyBody(refused(Refusal::group_exists));
  const Bytes encoded_info = codec::encode(*info);
  const auto opened =
      parts_.handshakes.open({encoded_info, std::get<Bytes>(tree)}, step.now, step.batch);
  if (!opened) return ReplyBody(refused(Refusal::broken_rule, opened.error()));
  step.batch.put(group_infos, store::Key().name(group_id), message);
  const ReplyBody created = transport::Created{{opened->epoch, 0}};
  remembered_.remember(step, sha256(parts_.provider, codec::encode(step.request)), created);
  if (!parts_.log.create(group_id, opened->epoch, std::move(step.batch))) return std::nullopt;
  return created;
}

Service::Decision Service::on(Step& step, const transport::PostCommit& call) {
  const auto head = parts_.log.head(call.group_id);
  if (!head) return ReplyBody(refused(Refusal::unknown_group));
  auto octets = blobs_.octets_of(call.commit);
  if (auto* no = std::get_if<Refused>(&octets)) return ReplyBody(std::move(*no));
  Bytes& commit = std::get<Bytes>(octets);
  Bytes hash = sha256(parts_.provider, commit);
  // Before anything is checked: a retry gets the first verdict, whatever has become of the group.
  if (const auto decided = parts_.log.verdict(call.group_id, call.expected_epoch)) {
    if (decided->winner != hash)
      return ReplyBody(transport::Lost{decided->winner, decided->number, *head});
    return ReplyBody(
        transport::Won{decided->number, {call.expected_epoch.next(), decided->number + 1}});
  }
  if (head->epoch != call.expected_epoch) return ReplyBody(transport::Lost{{}, 0, *head});
  if (call.welcomes.size() > step.limits.list_max)
    return ReplyBody(refused(Refusal::too_large, "welcomes"));
  if (auto no = refuse_sealed(commit)) return ReplyBody(std::move(*no));
  return append_commit(step, call, *head, {std::move(commit), std::move(hash)});
}

Service::Decision Service::append_commit(Step& step, const transport::PostCommit& call,
                                         const Head& head, NamedCommit commit) {
  const auto checked = parts_.handshakes.check(call.group_id, commit.message, step.now, step.batch);
  if (!checked) return ReplyBody(refuse_handshake(checked.error()));
  std::optional<Refused> no;
  if (checked->kind != EntryKind::commit) no = refused(Refusal::malformed, "no commit");
  if (!no && checked->epoch != call.expected_epoch)
    no = refused(Refusal::wrong_epoch, "the commit is of another epoch than expected_epoch");
  if (!no) no = take_group_info(step, call);
  if (!no) no = take_welcomes(step, call, head.next + 1);
  if (no) {
    parts_.handshakes.settle(call.group_id, false);
    return ReplyBody(std::move(*no));
  }
  trees_.leave(step, call.group_id, head.epoch);
  const Append append{call.group_id, call.expected_epoch,       EntryKind::commit,
                      step.now,      std::move(commit.message), std::move(commit.hash)};
  const Appended outcome = parts_.log.append(append, std::move(step.batch));
  const Won* won = std::get_if<Won>(&outcome);
  parts_.handshakes.settle(call.group_id, won != nullptr);
  if (std::holds_alternative<Again>(outcome)) return std::nullopt;
  if (won == nullptr) {
    step.waiting.clear();
    return ReplyBody(lost(std::get<Lost>(outcome)));
  }
  step.moved.push_back(call.group_id);
  return ReplyBody(transport::Won{won->number, won->head});
}

std::optional<Refused> Service::take_welcomes(Step& step, const transport::PostCommit& call,
                                              std::uint64_t next) {
  const Arrival arrival{call.group_id, call.expected_epoch.next(), next};
  std::size_t joiners = 0;
  for (const transport::Body& body : call.welcomes) {
    auto octets = blobs_.octets_of(body);
    if (auto* no = std::get_if<Refused>(&octets)) return std::move(*no);
    auto taken = welcomes_.put(step, arrival, std::get<Bytes>(octets));
    if (auto* no = std::get_if<Refused>(&taken)) return std::move(*no);
    joiners += std::get<std::size_t>(taken);
  }
  trees_.expect(step, call.group_id, arrival.epoch, joiners);
  return std::nullopt;
}

std::optional<Refused> Service::take_group_info(Step& step, const transport::PostCommit& call) {
  const store::Key key = store::Key().name(call.group_id);
  if (!call.group_info) {
    step.batch.erase(group_infos, key);
    return std::nullopt;
  }
  auto octets = blobs_.octets_of(*call.group_info);
  if (auto* no = std::get_if<Refused>(&octets)) return std::move(*no);
  const Bytes& message = std::get<Bytes>(octets);
  auto decoded = codec::decode<MLSMessage>(message);
  if (!decoded) return refused(Refusal::malformed, decoded.error());
  const GroupInfo* info = decoded->wire_format.as<GroupInfo>();
  if (info == nullptr) return refused(Refusal::malformed, "no GroupInfo");
  const auto checked = parts_.handshakes.check_next(call.group_id, codec::encode(*info));
  if (!checked) return refused(Refusal::broken_rule, checked.error());
  step.batch.put(group_infos, key, message);
  return std::nullopt;
}

Service::Decision Service::on(Step& step, const transport::PostProposal& call) {
  const auto head = parts_.log.head(call.group_id);
  if (!head) return ReplyBody(refused(Refusal::unknown_group));
  if (auto no = refuse_sealed(call.proposal)) return ReplyBody(std::move(*no));
  const auto checked = parts_.handshakes.check(call.group_id, call.proposal, step.now, step.batch);
  if (!checked) return ReplyBody(refuse_handshake(checked.error()));
  if (checked->kind != EntryKind::proposal) {
    parts_.handshakes.settle(call.group_id, false);
    return ReplyBody(refused(Refusal::malformed, "no proposal"));
  }
  const ReplyBody posted = transport::Posted{head->next};
  remembered_.remember(step, sha256(parts_.provider, codec::encode(step.request)), posted);
  const Append append{call.group_id, head->epoch, EntryKind::proposal, step.now,
                      call.proposal, {},          head->next};
  const Appended outcome = parts_.log.append(append, std::move(step.batch));
  const bool won = std::holds_alternative<Won>(outcome);
  parts_.handshakes.settle(call.group_id, won);
  if (!won) return std::nullopt;
  step.moved.push_back(call.group_id);
  return posted;
}

Service::Decision Service::on(Step& step, const transport::PostMessage& call) {
  const auto head = parts_.log.head(call.group_id);
  if (!head) return ReplyBody(refused(Refusal::unknown_group));
  auto decoded = codec::decode<MLSMessage>(call.message);
  if (!decoded) return ReplyBody(refused(Refusal::malformed, decoded.error()));
  const auto* message = decoded->wire_format.as<PrivateMessage>();
  if (message == nullptr) return ReplyBody(refused(Refusal::malformed, "no PrivateMessage"));
  if (message->group_id != call.group_id)
    return ReplyBody(refused(Refusal::malformed, "the message is for another group"));
  if (message->content_type != ContentType::application)
    return ReplyBody(refused(Refusal::sealed_handshake));
  if (message->epoch > head->epoch) return ReplyBody(refused(Refusal::wrong_epoch));
  if (message->epoch.value + step.limits.late_epochs < head->epoch.value)
    return ReplyBody(refused(Refusal::too_late));
  const ReplyBody posted = transport::Posted{head->next};
  remembered_.remember(step, sha256(parts_.provider, codec::encode(step.request)), posted);
  const Append append{call.group_id, message->epoch, EntryKind::application,
                      step.now,      call.message,   {},
                      head->next};
  const Appended outcome = parts_.log.append(append, std::move(step.batch));
  if (!std::holds_alternative<Won>(outcome)) return std::nullopt;
  step.moved.push_back(call.group_id);
  return posted;
}

}  // namespace thicket::delivery
