// What is the same for all requests, and those that only read or keep. order.cpp has the others.
#include "delivery/service.h"

#include "base/assert.h"
#include "delivery/spaces.h"
#include "store/key.h"
#include "transport/wire.h"

namespace thicket::delivery {

using transport::Refusal;
using transport::ReplyBody;

namespace {

// Requests that are answered from memory when they come again. A commit's answer follows from the
// log, and a blob is what it is.
bool is_remembered(const transport::RequestBody& body) {
  switch (body.tag()) {
    case transport::Call::create_group:
    case transport::Call::post_proposal:
    case transport::Call::post_message:
    case transport::Call::upload_key_packages:
    case transport::Call::claim_key_packages:
      return true;
    default:
      return false;
  }
}

}  // namespace

Service::Service(const Parts& parts)
    : parts_(parts),
      remembered_(parts.store),
      blobs_(parts.store, parts.provider),
      directory_({parts.store, parts.provider, *parts.profile}),
      welcomes_(parts.store, parts.provider),
      trees_(parts.store, parts.handshakes) {}

transport::Reply Service::reply(ReplyBody body) const {
  return {parts_.incarnation, std::move(body)};
}

Handled Service::handle(const transport::Request& request, Instant now) {
  if (is_remembered(request.body)) {
    const Bytes digest = sha256(parts_.provider, codec::encode(request));
    if (auto known = remembered_.find(request, digest)) return {reply(std::move(*known)), {}, {}};
  }
  for (;;) {
    Step step{request, parts_.limits, now};
    if (Decision decision = decide(step))
      return {reply(std::move(*decision)), std::move(step.moved), std::move(step.waiting)};
  }
}

Service::Decision Service::decide(Step& step) {
  return std::visit([&](const auto& call) { return on(step, call); }, step.request.body.variant());
}

Service::Decision Service::write(Step& step, ReplyBody reply) {
  if (is_remembered(step.request.body)) {
    const Bytes digest = sha256(parts_.provider, codec::encode(step.request));
    remembered_.remember(step, digest, reply);
  }
  remembered_.sweep(step);
  blobs_.sweep(step);
  if (!parts_.store.apply(step.batch)) return std::nullopt;
  return reply;
}

Service::Decision Service::on(Step& step, const transport::ReadLog& call) {
  const auto head = parts_.log.head(call.group_id);
  if (!head) return ReplyBody(refused(Refusal::unknown_group));
  const std::size_t octets_max =
      std::min<std::size_t>(call.octets_max, step.limits.reply_octets_max);
  return ReplyBody(
      transport::LogPart{parts_.log.read(call.group_id, call.from, octets_max), *head});
}

Service::Decision Service::on(Step& step, const transport::UploadKeyPackages& call) {
  if (call.key_packages.size() > step.limits.list_max)
    return ReplyBody(refused(Refusal::too_large, "key_packages"));
  auto outcome = directory_.upload(step, call);
  if (auto* no = std::get_if<transport::Refused>(&outcome)) return ReplyBody(std::move(*no));
  return write(step, std::get<transport::Uploaded>(std::move(outcome)));
}

Service::Decision Service::on(Step& step, const transport::ClaimKeyPackages& call) {
  if (call.clients.size() > step.limits.list_max)
    return ReplyBody(refused(Refusal::too_large, "clients"));
  return write(step, directory_.claim(step, call));
}

Service::Decision Service::on(Step& step, const transport::FetchWelcomes& call) {
  if (call.key_package_refs.size() > step.limits.list_max)
    return ReplyBody(refused(Refusal::too_large, "key_package_refs"));
  return ReplyBody(welcomes_.find(call, step.limits));
}

Service::Decision Service::on(Step&, const transport::FetchGroup& call) {
  const auto head = parts_.log.head(call.group_id);
  if (!head) return ReplyBody(refused(Refusal::unknown_group));
  auto group_info = parts_.store.get(group_infos, store::Key().name(call.group_id));
  if (!group_info) return ReplyBody(refused(Refusal::not_open));
  auto tree = trees_.present(call.group_id, head->epoch);
  if (!tree) return ReplyBody(refused(Refusal::unknown_tree, tree.error()));
  return ReplyBody(transport::GroupState{std::move(*group_info), std::move(*tree), *head});
}

Service::Decision Service::on(Step&, const transport::FetchTree& call) {
  const auto head = parts_.log.head(call.group_id);
  if (!head) return ReplyBody(refused(Refusal::unknown_group));
  if (head->epoch == call.epoch) {
    auto tree = trees_.present(call.group_id, call.epoch);
    if (!tree) return ReplyBody(refused(Refusal::unknown_tree, tree.error()));
    return ReplyBody(transport::Tree{std::move(*tree)});
  }
  auto tree = trees_.past(call.group_id, call.epoch);
  if (!tree) return ReplyBody(refused(Refusal::unknown_tree));
  return ReplyBody(transport::Tree{std::move(*tree)});
}

Service::Decision Service::on(Step& step, const transport::PutBlob& call) {
  return write(step, transport::BlobStored{blobs_.put(step, call.content)});
}

Service::Decision Service::on(Step&, const transport::FetchBlob& call) {
  auto content = blobs_.find(call.sha256);
  if (!content) return ReplyBody(refused(Refusal::unknown_blob));
  return ReplyBody(transport::Blob{std::move(*content)});
}

}  // namespace thicket::delivery
