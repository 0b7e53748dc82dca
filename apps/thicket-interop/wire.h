// Between the messages of the .proto and the values of calls.h.
#pragma once

#include "mls_client.pb.h"
#include "thicket-interop/calls.h"

namespace thicket::interop {

inline CipherSuite suite_from(std::uint32_t number) {
  // What does not fit sixteen bits is no suite.
  return static_cast<CipherSuite>(number > 0xffff ? 0 : number);
}

std::vector<Bytes> list_from(const google::protobuf::RepeatedPtrField<std::string>& field);
std::vector<Extension> extensions_from(
    const google::protobuf::RepeatedPtrField<mls_client::Extension>& field);
ProposalDescription description_from(const mls_client::ProposalDescription& description);
CommitRequest commit_from(const mls_client::CommitRequest& request);
HandleCommitRequest handle_commit_from(const mls_client::HandleCommitRequest& request);

// Responses of one shape under several names.
template <class Response>
void fill(Response& response, const StateResponse& state) {
  response.set_state_id(state.state_id);
  response.set_epoch_authenticator(to_text(state.epoch_authenticator));
}
template <class Response>
void fill_private_keys(Response& response, const KeyPackageResponse& made) {
  response.set_transaction_id(made.transaction_id);
  response.set_init_priv(to_text(made.init_priv.reveal()));
  response.set_encryption_priv(to_text(made.encryption_priv.reveal()));
  response.set_signature_priv(to_text(made.signature_priv.reveal()));
}
void fill(mls_client::CommitResponse& response, const CommitResponse& made);
void fill(mls_client::HandleReInitCommitResponse& response, const ReInitResponse& sealed);
void fill(mls_client::CreateSubgroupResponse& response, const SubgroupResponse& made);

}  // namespace thicket::interop
