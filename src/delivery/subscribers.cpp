// Cursors against heads.
#include "delivery/subscribers.h"

#include "transport/wire.h"

namespace thicket::delivery {

using transport::Push;
using transport::Subscriber;
using transport::WakeUp;

void Subscribers::frame(Subscriber from, ByteView frame) {
  const auto asked = codec::decode<transport::Subscribe>(frame);
  const std::size_t list_max = service_.limits().list_max;
  Interests& mine = interests_[from];
  if (!asked || mine.groups.size() + asked->groups.size() > list_max ||
      mine.references.size() + asked->key_package_refs.size() > list_max)
    return push(from, transport::NotSubscribed{});
  for (const transport::Cursor& cursor : asked->groups) {
    const auto head = service_.log().head(cursor.group_id);
    if (!head) {
      push(from, transport::NotSubscribed{cursor.group_id});
      continue;
    }
    mine.groups.insert(cursor.group_id);
    groups_[cursor.group_id][from] = head->next;
    if (cursor.next < head->next)
      pushes_.push_back({from, moved_frame(cursor.group_id, cursor.next, *head)});
  }
  for (const Bytes& reference : asked->key_package_refs) {
    mine.references.insert(reference);
    references_[reference].insert(from);
    if (service_.is_waiting(reference)) push(from, transport::WelcomeWaiting{reference});
  }
}

void Subscribers::gone(Subscriber subscriber) {
  const auto found = interests_.find(subscriber);
  if (found == interests_.end()) return;
  for (const Bytes& group_id : found->second.groups) {
    const auto cursors = groups_.find(group_id);
    cursors->second.erase(subscriber);
    if (cursors->second.empty()) groups_.erase(cursors);
  }
  for (const Bytes& reference : found->second.references) {
    const auto waiters = references_.find(reference);
    waiters->second.erase(subscriber);
    if (waiters->second.empty()) references_.erase(waiters);
  }
  interests_.erase(found);
}

void Subscribers::moved(ByteView group_id) {
  const auto cursors = groups_.find(to_bytes(group_id));
  if (cursors == groups_.end()) return;
  const auto head = service_.log().head(group_id);
  if (!head) return;
  std::map<std::uint64_t, Bytes> frames;
  for (auto& [subscriber, next] : cursors->second) {
    if (next >= head->next) continue;
    auto frame = frames.find(next);
    if (frame == frames.end())
      frame = frames.emplace(next, moved_frame(group_id, next, *head)).first;
    pushes_.push_back({subscriber, frame->second});
    next = head->next;
  }
}

void Subscribers::waiting(ByteView key_package_ref) {
  const auto waiters = references_.find(to_bytes(key_package_ref));
  if (waiters == references_.end()) return;
  for (const Subscriber subscriber : waiters->second)
    push(subscriber, transport::WelcomeWaiting{to_bytes(key_package_ref)});
}

Bytes Subscribers::moved_frame(ByteView group_id, std::uint64_t from, const Head& head) {
  const std::size_t octets_max = service_.limits().inline_octets_max;
  transport::GroupMoved moved{to_bytes(group_id), head,
                              service_.log().read(group_id, from, octets_max)};
  std::size_t octets = 0;
  for (const Entry& entry : moved.entries) octets += entry.message.size();
  const bool whole = !moved.entries.empty() && moved.entries.back().number + 1 == head.next;
  if (!whole || octets > octets_max) moved.entries.clear();
  return codec::encode(WakeUp(std::move(moved)));
}

void Subscribers::push(Subscriber to, const WakeUp& wake_up) {
  pushes_.push_back({to, codec::encode(wake_up)});
}

}  // namespace thicket::delivery
