// One override a call: arguments out of the message, the answer into the other.
#include "thicket-interop/service.h"

#include "base/machine_failure.h"
#include "thicket-interop/wire.h"

namespace thicket::interop {
namespace {

namespace pb = mls_client;
using grpc::ServerContext;
using grpc::Status;

grpc::StatusCode code_of(Rule rule) {
  if (rule == Rule::input_format) return grpc::StatusCode::INVALID_ARGUMENT;
  if (rule == Rule::unknown_suite) return grpc::StatusCode::UNIMPLEMENTED;
  return grpc::StatusCode::FAILED_PRECONDITION;
}

class Service final : public pb::MLSClient::Service {
 public:
  Service(const Settings& settings, std::string name) : client_(settings), name_(std::move(name)) {}

  Status Name(ServerContext*, const pb::NameRequest*, pb::NameResponse* response) override {
    response->set_name(name_);
    return Status::OK;
  }
  Status SupportedCiphersuites(ServerContext*, const pb::SupportedCiphersuitesRequest*,
                               pb::SupportedCiphersuitesResponse* response) override {
    for (const CipherSuite suite : client_.supported_ciphersuites()) {
      response->add_ciphersuites(static_cast<std::uint32_t>(suite));
    }
    return Status::OK;
  }
  Status CreateGroup(ServerContext*, const pb::CreateGroupRequest* request,
                     pb::CreateGroupResponse* response) override {
    return answer(
        [&] {
          return client_.create_group(
              {to_bytes(request->group_id()), suite_from(request->cipher_suite()),
               request->encrypt_handshake(), to_bytes(request->identity())});
        },
        [&](Id id) { response->set_state_id(id); });
  }
  Status CreateKeyPackage(ServerContext*, const pb::CreateKeyPackageRequest* request,
                          pb::CreateKeyPackageResponse* response) override {
    return answer(
        [&] {
          return client_.create_key_package(suite_from(request->cipher_suite()),
                                            view_of(request->identity()));
        },
        [&](const KeyPackageResponse& made) {
          fill_private_keys(*response, made);
          response->set_key_package(to_text(made.message));
        });
  }
  Status JoinGroup(ServerContext*, const pb::JoinGroupRequest* request,
                   pb::JoinGroupResponse* response) override {
    return answer(
        [&] {
          return client_.join_group({request->transaction_id(), to_bytes(request->welcome()),
                                     request->encrypt_handshake(),
                                     to_bytes(request->ratchet_tree())});
        },
        [&](const auto& made) { fill(*response, made); });
  }
  Status ExternalJoin(ServerContext*, const pb::ExternalJoinRequest* request,
                      pb::ExternalJoinResponse* response) override {
    ExternalJoinRequest plain{.group_info = to_bytes(request->group_info()),
                              .ratchet_tree = to_bytes(request->ratchet_tree()),
                              .encrypt_handshake = request->encrypt_handshake(),
                              .identity = to_bytes(request->identity()),
                              .remove_prior = request->remove_prior()};
    for (const auto& psk : request->psks()) {
      plain.psks.push_back({to_bytes(psk.psk_id()), to_bytes(psk.psk_secret())});
    }
    return answer([&] { return client_.external_join(plain); },
                  [&](const ExternalJoinResponse& made) {
                    fill(*response, made.state);
                    response->set_commit(to_text(made.commit));
                  });
  }

  Status GroupInfo(ServerContext*, const pb::GroupInfoRequest* request,
                   pb::GroupInfoResponse* response) override {
    return answer([&] { return client_.group_info(request->state_id(), request->external_tree()); },
                  [&](const GroupInfoResponse& made) {
                    response->set_group_info(to_text(made.group_info));
                    response->set_ratchet_tree(to_text(made.ratchet_tree));
                  });
  }
  Status StateAuth(ServerContext*, const pb::StateAuthRequest* request,
                   pb::StateAuthResponse* response) override {
    return answer([&] { return client_.state_auth(request->state_id()); },
                  [&](const Bytes& secret) { response->set_state_auth_secret(to_text(secret)); });
  }
  Status Export(ServerContext*, const pb::ExportRequest* request,
                pb::ExportResponse* response) override {
    return answer(
        [&] {
          return client_.export_secret(
              request->state_id(),
              {request->label(), to_bytes(request->context()), request->key_length()});
        },
        [&](const SecretBytes& secret) {
          response->set_exported_secret(to_text(secret.reveal()));
        });
  }
  Status Protect(ServerContext*, const pb::ProtectRequest* request,
                 pb::ProtectResponse* response) override {
    return answer(
        [&] {
          return client_.protect(request->state_id(), view_of(request->authenticated_data()),
                                 view_of(request->plaintext()));
        },
        [&](const Bytes& message) { response->set_ciphertext(to_text(message)); });
  }
  Status Unprotect(ServerContext*, const pb::UnprotectRequest* request,
                   pb::UnprotectResponse* response) override {
    return answer(
        [&] { return client_.unprotect(request->state_id(), view_of(request->ciphertext())); },
        [&](const UnprotectResponse& opened) {
          response->set_authenticated_data(to_text(opened.authenticated_data));
          response->set_plaintext(to_text(opened.plaintext));
        });
  }
  Status StorePSK(ServerContext*, const pb::StorePSKRequest* request,
                  pb::StorePSKResponse*) override {
    return answer(
        [&] {
          return client_.store_psk(request->state_or_transaction_id(),
                                   {to_bytes(request->psk_id()), to_bytes(request->psk_secret())});
        },
        [] {});
  }

  Status AddProposal(ServerContext*, const pb::AddProposalRequest* request,
                     pb::ProposalResponse* response) override {
    return propose(*response, [&] {
      return client_.proposal(
          request->state_id(),
          {.proposal_type = "add", .key_package = to_bytes(request->key_package())});
    });
  }
  Status UpdateProposal(ServerContext*, const pb::UpdateProposalRequest* request,
                        pb::ProposalResponse* response) override {
    return propose(*response, [&] { return client_.update_proposal(request->state_id()); });
  }
  Status RemoveProposal(ServerContext*, const pb::RemoveProposalRequest* request,
                        pb::ProposalResponse* response) override {
    return propose(*response, [&] {
      return client_.proposal(request->state_id(), {.proposal_type = "remove",
                                                    .removed_id = to_bytes(request->removed_id())});
    });
  }
  Status ExternalPSKProposal(ServerContext*, const pb::ExternalPSKProposalRequest* request,
                             pb::ProposalResponse* response) override {
    return propose(*response, [&] {
      return client_.proposal(request->state_id(), {.proposal_type = "externalPSK",
                                                    .psk_id = to_bytes(request->psk_id())});
    });
  }
  Status ResumptionPSKProposal(ServerContext*, const pb::ResumptionPSKProposalRequest* request,
                               pb::ProposalResponse* response) override {
    return propose(*response, [&] {
      return client_.proposal(request->state_id(), {.proposal_type = "resumptionPSK",
                                                    .epoch_id = Epoch{request->epoch_id()}});
    });
  }
  Status GroupContextExtensionsProposal(ServerContext*,
                                        const pb::GroupContextExtensionsProposalRequest* request,
                                        pb::ProposalResponse* response) override {
    return propose(*response, [&] {
      return client_.proposal(request->state_id(),
                              {.proposal_type = "groupContextExtensions",
                               .extensions = extensions_from(request->extensions())});
    });
  }

  Status Commit(ServerContext*, const pb::CommitRequest* request,
                pb::CommitResponse* response) override {
    return answer([&] { return client_.commit(commit_from(*request)); },
                  [&](const auto& made) { fill(*response, made); });
  }
  Status HandleCommit(ServerContext*, const pb::HandleCommitRequest* request,
                      pb::HandleCommitResponse* response) override {
    return answer([&] { return client_.handle_commit(handle_commit_from(*request)); },
                  [&](const auto& made) { fill(*response, made); });
  }
  Status HandlePendingCommit(ServerContext*, const pb::HandlePendingCommitRequest* request,
                             pb::HandleCommitResponse* response) override {
    return answer([&] { return client_.handle_pending_commit(request->state_id()); },
                  [&](const auto& made) { fill(*response, made); });
  }

  Status ReInitProposal(ServerContext*, const pb::ReInitProposalRequest* request,
                        pb::ProposalResponse* response) override {
    return propose(*response, [&] {
      return client_.proposal(request->state_id(),
                              {.proposal_type = "reinit",
                               .extensions = extensions_from(request->extensions()),
                               .group_id = to_bytes(request->group_id()),
                               .cipher_suite = suite_from(request->cipher_suite())});
    });
  }
  Status ReInitCommit(ServerContext* context, const pb::CommitRequest* request,
                      pb::CommitResponse* response) override {
    return Commit(context, request, response);
  }
  Status HandlePendingReInitCommit(ServerContext*, const pb::HandlePendingCommitRequest* request,
                                   pb::HandleReInitCommitResponse* response) override {
    return answer([&] { return client_.handle_pending_reinit_commit(request->state_id()); },
                  [&](const auto& made) { fill(*response, made); });
  }
  Status HandleReInitCommit(ServerContext*, const pb::HandleCommitRequest* request,
                            pb::HandleReInitCommitResponse* response) override {
    return answer([&] { return client_.handle_reinit_commit(handle_commit_from(*request)); },
                  [&](const auto& made) { fill(*response, made); });
  }
  Status ReInitWelcome(ServerContext*, const pb::ReInitWelcomeRequest* request,
                       pb::CreateSubgroupResponse* response) override {
    return answer(
        [&] {
          return client_.reinit_welcome({request->reinit_id(), list_from(request->key_package()),
                                         request->force_path(), request->external_tree()});
        },
        [&](const auto& made) { fill(*response, made); });
  }
  Status HandleReInitWelcome(ServerContext*, const pb::HandleReInitWelcomeRequest* request,
                             pb::JoinGroupResponse* response) override {
    return answer(
        [&] {
          return client_.handle_reinit_welcome(request->reinit_id(), view_of(request->welcome()),
                                               view_of(request->ratchet_tree()));
        },
        [&](const auto& made) { fill(*response, made); });
  }

  Status CreateBranch(ServerContext*, const pb::CreateBranchRequest* request,
                      pb::CreateSubgroupResponse* response) override {
    return answer(
        [&] {
          return client_.create_branch({request->state_id(), to_bytes(request->group_id()),
                                        extensions_from(request->extensions()),
                                        list_from(request->key_packages()), request->force_path(),
                                        request->external_tree()});
        },
        [&](const auto& made) { fill(*response, made); });
  }
  Status HandleBranch(ServerContext*, const pb::HandleBranchRequest* request,
                      pb::HandleBranchResponse* response) override {
    return answer(
        [&] {
          return client_.handle_branch({request->state_id(), request->transaction_id(),
                                        to_bytes(request->welcome()),
                                        to_bytes(request->ratchet_tree())});
        },
        [&](const auto& made) { fill(*response, made); });
  }

  Status NewMemberAddProposal(ServerContext*, const pb::NewMemberAddProposalRequest* request,
                              pb::NewMemberAddProposalResponse* response) override {
    return answer(
        [&] {
          return client_.new_member_add_proposal(view_of(request->group_info()),
                                                 view_of(request->identity()));
        },
        [&](const KeyPackageResponse& made) {
          fill_private_keys(*response, made);
          response->set_proposal(to_text(made.message));
        });
  }
  Status CreateExternalSigner(ServerContext*, const pb::CreateExternalSignerRequest* request,
                              pb::CreateExternalSignerResponse* response) override {
    return answer(
        [&] {
          return client_.create_external_signer(suite_from(request->cipher_suite()),
                                                view_of(request->identity()));
        },
        [&](const ExternalSignerResponse& made) {
          response->set_signer_id(made.signer_id);
          response->set_external_sender(to_text(made.external_sender));
        });
  }
  Status AddExternalSigner(ServerContext*, const pb::AddExternalSignerRequest* request,
                           pb::ProposalResponse* response) override {
    return propose(*response, [&] {
      return client_.add_external_signer(request->state_id(), view_of(request->external_sender()));
    });
  }
  Status ExternalSignerProposal(ServerContext*, const pb::ExternalSignerProposalRequest* request,
                                pb::ProposalResponse* response) override {
    return propose(*response, [&] {
      return client_.external_signer_proposal(
          {request->signer_id(), to_bytes(request->group_info()), to_bytes(request->ratchet_tree()),
           description_from(request->description())});
    });
  }

  Status Free(ServerContext*, const pb::FreeRequest* request, pb::FreeResponse*) override {
    return answer([&] { return client_.free(request->state_id()); }, [] {});
  }

 private:
  // Runs the call alone; what it answers is put in the response by `fill_in`.
  template <class Call, class Fill>
  Status answer(const Call& call, const Fill& fill_in) {
    const std::lock_guard alone(mutex_);
    try {
      auto outcome = call();
      if (!outcome) return Status(code_of(outcome.error().rule), describe(outcome.error()));
      if constexpr (std::is_void_v<typename decltype(outcome)::value_type>) {
        fill_in();
      } else {
        fill_in(*outcome);
      }
      return Status::OK;
    } catch (const MachineFailure& failure) {
      return Status(grpc::StatusCode::INTERNAL, failure.what());
    }
  }
  // A member's proposal.
  template <class Call>
  Status propose(pb::ProposalResponse& response, const Call& call) {
    return answer(call, [&](const Bytes& message) { response.set_proposal(to_text(message)); });
  }

  std::mutex mutex_;
  Client client_;
  const std::string name_;
};

}  // namespace

std::unique_ptr<mls_client::MLSClient::Service> make_service(const Settings& settings,
                                                             std::string name) {
  return std::make_unique<Service>(settings, std::move(name));
}

}  // namespace thicket::interop
