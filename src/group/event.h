// What a message or an own act means to the application: one message in, one event out.
#pragma once

#include <variant>

#include "messages/framing.h"

namespace thicket::group {

struct ApplicationMessage {
  LeafIndex sender;
  Bytes client_id;  // of the sender, as the leaf of that epoch had it
  Bytes data;
  Bytes authenticated_data;
  Epoch epoch;
  bool late = false;                  // of an epoch that has ended
  bool sender_since_removed = false;  // the leaf is now blank or another client's
  bool operator==(const ApplicationMessage&) const = default;
};

struct ProposalReceived {
  ProposalRef reference;
  Sender sender;
  Proposal proposal;
  Bytes authenticated_data;
  bool operator==(const ProposalReceived&) const = default;
};

struct MemberChange {
  LeafIndex leaf;
  Bytes client_id;
  bool operator==(const MemberChange&) const = default;
};

struct EpochChanged {
  Epoch epoch;  // the new one
  Sender committer;
  LeafIndex committer_leaf;  // also of one who joined from outside
  bool own = false;          // this client's commit
  std::vector<MemberChange> added;
  std::vector<MemberChange> removed;
  std::vector<LeafIndex> updated;  // by Update proposals
  std::vector<PreSharedKeyID> psks;
  bool extensions_changed = false;
  bool path = false;
  std::optional<ReInit> reinit;  // the group sends nothing more
  std::vector<CustomProposal> custom;
  Bytes authenticated_data;
  std::vector<Bytes> lost;  // own pending commits that this one beat, by message hash
  bool operator==(const EpochChanged&) const = default;
};

// This client was removed. Accepted, the group is over and its rows are erased.
struct Removed {
  Epoch epoch;  // the one that begins without us
  Sender committer;
  Bytes authenticated_data;
  bool operator==(const Removed&) const = default;
};

// An own message that came back: nothing to show. (An own commit comes back as EpochChanged with
// own set.) Accepting an own proposal's echo puts it among the pending proposals.
struct OwnEcho {
  Bytes message_hash;
  ContentType content_type{};
  Epoch epoch;
  bool operator==(const OwnEcho&) const = default;
};

// An own commit that came back after another had been accepted for its epoch.
struct LostRace {
  Bytes message_hash;
  Epoch epoch;
  bool operator==(const LostRace&) const = default;
};

// What an own act made, and nobody has accepted yet.
struct MessageMade {
  Bytes message_hash;
  ContentType content_type{};
  Epoch epoch;
  std::optional<ProposalRef> reference{};  // of a proposal, for CommitPlan::by_reference
  bool operator==(const MessageMade&) const = default;
};

using Event = std::variant<ApplicationMessage, ProposalReceived, EpochChanged, Removed, OwnEcho,
                           LostRace, MessageMade>;

// 12.4: pending proposals must be committed before application data is sent.
struct CommitFirst {
  std::vector<ProposalRef> pending;
  bool operator==(const CommitFirst&) const = default;
};

}  // namespace thicket::group
