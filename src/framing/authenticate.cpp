// Signing and checking content by the octets that stand on the wire.  RFC 9420 6.1.
#include "framing/authenticate.h"

#include "messages/wire.h"

namespace thicket::framing {
namespace {

constexpr std::string_view label = "FramedContentTBS";

// RFC 9420 6.1: "select (FramedContentTBS.content.sender.sender_type)".
bool covers_context(SenderType type) {
  return type == SenderType::member || type == SenderType::new_member_commit;
}

std::size_t expected_size(const FramedContent& content, ByteView group_context) {
  const auto* application = content.content.as<ApplicationData>();
  return group_context.size() + content.group_id.size() + content.authenticated_data.size() +
         (application ? application->application_data.size() + 64 : 1024);
}

// The LeafNode that an Add or a commit's path brings along.
struct KeyOfNewMember {
  const FramedContent& content;

  Result<ByteView> in_commit() const {
    const auto* commit = content.content.as<Commit>();
    if (commit == nullptr) return broken(Rule::sender_content_type).at("content.content_type");
    // RFC 9420 6.1: "The signature key in the LeafNode in the Commit's path".
    if (!commit->path) return broken(Rule::external_commit_path).at("content.commit.path");
    return ByteView(commit->path->leaf_node.signature_key);
  }
  Result<ByteView> in_add() const {
    const auto* proposal = content.content.as<Proposal>();
    const auto* add = proposal ? proposal->as<Add>() : nullptr;
    if (add == nullptr) return broken(Rule::sender_content_type).at("content.content_type");
    return ByteView(add->key_package->leaf_node.signature_key);
  }
};

}  // namespace

ContentOctets::ContentOctets(WireFormat wire_format, const FramedContent& content,
                             ByteView group_context) {
  codec::Writer out(expected_size(content, group_context));
  codec::write(out, ProtocolVersion::mls10);
  codec::write(out, wire_format);
  codec::write(out, content);
  content_end_ = out.size();
  if (covers_context(content.sender.tag())) out.raw(group_context);
  tbs_ = std::move(out).take();
}

ContentOctets::ContentOctets(ByteView message_head, SenderType sender, ByteView group_context)
    : content_end_(message_head.size()) {
  tbs_.reserve(message_head.size() + group_context.size());
  append(tbs_, message_head);
  if (covers_context(sender)) append(tbs_, group_context);
}

Bytes Authenticated::encoded() const {
  const ByteView content = octets.wire_format_and_content();
  codec::Writer out(content.size() + value.auth.signature.size() + 80);
  out.raw(content);
  write_auth(out, value.auth);
  return std::move(out).take();
}

Authenticated authenticate(const crypto::Crypto& crypto, WireFormat wire_format,
                           FramedContent content, ByteView group_context,
                           const crypto::SignaturePrivateKey& key) {
  Authenticated out;
  out.octets = ContentOctets(wire_format, content, group_context);
  out.value.wire_format = wire_format;
  out.value.content = std::move(content);
  out.value.auth.signature = crypto.sign_with_label(key, label, out.octets.tbs());
  return out;
}

Result<void> check_signature(const crypto::Crypto& crypto, const Authenticated& authenticated,
                             ByteView signature_key) {
  THICKET_TRY_AT(
      "auth.signature",
      crypto.verify_with_label(signature_key, label, authenticated.octets.tbs(),
                               authenticated.value.auth.signature, Rule::message_signature));
  return {};
}

Result<void> check_sender(const FramedContent& content) {
  const ContentType type = content.content_type();
  const auto* proposal = content.content.as<Proposal>();
  bool may = false;
  switch (content.sender.tag()) {
    case SenderType::member:
      may = true;
      break;
    case SenderType::external:
      may = type == ContentType::proposal;
      break;
    case SenderType::new_member_proposal:
      may = proposal != nullptr && proposal->as<Add>() != nullptr;
      break;
    case SenderType::new_member_commit:
      may = type == ContentType::commit;
      break;
  }
  if (may) return {};
  return broken(Rule::sender_content_type).at("content.content_type");
}

Result<ByteView> sender_key(const SenderKeys& keys, const FramedContent& content) {
  if (const auto* member = content.sender.as<MemberSender>()) {
    return keys.member_key(member->leaf_index);
  }
  if (const auto* external = content.sender.as<ExternalSenderRef>()) {
    return keys.external_key(external->sender_index);
  }
  const KeyOfNewMember key{content};
  return content.sender.tag() == SenderType::new_member_commit ? key.in_commit() : key.in_add();
}

ProposalRef proposal_ref(const crypto::Crypto& crypto, const Authenticated& authenticated) {
  return {crypto.ref_hash("MLS 1.0 Proposal Reference", authenticated.encoded())};
}

}  // namespace thicket::framing
