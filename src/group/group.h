// One member's group: all of RFC 9420 chapters 11, 12 and 14 that happens inside it. It cannot be
// copied or moved. Everything that changes it is a Staged (staged.h); what it meets that is not
// loaded is Rule::internal_need: supply() it from the store and ask again.
#pragma once

#include <functional>
#include <variant>

#include "group/commit_plan.h"
#include "group/environment.h"
#include "group/staged.h"
#include "messages/message.h"
#include "tree/ratchet_tree.h"

namespace thicket::group {

struct GroupState;
struct EpochState;

// A group that is new here (created or joined): its rows, and the group once they are stored.
class StagedGroup final {
 public:
  explicit StagedGroup(std::unique_ptr<GroupState> state, Delta delta);
  StagedGroup(StagedGroup&&) noexcept;
  StagedGroup& operator=(StagedGroup&&) noexcept;
  StagedGroup(const StagedGroup&) = delete;
  StagedGroup& operator=(const StagedGroup&) = delete;
  ~StagedGroup();

  const Delta& delta() const { return delta_; }
  // Storing the delta uses up that own key package too.
  void use_up(Bytes key_package_ref) {
    delta_.open.consumed_key_packages.push_back(std::move(key_package_ref));
  }
  // Rule::before_send_order if `stored` is of something else.
  Result<std::unique_ptr<class Group>> open(const Stored& stored) &&;

 private:
  std::unique_ptr<GroupState> state_;
  Delta delta_;
};

struct NewGroup {
  Bytes group_id;
  // In the policy's wire profile. None: preferred_suite(), a hybrid unless the policy says
  // otherwise; the identity's signer is of its signature scheme.
  std::optional<CipherSuite> cipher_suite;
  std::vector<Extension> extensions;
  Identity identity;
  Lifetime lifetime;
};

using SendOutcome = std::variant<Staged, CommitFirst>;

struct ExporterRequest {
  std::string_view label;
  ByteView context;
  std::size_t size = 0;
};

struct PendingProposal {
  ProposalRef reference;
  Sender sender;
  Proposal proposal;
};

struct GroupInfoPlan {
  bool with_tree = false;
  bool with_external_pub = true;
  std::vector<Extension> extensions;
};

class Group final {
 public:
  // RFC 9420 11: a group of one, at epoch 0. Rules unknown_suite, suite_policy, those of a leaf.
  static Result<StagedGroup> create(const Environment& environment, const NewGroup& plan,
                                    Instant now, Random& random);
  // From its rows: reads header and secrets; of the tree only the root. Rule::store_row.
  static Result<std::unique_ptr<Group>> open(const Environment& environment, RowSource& rows);
  explicit Group(std::unique_ptr<GroupState> state);
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group();

  // Loads what a Need names; changes no meaning. Rule::store_row.
  Result<void> supply(const Need& need, RowSource& rows);
  // The same for a Need of process(message, now, after).
  Result<void> supply(const Need& need, RowSource& rows, const Staged& after);

  // 12.1. Advances the sending ratchet at once if it is framed as a PrivateMessage.
  Result<Staged> propose(const Proposal& proposal, Random& random,
                         ByteView authenticated_data = {});
  // 12.1.2: a fresh leaf key; its private half is in before_send. `identity`: rotates the leaf too.
  Result<Staged> propose_update(const std::optional<Identity>& identity, Random& random);
  // 12.4. The group stays in its epoch; several commits may be pending. O(log n), plus what is
  // added, plus the resolutions.
  Result<Staged> commit(const CommitPlan& plan, Instant now, Random& random);
  // An application message. Answers CommitFirst if there are pending proposals and the policy asks.
  Result<SendOutcome> send(ByteView data, Random& random, ByteView authenticated_data = {});

  // 12.4.2, 6: a received MLSMessage (PublicMessage or PrivateMessage). Changes nothing.
  Result<Staged> process(ByteView message, Instant now);
  // The same, as if `after` (and what it was made after) had been accepted.
  Result<Staged> process(ByteView message, Instant now, const Staged& after);

  // Takes the transition. `stored` covers its on_accept. Rules commit_pending_stale (the epoch has
  // changed since), before_send_order, generation_used (processed twice): nothing has changed then.
  Result<Event> accept(Staged&& staged, const Stored& stored);
  // Own commits without a verdict, and after open() all own messages without one. An own pending
  // commit is dropped by not sending it again; if the log has it after all, process() knows it.
  std::vector<PendingMessage> pending_messages() const;

  const Bytes& group_id() const;
  Epoch epoch() const;
  const GroupContext& context() const;
  const crypto::Crypto& crypto() const;
  LeafIndex own_leaf() const;
  std::uint32_t member_count() const;
  const tree::RatchetTree& tree() const;
  // Rule::leaf_blank, leaf_out_of_range.
  Result<tree::LeafView> member(LeafIndex leaf) const;
  // O(n).
  Result<void> for_each_member(
      const std::function<Result<void>(LeafIndex, const tree::LeafView&)>& visit) const;
  // How wide the tree is for a commit of ours, and whether it is ours to make it narrower: see
  // group/warming.h. O(log n).
  Result<tree::PathHealth> tree_health() const;
  std::vector<PendingProposal> pending_proposals() const;
  // After a ReInit was committed (11.2): nothing is sent or accepted any more.
  std::optional<ReInit> reinitialised() const;
  // After the own removal was accepted.
  bool removed() const;

  ByteView epoch_authenticator() const;
  SecretBytes export_secret(const ExporterRequest& request) const;
  // 8.6; of this epoch or a kept one. Rule::psk_unknown.
  Result<SecretBytes> resumption_psk(Epoch epoch) const;
  // 12.4.3: signed at each call, because somebody needs it.
  Result<GroupInfo> group_info(const GroupInfoPlan& plan) const;
  HPKEPublicKey external_pub() const;
  // The data of a ratchet_tree extension; O(n).
  Result<Bytes> ratchet_tree() const;
  // The same as `after` will make it, for who is invited without the tree in the Welcome.
  Result<Bytes> ratchet_tree(const Staged& after) const;

  // For the other verbs of this folder.
  GroupState& state() { return *state_; }
  const GroupState& state() const { return *state_; }

 private:
  std::unique_ptr<GroupState> state_;
};

}  // namespace thicket::group
