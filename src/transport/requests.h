// What a client asks of the service: plain structs in the codec of RFC 9420 chapter 2.
// Every request has an id; one that changes something is done once for an id, and answered alike.
#pragma once

#include "base/strong.h"
#include "codec/select.h"
#include "crypto/algorithms.h"

namespace thicket::transport {

// Octets that stand in the request, or are the blob with this hash, uploaded before.
enum class BodyKind : std::uint8_t { octets = 1, blob = 2 };
struct Octets {
  Bytes octets;
  bool operator==(const Octets&) const = default;
};
struct BlobRef {
  Bytes sha256;
  bool operator==(const BlobRef&) const = default;
};
using Body = Select<BodyKind, Case<BodyKind::octets, Octets>, Case<BodyKind::blob, BlobRef>>;

enum class Call : std::uint16_t {
  create_group = 1,
  post_commit = 2,
  post_proposal = 3,
  post_message = 4,
  read_log = 5,
  upload_key_packages = 6,
  claim_key_packages = 7,
  fetch_welcomes = 8,
  fetch_group = 9,
  fetch_tree = 10,
  put_blob = 11,
  fetch_blob = 12,
};

// group_info is an MLSMessage with a GroupInfo of the group's present epoch, without ratchet_tree;
// ratchet_tree is the data of that extension.
struct CreateGroup {
  Body group_info;
  Body ratchet_tree;
  bool operator==(const CreateGroup&) const = default;
};

// All octets are MLSMessages: the commit as a PublicMessage; the GroupInfo of the epoch that it
// starts, without the tree, for those who join from outside (none: nobody can); the Welcomes.
struct PostCommit {
  Bytes group_id;
  Epoch expected_epoch;
  Body commit;
  std::optional<Body> group_info;
  std::vector<Body> welcomes;
  bool operator==(const PostCommit&) const = default;
};

// An MLSMessage with a PublicMessage that holds a Proposal of the present epoch.
struct PostProposal {
  Bytes group_id;
  Bytes proposal;
  bool operator==(const PostProposal&) const = default;
};

// An MLSMessage with a PrivateMessage that holds application data, of the present epoch or one of
// the last few.
struct PostMessage {
  Bytes group_id;
  Bytes message;
  bool operator==(const PostMessage&) const = default;
};

// Entries numbered `from` and up, as many as fit in octets_max (one at least).
struct ReadLog {
  Bytes group_id;
  std::uint64_t from = 0;
  std::uint32_t octets_max = 0;
  bool operator==(const ReadLog&) const = default;
};

// Each an MLSMessage with a KeyPackage. One with the extension last_resort is given to many.
struct UploadKeyPackages {
  std::vector<Bytes> key_packages;
  bool operator==(const UploadKeyPackages&) const = default;
};

// One key package for each client, named as its credential names it (basic: the identity; x509: the
// certificate).
struct ClaimKeyPackages {
  CipherSuite cipher_suite{};
  std::vector<Bytes> clients;
  bool operator==(const ClaimKeyPackages&) const = default;
};

struct FetchWelcomes {
  std::vector<Bytes> key_package_refs;
  bool operator==(const FetchWelcomes&) const = default;
};

// What an external join needs: GroupInfo and tree of the present epoch.
struct FetchGroup {
  Bytes group_id;
  bool operator==(const FetchGroup&) const = default;
};

// The tree of an epoch that somebody was welcomed to.
struct FetchTree {
  Bytes group_id;
  Epoch epoch;
  bool operator==(const FetchTree&) const = default;
};

struct PutBlob {
  Bytes content;
  bool operator==(const PutBlob&) const = default;
};

struct FetchBlob {
  Bytes sha256;
  bool operator==(const FetchBlob&) const = default;
};

using RequestBody =
    Select<Call, Case<Call::create_group, CreateGroup>, Case<Call::post_commit, PostCommit>,
           Case<Call::post_proposal, PostProposal>, Case<Call::post_message, PostMessage>,
           Case<Call::read_log, ReadLog>, Case<Call::upload_key_packages, UploadKeyPackages>,
           Case<Call::claim_key_packages, ClaimKeyPackages>,
           Case<Call::fetch_welcomes, FetchWelcomes>, Case<Call::fetch_group, FetchGroup>,
           Case<Call::fetch_tree, FetchTree>, Case<Call::put_blob, PutBlob>,
           Case<Call::fetch_blob, FetchBlob>>;

// `id`: 16 random octets, the same when a request is sent again.
struct Request {
  std::array<std::uint8_t, 16> id{};
  RequestBody body;
  bool operator==(const Request&) const = default;
};

}  // namespace thicket::transport
