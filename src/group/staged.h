// A transition as a value: what changes, and the rows of it. Dropped, nothing has happened (but an
// own message's generation is used up). docs/decisions/0011: sending is not free.
#pragma once

#include <memory>
#include <span>

#include "group/delta.h"
#include "group/event.h"

namespace thicket::group {

struct Step;

// What may leave the machine once before_send is stored: encoded MLSMessages. Welcome and GroupInfo
// go to the service with the commit, which hands them out only if the commit is accepted (RFC 9420
// 14); without such a service they wait for accept().
struct Outgoing {
  Bytes message;
  Bytes message_hash;  // the name of this message in events
  std::optional<Bytes> welcome;
  std::optional<Bytes> group_info;
  bool operator==(const Outgoing&) const = default;
};

// A message that was released and has no verdict yet, for sending the identical octets again.
struct PendingMessage {
  ContentType content_type{};
  Outgoing outgoing;
};

class Staged final {
 public:
  explicit Staged(std::shared_ptr<Step> step);
  Staged(Staged&&) noexcept = default;
  Staged& operator=(Staged&&) noexcept = default;
  Staged(const Staged&) = delete;
  Staged& operator=(const Staged&) = delete;

  const Event& event() const;
  bool is_own() const;
  bool changes_epoch() const;

  // Own ones: what the making used up in the current epoch. Empty for received ones.
  const Delta& before_send() const;
  // What accept() does to the state. For a message or proposal it is made on the ratchets as they
  // stand at this call, so store and accept it before the next (or batch them).
  const Delta& on_accept() const;

  // In exchange for the stored before_send. Rule::before_send_order if `stored` is of another.
  Result<Outgoing> release(const Stored& stored) const;

 private:
  friend class Group;
  friend struct StagedAccess;
  std::shared_ptr<Step> step_;
};

// The on_accept of steps that were made one upon the other, in order, as one delta: one
// transaction. Rule::before_send_order if they do not follow one another.
Result<Delta> batch(std::span<const Staged* const> steps);

}  // namespace thicket::group
