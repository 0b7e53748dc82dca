// The codec of every message type, compiled once (wire.cpp): include this to encode or decode
// messages. X(Type) lists each; a type that is missing here still works, it is only compiled where
// it is used.
#pragma once

#include "messages/message.h"
#include "messages/schedule_inputs.h"
#include "messages/tree_node.h"

// clang-format off
#define THICKET_WIRE_TYPES(X)                                                                     \
  X(Extension) X(Certificate) X(Credential) X(Capabilities) X(Lifetime) X(LeafNode) X(KeyPackage) \
  X(PreSharedKeyID) X(PSKLabel) X(GroupContext) X(RequiredCapabilities) X(ExternalSender)         \
  X(ExternalPub) X(Add) X(Update) X(Remove) X(PreSharedKey) X(ReInit) X(ExternalInit)             \
  X(GroupContextExtensions) X(Proposal) X(UpdatePathNode) X(UpdatePath) X(ProposalOrRef)          \
  X(Commit) X(Sender) X(FramedContent) X(AuthenticatedContent) X(PublicMessage)                   \
  X(PrivateMessage) X(GroupInfo) X(EncryptedGroupSecrets) X(Welcome) X(GroupSecrets)              \
  X(MLSMessage) X(ParentNode) X(Node) X(ParentHashInput) X(TreeHashInput) X(PrivateContentAAD)    \
  X(SenderData) X(SenderDataAAD) X(ConfirmedTranscriptHashInput) X(InterimTranscriptHashInput)    \
  X(HPKECiphertext) X(std::vector<Extension>) X(std::vector<ExternalSender>)                      \
  X(RatchetTreeExtension)
// clang-format on

namespace thicket::codec {

#define THICKET_DECLARE(Type)                                  \
  extern template void write<Type>(Writer & out, const Type&); \
  extern template Result<void> read<Type>(Reader & in, Type&);
THICKET_WIRE_TYPES(THICKET_DECLARE)
#undef THICKET_DECLARE

}  // namespace thicket::codec
