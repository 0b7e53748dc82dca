// Leaf nodes: a member as it stands in the tree.  RFC 9420 7.2.
#pragma once

#include "base/strong.h"
#include "crypto/algorithms.h"
#include "crypto/hpke_ciphertext.h"
#include "messages/credential.h"
#include "messages/extension.h"

namespace thicket {

// RFC 9420 6. Open: capabilities list versions that we do not know.
enum class ProtocolVersion : std::uint16_t { mls10 = 1 };

// RFC 9420 17.4. Open.
enum class ProposalType : std::uint16_t {
  add = 1,
  update = 2,
  remove = 3,
  psk = 4,
  reinit = 5,
  external_init = 6,
  group_context_extensions = 7,
};

struct Capabilities {
  std::vector<ProtocolVersion> versions;
  std::vector<CipherSuite> cipher_suites;
  std::vector<ExtensionType> extensions;
  std::vector<ProposalType> proposals;
  std::vector<CredentialType> credentials;
  bool operator==(const Capabilities&) const = default;
};

struct Lifetime {
  std::uint64_t not_before = 0;
  std::uint64_t not_after = 0;
  bool operator==(const Lifetime&) const = default;
};

enum class LeafNodeSource : std::uint8_t { key_package = 1, update = 2, commit = 3 };

struct UpdateSource {
  bool operator==(const UpdateSource&) const = default;
};

struct CommitSource {
  Bytes parent_hash;
  bool operator==(const CommitSource&) const = default;
};

// leaf_node_source and what it selects: the lifetime, nothing, or the parent_hash.
using LeafNodeOrigin =
    Select<LeafNodeSource, Case<LeafNodeSource::key_package, Lifetime>,
           Case<LeafNodeSource::update, UpdateSource>, Case<LeafNodeSource::commit, CommitSource>>;

template <>
struct codec::SelectShape<LeafNodeOrigin> {
  static constexpr std::string_view tag = "leaf_node_source";
  static constexpr bool inlined = true;
  static std::string_view field(LeafNodeSource source) {
    return source == LeafNodeSource::key_package ? "lifetime" : "";
  }
};

struct LeafNode {
  HPKEPublicKey encryption_key;
  SignaturePublicKey signature_key;
  Credential credential;
  Capabilities capabilities;
  LeafNodeOrigin leaf_node_source;
  std::vector<Extension> extensions;
  Bytes signature;  // SignWithLabel(., "LeafNodeTBS", LeafNodeTBS)
  bool operator==(const LeafNode&) const = default;
};

// Where a leaf stands: part of what it signs for update and commit, and absent for key_package.
struct LeafPlace {
  Bytes group_id;
  LeafIndex leaf_index;
  bool operator==(const LeafPlace&) const = default;
};

// LeafNodeTBS: all fields but the signature, then the place for sources update and commit.
Bytes leaf_node_tbs(const LeafNode& leaf, const LeafPlace& place);

}  // namespace thicket
