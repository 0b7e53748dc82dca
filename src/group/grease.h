// GREASE: random reserved values where a peer must ignore them, so that peers that do not are found
// out early.  RFC 9420 13.5. Never in proposal types, credential types or the GroupContext.
#pragma once

#include "base/random.h"
#include "messages/leaf_node.h"

namespace thicket::group {

// Puts one to three GREASE values, at random places, in each list that 13.5 names: cipher_suites,
// extensions, proposals and credentials.
void add_grease(Capabilities& capabilities, Random& random);

// One GREASE extension with up to 32 random octets, for KeyPackage.extensions,
// LeafNode.extensions and GroupInfo.extensions. One of a key package or leaf must be listed in the
// leaf's capabilities: see list_extension.
Extension grease_extension(Random& random);

// Adds `type` to capabilities.extensions unless it is there, or is one that is never listed (7.2).
void list_extension(Capabilities& capabilities, ExtensionType type);

// 13.5: "representations of a client's own capabilities MUST NOT contain GREASE values": what is
// left of a list that was sent.
Capabilities without_grease(Capabilities capabilities);

}  // namespace thicket::group
