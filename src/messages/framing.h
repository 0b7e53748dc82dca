// Content and its two wrappings.  RFC 9420 6.
#pragma once

#include "codec/codec.h"
#include "messages/commit.h"

namespace thicket {

enum class WireFormat : std::uint16_t {
  mls_public_message = 1,
  mls_private_message = 2,
  mls_welcome = 3,
  mls_group_info = 4,
  mls_key_package = 5,
};

enum class ContentType : std::uint8_t { application = 1, proposal = 2, commit = 3 };
constexpr bool is_known(ContentType t) {
  return t >= ContentType::application && t <= ContentType::commit;
}

enum class SenderType : std::uint8_t {
  member = 1,
  external = 2,
  new_member_proposal = 3,
  new_member_commit = 4
};

struct MemberSender {
  LeafIndex leaf_index;
  bool operator==(const MemberSender&) const = default;
};
struct ExternalSenderRef {
  std::uint32_t sender_index = 0;
  bool operator==(const ExternalSenderRef&) const = default;
};
struct NewMemberProposal {
  bool operator==(const NewMemberProposal&) const = default;
};
struct NewMemberCommit {
  bool operator==(const NewMemberCommit&) const = default;
};
using Sender = Select<SenderType, Case<SenderType::member, MemberSender>,
                      Case<SenderType::external, ExternalSenderRef>,
                      Case<SenderType::new_member_proposal, NewMemberProposal>,
                      Case<SenderType::new_member_commit, NewMemberCommit>>;

template <>
struct codec::SelectShape<Sender> {
  static constexpr std::string_view tag = "sender_type";
  static constexpr bool inlined = false;
  static std::string_view field(SenderType) { return {}; }
};

struct ApplicationData {
  Bytes application_data;
  bool operator==(const ApplicationData&) const = default;
};
using Content = Select<ContentType, Case<ContentType::application, ApplicationData>,
                       Case<ContentType::proposal, Proposal>, Case<ContentType::commit, Commit>>;

template <>
struct codec::SelectShape<Content> {
  static constexpr std::string_view tag = "content_type";
  static constexpr bool inlined = true;
  static std::string_view field(ContentType type) {
    return type == ContentType::application ? std::string_view{} : codec::enumerator_name(type);
  }
};

struct FramedContent {
  Bytes group_id;
  Epoch epoch;
  Sender sender;
  Bytes authenticated_data;
  Content content;
  bool operator==(const FramedContent&) const = default;
  ContentType content_type() const { return content.tag(); }
};

using MAC = Bytes;

// confirmation_tag is there exactly if the content is a Commit: encoded and decoded with it
// (write_auth, read_auth).
struct FramedContentAuthData {
  Bytes signature;  // SignWithLabel(., "FramedContentTBS", FramedContentTBS)
  Conditional<MAC> confirmation_tag;
  bool operator==(const FramedContentAuthData&) const = default;
};
void write_auth(codec::Writer& out, const FramedContentAuthData& auth);
Result<FramedContentAuthData> read_auth(codec::Reader& in, ContentType content_type);

struct AuthenticatedContent {
  WireFormat wire_format{};
  FramedContent content;
  FramedContentAuthData auth;
  bool operator==(const AuthenticatedContent&) const = default;
  void encode_to(codec::Writer& out) const;
  static Result<AuthenticatedContent> decode_from(codec::Reader& in);
};

// membership_tag is there exactly if the sender is a member.
struct PublicMessage {
  FramedContent content;
  FramedContentAuthData auth;
  Conditional<MAC> membership_tag;
  bool operator==(const PublicMessage&) const = default;
  void encode_to(codec::Writer& out) const;
  static Result<PublicMessage> decode_from(codec::Reader& in);
};

struct PrivateMessage {
  Bytes group_id;
  Epoch epoch;
  ContentType content_type{};
  Bytes authenticated_data;
  Bytes encrypted_sender_data;
  Bytes ciphertext;
  bool operator==(const PrivateMessage&) const = default;
};

// FramedContentTBS (6.1): `group_context` is the encoded GroupContext, used for member and
// new_member_commit only.
Bytes framed_content_tbs(WireFormat wire_format, const FramedContent& content,
                         ByteView group_context);

}  // namespace thicket
