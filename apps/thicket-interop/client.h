// The working group's interop harness as one object: many actors with their groups, key packages
// and signers, addressed by number. What each of its calls means to src/group; no gRPC in here.
#pragma once

#include <memory>

#include "group/reinit.h"
#include "thicket-interop/calls.h"
#include "thicket-interop/description.h"
#include "thicket-interop/state.h"

namespace thicket::interop {

// Not for several threads at once. An error of Rule::input_format is the script's: an id that is
// not known, a message of another kind; all others are the library's.
class Client final {
 public:
  explicit Client(const Settings& settings) : settings_(settings) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Of the wire profile, those that the provider has.
  std::vector<CipherSuite> supported_ciphersuites() const;

  Result<Id> create_group(const CreateGroupRequest& request);
  Result<KeyPackageResponse> create_key_package(CipherSuite cipher_suite, ByteView identity);
  Result<StateResponse> join_group(const JoinGroupRequest& request);
  Result<ExternalJoinResponse> external_join(const ExternalJoinRequest& request);

  Result<GroupInfoResponse> group_info(Id state_id, bool external_tree);
  Result<Bytes> state_auth(Id state_id);
  Result<SecretBytes> export_secret(Id state_id, const ExportRequest& request);
  Result<Bytes> protect(Id state_id, ByteView authenticated_data, ByteView plaintext);
  Result<UnprotectResponse> unprotect(Id state_id, ByteView ciphertext);
  Result<void> store_psk(Id state_or_transaction_id, const NamedPsk& psk);

  // AddProposal, RemoveProposal, ExternalPSKProposal, ResumptionPSKProposal, ReInitProposal,
  // GroupContextExtensionsProposal.
  Result<Bytes> proposal(Id state_id, const ProposalDescription& description);
  Result<Bytes> update_proposal(Id state_id);
  Result<Bytes> add_external_signer(Id state_id, ByteView external_sender);

  // ReInitCommit too.
  Result<CommitResponse> commit(const CommitRequest& request);
  // No epoch_authenticator where the commit removes its handler.
  Result<StateResponse> handle_commit(const HandleCommitRequest& request);
  Result<StateResponse> handle_pending_commit(Id state_id);

  Result<ReInitResponse> handle_reinit_commit(const HandleCommitRequest& request);
  Result<ReInitResponse> handle_pending_reinit_commit(Id state_id);
  Result<SubgroupResponse> reinit_welcome(const ReInitWelcomeRequest& request);
  Result<StateResponse> handle_reinit_welcome(Id reinit_id, ByteView welcome,
                                              ByteView ratchet_tree);

  Result<SubgroupResponse> create_branch(const CreateBranchRequest& request);
  Result<StateResponse> handle_branch(const HandleBranchRequest& request);

  Result<KeyPackageResponse> new_member_add_proposal(ByteView group_info, ByteView identity);
  Result<ExternalSignerResponse> create_external_signer(CipherSuite cipher_suite,
                                                        ByteView identity);
  Result<Bytes> external_signer_proposal(const ExternalSignerProposalRequest& request);

  Result<void> free(Id state_id);

 private:
  // A key package that waits for its Welcome.
  struct Transaction {
    group::OwnKeyPackage own;
    Psks psks;
  };
  struct Signer {
    crypto::SignaturePrivateKey key;
  };
  // A group whose ReInit is committed, and the key package for the one that continues it.
  struct Reinit {
    std::shared_ptr<State> former;
    group::Identity identity;
    group::OwnKeyPackage own;
  };

  Id next_id() { return ++last_id_; }
  Result<std::shared_ptr<State>> state(Id id);
  Result<Reinit*> sealed(Id reinit_id);
  StateResponse keep(std::shared_ptr<State> state);

  Result<const crypto::Suite*> suite_of(CipherSuite cipher_suite) const;
  Result<group::Identity> identity_of(ByteView name, CipherSuite cipher_suite) const;
  Result<group::OwnKeyPackage> key_package_of(const group::Identity& identity,
                                              CipherSuite cipher_suite) const;
  Result<KeyPackageResponse> begin(group::OwnKeyPackage own, Bytes message);

  // A Welcome as an actor of this client may get it.
  struct Invitation {
    ByteView welcome;
    ByteView ratchet_tree;
    const group::OwnKeyPackage& own;
    State* former = nullptr;  // of a reinit or branch
  };
  Result<StateResponse> enter(std::shared_ptr<State> joining, const Invitation& invitation);
  Result<ReInitResponse> seal(Id state_id);
  // The first commit of a group that continues `former`, or branches from it.
  struct Founding {
    State& former;
    std::shared_ptr<State> made;
    std::span<const Bytes> key_packages;
    bool force_path = false;
    bool external_tree = false;
  };
  using CommitFirst = Result<group::Staged> (*)(group::Group&, const group::ResumeCommit&, Instant,
                                                Random&);
  Result<SubgroupResponse> invite(const Founding& founding, CommitFirst commit_first);

  const Settings& settings_;
  Id last_id_ = 0;
  std::map<Id, std::shared_ptr<State>> states_;
  std::map<Id, Transaction> transactions_;
  std::map<Id, Signer> signers_;
  std::map<Id, Reinit> reinits_;
};

}  // namespace thicket::interop
