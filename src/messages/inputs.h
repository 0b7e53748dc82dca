// The RFC's structs that are only signed, hashed or derived from: written piece by piece where they
// are used, whole here, so that they can be inspected.  RFC 9420 5.1, 5.2, 6.1, 6.2, 6.3.1, 7.2, 8,
// 10, 12.4.3.
#pragma once

#include "messages/wire.h"

namespace thicket::inputs {

struct SignContent {
  Bytes label;
  Bytes content;
};
struct EncryptContext {
  Bytes label;
  Bytes context;
};
struct RefHashInput {
  Bytes label;
  Bytes value;
};
struct KDFLabel {
  std::uint16_t length = 0;
  Bytes label;
  Bytes context;
};
struct PathSecret {
  Bytes path_secret;
};

struct LeafNodeTBS {
  HPKEPublicKey encryption_key;
  SignaturePublicKey signature_key;
  Credential credential;
  Capabilities capabilities;
  LeafNodeOrigin leaf_node_source;
  std::vector<Extension> extensions;
  Conditional<Bytes> group_id;  // both for update and commit
  Conditional<LeafIndex> leaf_index;
  static Result<LeafNodeTBS> decode_from(codec::Reader& in);
};

struct KeyPackageTBS {
  ProtocolVersion version{};
  CipherSuite cipher_suite{};
  HPKEPublicKey init_key;
  LeafNode leaf_node;
  std::vector<Extension> extensions;
};

struct GroupInfoTBS {
  GroupContext group_context;
  std::vector<Extension> extensions;
  MAC confirmation_tag;
  LeafIndex signer;
};

struct FramedContentTBS {
  ProtocolVersion version{};
  WireFormat wire_format{};
  FramedContent content;
  Conditional<GroupContext> context;  // for member and new_member_commit
  static Result<FramedContentTBS> decode_from(codec::Reader& in);
};

struct AuthenticatedContentTBM {
  FramedContentTBS content_tbs;
  FramedContentAuthData auth;
  static Result<AuthenticatedContentTBM> decode_from(codec::Reader& in);
};

// The content type is not part of it: it stands in the PrivateMessage.
template <class T, ContentType Type>
struct PrivateMessageContent {
  T content;
  FramedContentAuthData auth;
  Bytes padding;
  static Result<PrivateMessageContent> decode_from(codec::Reader& in) {
    PrivateMessageContent value;
    Result<void> content = codec::read(in, value.content);
    if (!content && Type == ContentType::application) return std::move(content).error();
    if (!content) return std::move(content).error().under(codec::enumerator_name(Type));
    value.auth = THICKET_TRY_AT("auth", read_auth(in, Type));
    value.padding = to_bytes(THICKET_TRY(in.take(in.remaining())));
    for (std::uint8_t octet : value.padding) {
      if (octet != 0) return broken(Rule::padding).at("padding");
    }
    return value;
  }
};

}  // namespace thicket::inputs
