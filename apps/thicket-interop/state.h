// One actor's place in one group: the group, its rows in a store of its own, and the actor's PSKs.
#pragma once

#include <map>

#include "group/basic_authenticator.h"
#include "group/join_external.h"
#include "group/key_package.h"
#include "group_store/group_rows.h"
#include "store/memory/memory_store.h"

namespace thicket::interop {

// What all states of a process share. The values live longer than they.
struct Settings {
  const crypto::Provider& provider;
  const crypto::WireProfile& profile;
  // Before each call the group is closed and opened again from its rows.
  bool reopen = false;
  // RFC 9420 13.5; there are peers that do not read what it puts into leaves.
  bool grease = true;

  Random& random() const { return provider.random(); }
};
Instant clock_now();
// Of leaves and key packages made now.
Lifetime lifetime_now();

// External PSKs by name. Of other groups none is known.
class Psks final : public group::PskSource {
 public:
  void add(Bytes psk_id, SecretBytes psk) {
    psks_.insert_or_assign(std::move(psk_id), std::move(psk));
  }
  Psks clone() const;
  std::optional<SecretBytes> external(ByteView psk_id) override;
  std::optional<SecretBytes> resumption(ByteView, Epoch) override { return std::nullopt; }

 private:
  std::map<Bytes, SecretBytes> psks_;
};

class State final {
 public:
  State(const Settings& settings, bool encrypt_handshake, Psks psks);
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  group::Environment environment() { return {settings_.provider, authenticator_, psks_, policy_}; }
  Psks& psks() { return psks_; }
  bool encrypts_handshakes() const { return policy_.handshakes == WireFormat::mls_private_message; }

  // The group's rows are stored, and it is open.
  Result<void> enter(group::StagedGroup&& staged);
  // The commit from outside, which won.
  Result<Bytes> enter(group::ExternalJoin&& join);
  group::Group& group() { return *group_; }
  const group::Group& group() const { return *group_; }
  Result<void> reopen();

  // The message; it is among the pending proposals.
  Result<Bytes> propose(const Proposal& proposal);
  Result<Bytes> propose_update();
  // The reference of a proposal's message, which is processed unless it has been.
  Result<ProposalRef> take_proposal(ByteView message);
  // Stored and released; it waits for take_pending().
  struct MadeCommit {
    group::Outgoing outgoing;
    std::optional<Bytes> ratchet_tree;  // of the next epoch, if asked for
  };
  Result<MadeCommit> commit(const group::CommitPlan& plan, bool with_tree);
  // The last own commit was accepted by whoever orders them.
  Result<group::Event> take_pending();
  Result<group::Event> receive(ByteView message);
  Result<Bytes> protect(ByteView authenticated_data, ByteView plaintext);
  // The same for a commit that nobody can dispute, and that is made: it is taken at once.
  Result<MadeCommit> take_first(group::Staged&& staged, bool with_tree);

  Result<void> supply(const Need& need) { return group_->supply(need, *rows_); }
  // What `act` answers once everything that it needs of this group is loaded.
  template <class Act>
  auto loaded(const Act& act) {
    for (;;) {
      auto outcome = act();
      if (outcome || !outcome.error().is_need()) return outcome;
      const Result<void> supplied = supply(outcome.error().need);
      if (!supplied) return decltype(outcome)(supplied.error());
    }
  }

 private:
  Result<Bytes> stage_proposal(group::Staged&& staged);
  Result<group::Outgoing> release(const group::Staged& staged);
  Result<group::Event> accept(group::Staged&& staged);

  const Settings& settings_;
  group::BasicAuthenticator authenticator_;
  Psks psks_;
  group::Policy policy_;
  store::MemoryStore store_;
  group_store::StoreSink sink_{store_};
  std::optional<group_store::StoredRows> rows_;
  std::unique_ptr<group::Group> group_;
  std::map<Bytes, ProposalRef> references_;  // of this epoch's proposals, by message
  Bytes pending_;                            // the last own commit of this epoch
};

}  // namespace thicket::interop
