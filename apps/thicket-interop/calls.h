// What the calls of the harness take and answer, as plain values, where it is more than a number or
// a message. Messages are encoded MLSMessages, and ratchet trees the data of the extension.
#pragma once

#include "crypto/algorithms.h"
#include "messages/message.h"

namespace thicket::interop {

// States, transactions, signers and reinits are numbered in one row, from 1.
using Id = std::uint32_t;

// A proposal in words; which fields count follows from the type.
struct ProposalDescription {
  // "add", "remove", "externalPSK", "resumptionPSK", "groupContextExtensions", "reinit"
  std::string proposal_type;
  Bytes key_package{};
  Bytes removed_id{};  // the identity of the member
  Bytes psk_id{};
  Epoch epoch_id{};
  std::vector<Extension> extensions{};
  Bytes group_id{};
  CipherSuite cipher_suite{};
};

struct CreateGroupRequest {
  Bytes group_id;
  CipherSuite cipher_suite{};
  bool encrypt_handshake = false;
  Bytes identity;
};

// With the private halves, raw: the harness makes test vectors of them.
struct KeyPackageResponse {
  Id transaction_id = 0;
  Bytes message;  // the key package, or the proposal to add it
  SecretBytes init_priv;
  SecretBytes encryption_priv;
  SecretBytes signature_priv;
};

struct JoinGroupRequest {
  Id transaction_id = 0;
  Bytes welcome;
  bool encrypt_handshake = false;
  Bytes ratchet_tree{};  // empty: it is in the Welcome
};

struct StateResponse {
  Id state_id = 0;
  Bytes epoch_authenticator;
};

struct NamedPsk {
  Bytes psk_id;
  Bytes psk_secret;
};
struct ExternalJoinRequest {
  Bytes group_info;
  Bytes ratchet_tree{};  // empty: it is in the GroupInfo
  bool encrypt_handshake = false;
  Bytes identity;
  bool remove_prior = false;
  std::vector<NamedPsk> psks{};
};
struct ExternalJoinResponse {
  StateResponse state;
  Bytes commit;
};

struct GroupInfoResponse {
  Bytes group_info;
  Bytes ratchet_tree;  // empty: it is in the GroupInfo
};

struct ExportRequest {
  std::string label;
  Bytes context;
  std::uint32_t key_length = 0;
};

struct UnprotectResponse {
  Bytes authenticated_data;
  Bytes plaintext;
};

struct CommitRequest {
  Id state_id = 0;
  std::vector<Bytes> by_reference{};  // messages
  std::vector<ProposalDescription> by_value{};
  bool force_path = false;
  bool external_tree = false;
};
struct CommitResponse {
  Bytes commit;
  Bytes welcome;       // empty: nobody is added
  Bytes ratchet_tree;  // with external_tree, of the epoch after the commit
};

struct HandleCommitRequest {
  Id state_id = 0;
  std::vector<Bytes> proposal{};  // those that the commit has by reference
  Bytes commit;
};

struct ReInitResponse {
  Id reinit_id = 0;
  Bytes key_package;  // of the new group's suite
  Bytes epoch_authenticator;
};
struct ReInitWelcomeRequest {
  Id reinit_id = 0;
  std::vector<Bytes> key_package{};
  bool force_path = false;
  bool external_tree = false;
};
struct CreateBranchRequest {
  Id state_id = 0;
  Bytes group_id;
  std::vector<Extension> extensions{};
  std::vector<Bytes> key_packages{};
  bool force_path = false;
  bool external_tree = false;
};
struct SubgroupResponse {
  StateResponse state;
  Bytes welcome;
  Bytes ratchet_tree;
};
struct HandleBranchRequest {
  Id state_id = 0;
  Id transaction_id = 0;
  Bytes welcome;
  Bytes ratchet_tree{};
};

struct ExternalSignerResponse {
  Id signer_id = 0;
  Bytes external_sender;
};
struct ExternalSignerProposalRequest {
  Id signer_id = 0;
  Bytes group_info;
  Bytes ratchet_tree;
  ProposalDescription description;
};

}  // namespace thicket::interop
