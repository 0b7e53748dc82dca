// Joining from outside, and coming back after state was lost.  RFC 9420 12.4.3.2. Nobody in the
// group has to be online; the log decides whether this commit is the one of its epoch.
#pragma once

#include "group/own_groups.h"
#include "messages/psk.h"

namespace thicket::group {

struct ExternalJoinPlan {
  ByteView group_info;                     // an encoded MLSMessage
  std::optional<ByteView> ratchet_tree{};  // where the GroupInfo has none: the extension's data
  Identity identity;                       // of the group's suite
  const OwnGroups& groups;                 // for resumption PSKs
  std::vector<PSKKind> psks{};
  // An own leaf that is still in the group is removed by the same commit.
  bool resync = true;
  bool new_group_info = true;  // one for the next joiner from outside goes with the commit
  bool grease = true;
  Bytes authenticated_data{};
};

// An external commit and the group that it opens. It is stored first (before_send), then sent
// (release), then the log says whether it won: then on_accept is stored and open() gives the group;
// else on_lost is stored, and the client asks for a newer GroupInfo. After a restart reopen() finds
// it again. A resync replaces the rows of the old group: its Group is closed before on_accept is
// stored.
class ExternalJoin final {
 public:
  struct Pending;
  explicit ExternalJoin(std::unique_ptr<Pending> pending);
  ExternalJoin(ExternalJoin&&) noexcept;
  ExternalJoin& operator=(ExternalJoin&&) noexcept;
  ExternalJoin(const ExternalJoin&) = delete;
  ExternalJoin& operator=(const ExternalJoin&) = delete;
  ~ExternalJoin();

  // All that on_accept holds, and the message, in one secret row. O(n).
  const Delta& before_send() const;
  // In exchange for the stored before_send. Rule::before_send_order if `stored` is of another.
  Result<Outgoing> release(const Stored& stored) const;

  const Bytes& group_id() const;
  Epoch epoch() const;  // the one that the commit ends
  // The commit that the log has for epoch(), an encoded MLSMessage: is it this one?
  bool is_ours(ByteView winner) const;

  // The whole group, in the place of whatever the store has under its id.
  const Delta& on_accept() const;
  Delta on_lost() const;
  // Rule::before_send_order if `stored` is of something else.
  Result<std::unique_ptr<Group>> open(const Stored& stored) &&;

 private:
  std::unique_ptr<Pending> pending_;
};

// Makes the commit; nothing is changed. O(n), as every joiner: the tree is validated. Rules of the
// codec, group_info_external_pub, group_context_extension_unsupported, those of check_group_info,
// list_add_member (an own leaf is there, and no resync is wanted), psk_unknown, psk_usage and those
// of a commit's list; at "group_info.…", "psks[i]", "commit.…".
Result<ExternalJoin> join_external(const Environment& environment, const ExternalJoinPlan& plan,
                                   Instant now, Random& random);

// The joins of this group that are stored and have no verdict: each holds the identical message,
// and is released by storing its before_send once more. Rule::store_row.
Result<std::vector<ExternalJoin>> reopen_external_joins(const Environment& environment,
                                                        ByteView group_id, RowSource& rows);

}  // namespace thicket::group
