// How the selects of the messages are written in RFC 9420: the selector's name, and whether the RFC
// puts the select into the struct that holds it.
#pragma once

#include "codec/describe.h"
#include "messages/wire.h"

namespace thicket {

// The data of an extension that RFC 9420 defines is decoded inside, if it decodes.
codec::Description describe_value(const Extension& extension);
codec::Description describe_value(const GroupSecrets& secrets);

}  // namespace thicket

namespace thicket::codec {

template <>
struct SelectShape<Credential> {
  static constexpr std::string_view tag = "credential_type";
  static constexpr bool inlined = false;
  static std::string_view field(CredentialType) { return {}; }
};

template <>
struct SelectShape<LeafNodeOrigin> {
  static constexpr std::string_view tag = "leaf_node_source";
  static constexpr bool inlined = true;
  static std::string_view field(LeafNodeSource source) {
    return source == LeafNodeSource::key_package ? "lifetime" : "";
  }
};

template <>
struct SelectShape<Proposal> {
  static constexpr std::string_view tag = "proposal_type";
  static constexpr bool inlined = false;
  static std::string_view field(ProposalType type) { return enumerator_name(type); }
};

template <>
struct SelectShape<ProposalOrRef> {
  static constexpr std::string_view tag = "type";
  static constexpr bool inlined = false;
  static std::string_view field(ProposalOrRefType type) {
    return type == ProposalOrRefType::proposal ? "proposal" : "";
  }
};

template <>
struct SelectShape<Sender> {
  static constexpr std::string_view tag = "sender_type";
  static constexpr bool inlined = false;
  static std::string_view field(SenderType) { return {}; }
};

template <>
struct SelectShape<Content> {
  static constexpr std::string_view tag = "content_type";
  static constexpr bool inlined = true;
  static std::string_view field(ContentType type) {
    return type == ContentType::application ? std::string_view{} : enumerator_name(type);
  }
};

template <>
struct SelectShape<PSKKind> {
  static constexpr std::string_view tag = "psktype";
  static constexpr bool inlined = true;
  static std::string_view field(PSKType) { return {}; }
};

template <>
struct SelectShape<Node> {
  static constexpr std::string_view tag = "node_type";
  static constexpr bool inlined = false;
  static std::string_view field(NodeType type) {
    return type == NodeType::leaf ? "leaf_node" : "parent_node";
  }
};

template <>
struct SelectShape<TreeHashInput> {
  static constexpr std::string_view tag = "node_type";
  static constexpr bool inlined = false;
  static std::string_view field(NodeType type) { return SelectShape<Node>::field(type); }
};

template <>
struct SelectShape<MLSMessageBody> {
  static constexpr std::string_view tag = "wire_format";
  static constexpr bool inlined = true;
  // "mls_public_message" selects PublicMessage public_message, and so on.
  static std::string_view field(WireFormat format) { return enumerator_name(format).substr(4); }
};

}  // namespace thicket::codec
