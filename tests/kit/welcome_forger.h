// A Welcome opened with its joiner's keys, changed at a chosen stage, and closed again so that only
// that is wrong: tree hash, confirmation_tag, signature and ciphertexts are made anew.
#pragma once

#include "kit/forger.h"
#include "messages/tree_node.h"

namespace thicket::kit {

struct WelcomeSpoil {
  std::function<void(RatchetTreeExtension&)> tree{};  // the tree_hash follows, if it can be read
  std::function<void(Bytes&)> tree_octets{};          // the extension's data
  std::function<void(GroupContext&)> context{};
  std::function<void(GroupSecrets&)> secrets{};
  std::function<void(GroupSecrets&)> late_secrets{};  // after the GroupInfo was sealed with them
  std::function<void(GroupInfo&)> info{};             // with confirmation_tag, before the signature
  std::function<void(GroupInfo&)> signed_info{};      // after it
  std::function<void(Welcome&)> welcome{};
};

struct WelcomeEnds {
  std::string joiner;
  std::string signer;  // a member, whose key signs the GroupInfo
};
// An encoded MLSMessage.
Bytes forge_welcome(World& world, const WelcomeEnds& ends, ByteView welcome,
                    const WelcomeSpoil& spoil);
// The same for a GroupInfo that somebody joins by from outside; secrets and welcome are not used.
Bytes forge_group_info(World& world, const std::string& signer, ByteView group_info,
                       const WelcomeSpoil& spoil);

// A leaf of a tree, signed anew by the person that it is of.
void sign_leaf(World& world, const std::string& name, LeafNode& leaf, LeafIndex at);

}  // namespace thicket::kit
