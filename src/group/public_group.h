// A group without its secrets, for a service that orders and checks: the rules that the table marks
// as seen by a service. RFC 9420 12.4.2 as far as it is public; RFC 9750 5.  PublicMessages only.
#pragma once

#include "group/delta.h"
#include "group/environment.h"
#include "group/event.h"
#include "messages/welcome.h"
#include "tree/ratchet_tree.h"

namespace thicket::group {

struct PublicStep;
struct PublicState;

class StagedPublic final {
 public:
  explicit StagedPublic(std::shared_ptr<PublicStep> step) : step_(std::move(step)) {}
  const Event& event() const;
  // Rows that cannot hold a secret, by their type.
  const PublicDelta& delta() const;
  // The epoch that a commit starts: what a GroupInfo of it must say. Null for a proposal.
  const GroupContext* next_context() const;
  const MAC* next_confirmation_tag() const;
  const tree::RatchetTree* next_tree() const;

 private:
  friend class PublicGroup;
  std::shared_ptr<PublicStep> step_;
};

struct NewPublicGroup {
  const GroupInfo& group_info;
  ByteView ratchet_tree;  // the data of the extension
  std::optional<Instant> now;
  Bytes index_seed;  // 16 octets, random
};

class PublicGroup final {
 public:
  // Validates the GroupInfo and the whole tree, as a joiner would (12.4.3.1). O(L log n).
  static Result<std::unique_ptr<PublicGroup>> create(const PublicEnvironment& environment,
                                                     const NewPublicGroup& plan);
  static Result<std::unique_ptr<PublicGroup>> open(const PublicEnvironment& environment,
                                                   RowSource& rows);
  explicit PublicGroup(std::unique_ptr<PublicState> state);
  PublicGroup(const PublicGroup&) = delete;
  PublicGroup& operator=(const PublicGroup&) = delete;
  ~PublicGroup();

  // The rows of the whole group, for a store that has none of it yet: after create(), because
  // after open() not all is loaded. O(n).
  PublicDelta snapshot() const;
  Result<void> supply(const Need& need, RowSource& rows);

  // Checks a PublicMessage that holds a proposal or a commit. O(log n) and what the commit touches.
  // The confirmation tag, the membership tag and the ciphertexts of the path cannot be seen here.
  Result<StagedPublic> check(ByteView message, Instant now) const;
  Result<Event> accept(StagedPublic&& staged, const Stored& stored);

  const GroupContext& context() const;
  const tree::RatchetTree& tree() const;
  const MAC& confirmation_tag() const;
  // The leaf that `sender` signs with; for services that authorise by it.
  Result<SignaturePublicKey> signer_of(ByteView public_message) const;

 private:
  std::unique_ptr<PublicState> state_;
};

}  // namespace thicket::group
