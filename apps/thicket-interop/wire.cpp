// Lists and compound messages of the .proto.
#include "thicket-interop/wire.h"

namespace thicket::interop {

std::vector<Bytes> list_from(const google::protobuf::RepeatedPtrField<std::string>& field) {
  std::vector<Bytes> out;
  for (const std::string& octets : field) out.push_back(to_bytes(octets));
  return out;
}

std::vector<Extension> extensions_from(
    const google::protobuf::RepeatedPtrField<mls_client::Extension>& field) {
  std::vector<Extension> out;
  for (const mls_client::Extension& extension : field) {
    out.push_back({static_cast<ExtensionType>(extension.extension_type()),
                   to_bytes(extension.extension_data())});
  }
  return out;
}

ProposalDescription description_from(const mls_client::ProposalDescription& description) {
  return {.proposal_type = description.proposal_type(),
          .key_package = to_bytes(description.key_package()),
          .removed_id = to_bytes(description.removed_id()),
          .psk_id = to_bytes(description.psk_id()),
          .epoch_id = Epoch{description.epoch_id()},
          .extensions = extensions_from(description.extensions()),
          .group_id = to_bytes(description.group_id()),
          .cipher_suite = suite_from(description.cipher_suite())};
}

CommitRequest commit_from(const mls_client::CommitRequest& request) {
  CommitRequest out{.state_id = request.state_id(),
                    .by_reference = list_from(request.by_reference()),
                    .by_value = {},
                    .force_path = request.force_path(),
                    .external_tree = request.external_tree()};
  for (const auto& description : request.by_value()) {
    out.by_value.push_back(description_from(description));
  }
  return out;
}

HandleCommitRequest handle_commit_from(const mls_client::HandleCommitRequest& request) {
  return {request.state_id(), list_from(request.proposal()), to_bytes(request.commit())};
}

void fill(mls_client::CommitResponse& response, const CommitResponse& made) {
  response.set_commit(to_text(made.commit));
  response.set_welcome(to_text(made.welcome));
  response.set_ratchet_tree(to_text(made.ratchet_tree));
}

void fill(mls_client::HandleReInitCommitResponse& response, const ReInitResponse& sealed) {
  response.set_reinit_id(sealed.reinit_id);
  response.set_key_package(to_text(sealed.key_package));
  response.set_epoch_authenticator(to_text(sealed.epoch_authenticator));
}

void fill(mls_client::CreateSubgroupResponse& response, const SubgroupResponse& made) {
  fill<mls_client::CreateSubgroupResponse>(response, made.state);
  response.set_welcome(to_text(made.welcome));
  response.set_ratchet_tree(to_text(made.ratchet_tree));
}

}  // namespace thicket::interop
