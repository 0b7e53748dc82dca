// What the service answers, and what it says by itself to those who subscribed.
#pragma once

#include "transport/requests.h"

namespace thicket::transport {

enum class EntryKind : std::uint8_t { commit = 1, proposal = 2, application = 3 };
constexpr bool is_known(EntryKind kind) {
  return kind >= EntryKind::commit && kind <= EntryKind::application;
}

// One message of a group's log. Numbers are dense, from 0; `epoch` is the one it was sent in.
struct Entry {
  std::uint64_t number = 0;
  EntryKind kind{};
  Epoch epoch;
  std::uint64_t accepted_at = 0;  // seconds since 1970, by the service's clock
  Bytes message;                  // an MLSMessage
  bool operator==(const Entry&) const = default;
};

// Where a group is: its epoch, and the number that its next entry will have.
struct Head {
  Epoch epoch;
  std::uint64_t next = 0;
  bool operator==(const Head&) const = default;
};

enum class Answer : std::uint16_t {
  refused = 1,
  created = 2,
  won = 3,
  lost = 4,
  posted = 5,
  log_part = 6,
  uploaded = 7,
  claimed = 8,
  welcomes = 9,
  group_state = 10,
  tree = 11,
  blob_stored = 12,
  blob = 13,
};

// Why a request was not done. Nothing has changed then.
enum class Refusal : std::uint16_t {
  malformed = 1,  // not in the language: rule and path say where
  too_large = 2,  // the body, or a list in it
  unknown_group = 3,
  group_exists = 4,
  broken_rule = 5,  // the message breaks a rule that a service can see
  wrong_epoch = 6,  // of a proposal or message; a commit's answer is lost
  unknown_blob = 7,
  unknown_tree = 8,      // nobody can join that epoch any more: join from outside
  sealed_handshake = 9,  // a commit or proposal as PrivateMessage
  name_taken = 10,       // key packages of this client are signed by another key
  store_full = 11,       // as many as are kept for one client or group
  request_id_used = 12,  // this id was another request's
  not_open = 13,         // the present epoch has no GroupInfo to join from outside with
  too_late = 14,         // of an epoch that ended too long ago
};

struct Refused {
  Refusal refusal{};
  Bytes rule;    // its name in rules.def, if one is broken
  Bytes path;    // the field it is broken at
  Bytes detail;  // for people
  bool operator==(const Refused&) const = default;
};

struct Created {
  Head head;
  bool operator==(const Created&) const = default;
};

// The commit is entry `number`: it started epoch head.epoch.
struct Won {
  std::uint64_t number = 0;
  Head head;
  bool operator==(const Won&) const = default;
};

// Another commit started the next epoch; `winner` is the SHA-256 of its octets, `number` its entry.
// With winner empty the expected epoch is none that the group has reached.
struct Lost {
  Bytes winner;
  std::uint64_t number = 0;
  Head head;
  bool operator==(const Lost&) const = default;
};

struct Posted {
  std::uint64_t number = 0;
  bool operator==(const Posted&) const = default;
};

struct LogPart {
  std::vector<Entry> entries;
  Head head;
  bool operator==(const LogPart&) const = default;
};

struct Uploaded {
  std::vector<Bytes> key_package_refs;
  bool operator==(const Uploaded&) const = default;
};

// In the order asked for; absent for a client that has none left. MLSMessages.
struct Claimed {
  std::vector<std::optional<Octets>> key_packages;
  bool operator==(const Claimed&) const = default;
};

// A Welcome with the joiner's own entry only, as an MLSMessage, and where its log begins.
struct WelcomeFor {
  Bytes key_package_ref;
  Bytes welcome;
  Bytes group_id;
  Epoch epoch;
  std::uint64_t next = 0;
  bool operator==(const WelcomeFor&) const = default;
};

// Those that are there, of those asked for.
struct Welcomes {
  std::vector<WelcomeFor> welcomes;
  bool operator==(const Welcomes&) const = default;
};

struct GroupState {
  Bytes group_info;  // an MLSMessage
  Bytes ratchet_tree;
  Head head;
  bool operator==(const GroupState&) const = default;
};

struct Tree {
  Bytes ratchet_tree;
  bool operator==(const Tree&) const = default;
};

struct BlobStored {
  Bytes sha256;
  bool operator==(const BlobStored&) const = default;
};

struct Blob {
  Bytes content;
  bool operator==(const Blob&) const = default;
};

using ReplyBody =
    Select<Answer, Case<Answer::refused, Refused>, Case<Answer::created, Created>,
           Case<Answer::won, Won>, Case<Answer::lost, Lost>, Case<Answer::posted, Posted>,
           Case<Answer::log_part, LogPart>, Case<Answer::uploaded, Uploaded>,
           Case<Answer::claimed, Claimed>, Case<Answer::welcomes, Welcomes>,
           Case<Answer::group_state, GroupState>, Case<Answer::tree, Tree>,
           Case<Answer::blob_stored, BlobStored>, Case<Answer::blob, Blob>>;

// `incarnation` is another after the service was restored from a copy: what a client knows may then
// be ahead of what the service knows.
struct Reply {
  std::array<std::uint8_t, 16> incarnation{};
  ReplyBody body;
  bool operator==(const Reply&) const = default;
};

// Over the WebSocket. A subscriber says what it has; the service wakes it when there is more, at
// once if there is already. Nothing is stored for it: after a break it says again what it has.
struct Cursor {
  Bytes group_id;
  std::uint64_t next = 0;
  bool operator==(const Cursor&) const = default;
};
struct Subscribe {
  std::vector<Cursor> groups;
  std::vector<Bytes> key_package_refs;  // to be woken when a Welcome for them is there
  bool operator==(const Subscribe&) const = default;
};

enum class Wake : std::uint8_t { group_moved = 1, welcome_waiting = 2, not_subscribed = 3 };

// The entries from the subscriber's cursor up to the head, if they are small together; else none,
// and the subscriber reads the log.
struct GroupMoved {
  Bytes group_id;
  Head head;
  std::vector<Entry> entries;
  bool operator==(const GroupMoved&) const = default;
};
struct WelcomeWaiting {
  Bytes key_package_ref;
  bool operator==(const WelcomeWaiting&) const = default;
};
struct NotSubscribed {
  Bytes group_id;  // empty: what was sent is no Subscribe
  bool operator==(const NotSubscribed&) const = default;
};
using WakeUp =
    Select<Wake, Case<Wake::group_moved, GroupMoved>, Case<Wake::welcome_waiting, WelcomeWaiting>,
           Case<Wake::not_subscribed, NotSubscribed>>;

}  // namespace thicket::transport
