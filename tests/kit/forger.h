// A member that breaks one rule at a time: it makes any handshake with its own keys, changes it at
// a chosen stage, and makes anew whatever depends on the change. RFC 9420 6, 7, 12.
#pragma once

#include "framing/authenticate.h"
#include "group/state.h"
#include "kit/world.h"
#include "tree/update_path.h"

namespace thicket::kit {

// What is changed, by stage; each is called if it is set. Later stages (signatures, parent hash,
// tags) are made from what the change left.
struct FrameSpoil {
  std::function<void(FramedContent&)> content{};       // before the signature
  std::function<void(FramedContentAuthData&)> auth{};  // after signature and confirmation_tag
  std::function<void(PublicMessage&)> message{};       // last
};

struct ForgedCommit {
  std::vector<ProposalOrRef> proposals;
  bool path = false;
  std::optional<std::string> joiner{};  // an external commit of this person
  std::optional<crypto::SignaturePrivateKey> signer{};

  std::function<void(LeafNode&)> leaf{};         // of the path, before its key is drawn
  std::function<void(LeafNode&)> made_leaf{};    // with key and parent_hash; signed after it
  std::function<void(LeafNode&)> signed_leaf{};  // with its signature
  std::function<void(UpdatePath&)> unsealed{};   // keys; the parent_hash is computed after it
  std::function<void(UpdatePath&)> path_made{};  // the whole path, sealed
  std::function<void(PathSecret&)> path_secret{};
  FrameSpoil frame{};
};

struct PrivateSpoil {
  std::function<void(SenderData&)> sender_data{};
  std::function<void(Bytes&)> plaintext{};  // of the content: body, auth and padding
  std::function<void(PrivateMessage&)> message{};
  std::size_t padding = 0;
};

class Forger final {
 public:
  Forger(World& world, const std::string& name) : world_(world), name_(name) {}

  group::EpochState& epoch() const { return *world_.group_of(name_).state().current; }
  const crypto::Crypto& crypto() const { return world_.group_of(name_).state().crypto; }
  LeafIndex own() const { return epoch().own(); }

  // The own leaf as an Update has it, with a fresh key; changed before it is signed.
  LeafNode update_leaf(const std::function<void(LeafNode&)>& spoil = {}) const;
  void sign(LeafNode& leaf, const LeafPlace& place, const crypto::SignaturePrivateKey& key) const;

  // Encoded MLSMessages that hold a PublicMessage.
  Bytes commit(const ForgedCommit& script) const;
  Bytes proposal(const Proposal& proposal, const FrameSpoil& spoil = {}) const;
  // Signed with `key`; a member's gets a membership_tag.
  Bytes message(FramedContent content, const crypto::SignaturePrivateKey& key,
                const FrameSpoil& spoil = {}) const;

  // Encoded MLSMessages that hold a PrivateMessage of this member; uses up a generation.
  Bytes application(std::string_view text, const PrivateSpoil& spoil = {}) const;
  Bytes private_message(const framing::Authenticated& authenticated,
                        const PrivateSpoil& spoil = {}) const;
  FramedContent content(Content body) const;

  // For an external commit: the proposal, whose init_secret the next commit() uses.
  Proposal external_init();

 private:
  struct Change;
  void apply(const ForgedCommit& script, Change& change) const;
  std::optional<UpdatePath> make_path(const ForgedCommit& script, Change& change) const;
  void spoil_leaf(const ForgedCommit& script, Change& change, LeafNode& leaf) const;
  schedule::PskSecret psk_secret(const std::vector<PreSharedKeyID>& psks) const;

  World& world_;
  std::string name_;
  std::optional<schedule::InitSecret> external_;
};

// A key package of a person, changed before and after its signatures.
struct KeyPackageSpoil {
  std::function<void(LeafNode&)> leaf{};
  std::function<void(LeafNode&)> signed_leaf{};
  std::function<void(KeyPackage&)> key_package{};
  std::function<void(KeyPackage&)> signed_key_package{};
};
// It can be joined with: its keys are kept with the person.
KeyPackage key_package_of(World& world, const std::string& name, const KeyPackageSpoil& spoil = {});

}  // namespace thicket::kit
