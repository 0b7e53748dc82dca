// The codec of every message type, instantiated once; and the structs whose shape depends on a
// field elsewhere.
#include "messages/wire.h"

namespace thicket {

namespace {

constexpr bool has_group_context(SenderType type) {
  return type == SenderType::member || type == SenderType::new_member_commit;
}

}  // namespace

Bytes leaf_node_tbs(const LeafNode& leaf, const LeafPlace& place) {
  codec::Writer out(512);
  codec::write(out, leaf.encryption_key);
  codec::write(out, leaf.signature_key);
  codec::write(out, leaf.credential);
  codec::write(out, leaf.capabilities);
  codec::write(out, leaf.leaf_node_source);
  codec::write(out, leaf.extensions);
  if (leaf.leaf_node_source.tag() != LeafNodeSource::key_package) {
    codec::write(out, place.group_id);
    codec::write(out, place.leaf_index);
  }
  return std::move(out).take();
}

Bytes key_package_tbs(const KeyPackage& key_package) {
  codec::Writer out(512);
  codec::write(out, key_package.version);
  codec::write(out, key_package.cipher_suite);
  codec::write(out, key_package.init_key);
  codec::write(out, key_package.leaf_node);
  codec::write(out, key_package.extensions);
  return std::move(out).take();
}

Bytes group_info_tbs(const GroupInfo& group_info) {
  codec::Writer out(512);
  codec::write(out, group_info.group_context);
  codec::write(out, group_info.extensions);
  codec::write(out, group_info.confirmation_tag);
  codec::write(out, group_info.signer);
  return std::move(out).take();
}

Bytes framed_content_tbs(WireFormat wire_format, const FramedContent& content,
                         ByteView group_context) {
  codec::Writer out(512);
  codec::write(out, ProtocolVersion::mls10);
  codec::write(out, wire_format);
  codec::write(out, content);
  if (has_group_context(content.sender.tag())) out.raw(group_context);
  return std::move(out).take();
}

void write_auth(codec::Writer& out, const FramedContentAuthData& auth) {
  codec::write(out, auth.signature);
  if (auth.confirmation_tag) codec::write(out, *auth.confirmation_tag);
}

Result<FramedContentAuthData> read_auth(codec::Reader& in, ContentType content_type) {
  FramedContentAuthData auth;
  auth.signature = to_bytes(THICKET_TRY_AT("signature", in.opaque()));
  if (content_type == ContentType::commit) {
    auth.confirmation_tag = to_bytes(THICKET_TRY_AT("confirmation_tag", in.opaque()));
  }
  return auth;
}

void AuthenticatedContent::encode_to(codec::Writer& out) const {
  codec::write(out, wire_format);
  codec::write(out, content);
  write_auth(out, auth);
}

Result<AuthenticatedContent> AuthenticatedContent::decode_from(codec::Reader& in) {
  AuthenticatedContent value;
  THICKET_TRY_AT("wire_format", codec::read(in, value.wire_format));
  THICKET_TRY_AT("content", codec::read(in, value.content));
  value.auth = THICKET_TRY_AT("auth", read_auth(in, value.content.content_type()));
  return value;
}

void PublicMessage::encode_to(codec::Writer& out) const {
  codec::write(out, content);
  write_auth(out, auth);
  if (membership_tag) codec::write(out, *membership_tag);
}

Result<PublicMessage> PublicMessage::decode_from(codec::Reader& in) {
  PublicMessage value;
  THICKET_TRY_AT("content", codec::read(in, value.content));
  value.auth = THICKET_TRY_AT("auth", read_auth(in, value.content.content_type()));
  if (value.content.sender.tag() == SenderType::member) {
    value.membership_tag = to_bytes(THICKET_TRY_AT("membership_tag", in.opaque()));
  }
  return value;
}

void GroupSecrets::encode_to(codec::Writer& out) const {
  out.opaque(joiner_secret.reveal());
  out.integer(path_secret ? 1 : 0, 1);
  if (path_secret) out.opaque(path_secret->reveal());
  codec::write(out, psks);
}

Result<GroupSecrets> GroupSecrets::decode_from(codec::Reader& in) {
  GroupSecrets value;
  value.joiner_secret = SecretBytes(THICKET_TRY_AT("joiner_secret", in.opaque()));
  const std::uint64_t presence = THICKET_TRY_AT("path_secret", in.integer(1));
  if (presence > 1) return broken(Rule::optional_presence).at("path_secret");
  if (presence == 1) value.path_secret = SecretBytes(THICKET_TRY_AT("path_secret", in.opaque()));
  THICKET_TRY_AT("psks", codec::read(in, value.psks));
  return value;
}

void MLSMessage::encode_to(codec::Writer& out) const {
  codec::write(out, version);
  codec::write(out, wire_format);
}

Result<MLSMessage> MLSMessage::decode_from(codec::Reader& in) {
  MLSMessage value;
  THICKET_TRY_AT("version", codec::read(in, value.version));
  if (value.version != ProtocolVersion::mls10) {
    return broken(Rule::unknown_version)
        .at("version")
        .because(std::to_string(static_cast<unsigned>(value.version)));
  }
  THICKET_TRY(codec::read(in, value.wire_format));
  return value;
}

namespace codec {

#define THICKET_DEFINE(Type)                            \
  template void write<Type>(Writer & out, const Type&); \
  template Result<void> read<Type>(Reader & in, Type&);
THICKET_WIRE_TYPES(THICKET_DEFINE)
#undef THICKET_DEFINE

}  // namespace codec

}  // namespace thicket
