// The table of describable structs, compiled once; and extensions, whose data is decoded inside.
#include "messages/describe.h"

#include "messages/inputs.h"
#include "messages/shapes.h"

namespace thicket {

namespace {

template <class T>
Result<codec::Description> describe_one(ByteView input) {
  if constexpr (requires(codec::Reader& in) { T::decode_from(in); }) {
    codec::Reader in(input);
    const T value = THICKET_TRY(T::decode_from(in));
    THICKET_TRY(in.end());
    return codec::describe(value);
  } else {
    const T value = THICKET_TRY(codec::decode<T>(input));
    return codec::describe(value);
  }
}

// The data of an extension that RFC 9420 defines; nothing for the others.
std::optional<Result<codec::Description>> describe_extension_data(const Extension& extension) {
  switch (extension.extension_type) {
    case ExtensionType::application_id:
    case ExtensionType::last_resort:
      return std::nullopt;
    case ExtensionType::ratchet_tree:
      return describe_one<RatchetTreeExtension>(extension.extension_data);
    case ExtensionType::required_capabilities:
      return describe_one<RequiredCapabilities>(extension.extension_data);
    case ExtensionType::external_pub:
      return describe_one<ExternalPub>(extension.extension_data);
    case ExtensionType::external_senders:
      return describe_one<std::vector<ExternalSender>>(extension.extension_data);
  }
  return std::nullopt;
}

}  // namespace

codec::Description describe_value(const Extension& extension) {
  codec::Description out;
  out.kind = codec::Description::Kind::fields;
  out.add("extension_type", codec::describe(extension.extension_type));
  auto data = describe_extension_data(extension);
  if (data && *data) {
    out.add("extension_data", std::move(**data));
  } else {
    out.add("extension_data", codec::described_octets(extension.extension_data));
  }
  return out;
}

codec::Description describe_value(const GroupSecrets& secrets) {
  codec::Description out;
  out.kind = codec::Description::Kind::fields;
  out.add("joiner_secret", codec::described_octets(secrets.joiner_secret.reveal()));
  codec::Description path_secret;
  if (secrets.path_secret) {
    path_secret.kind = codec::Description::Kind::fields;
    path_secret.add("path_secret", codec::described_octets(secrets.path_secret->reveal()));
  }
  out.add("path_secret", std::move(path_secret));
  out.add("psks", codec::describe(secrets.psks));
  return out;
}

namespace inputs {

Result<LeafNodeTBS> LeafNodeTBS::decode_from(codec::Reader& in) {
  LeafNodeTBS value;
  THICKET_TRY_AT("encryption_key", codec::read(in, value.encryption_key));
  THICKET_TRY_AT("signature_key", codec::read(in, value.signature_key));
  THICKET_TRY_AT("credential", codec::read(in, value.credential));
  THICKET_TRY_AT("capabilities", codec::read(in, value.capabilities));
  THICKET_TRY(codec::read(in, value.leaf_node_source));
  THICKET_TRY_AT("extensions", codec::read(in, value.extensions));
  if (value.leaf_node_source.tag() != LeafNodeSource::key_package) {
    THICKET_TRY_AT("group_id", codec::read(in, value.group_id.emplace()));
    THICKET_TRY_AT("leaf_index", codec::read(in, value.leaf_index.emplace()));
  }
  return value;
}

Result<FramedContentTBS> FramedContentTBS::decode_from(codec::Reader& in) {
  FramedContentTBS value;
  THICKET_TRY_AT("version", codec::read(in, value.version));
  THICKET_TRY_AT("wire_format", codec::read(in, value.wire_format));
  THICKET_TRY_AT("content", codec::read(in, value.content));
  const SenderType sender = value.content.sender.tag();
  if (sender == SenderType::member || sender == SenderType::new_member_commit) {
    THICKET_TRY_AT("context", codec::read(in, value.context.emplace()));
  }
  return value;
}

Result<AuthenticatedContentTBM> AuthenticatedContentTBM::decode_from(codec::Reader& in) {
  AuthenticatedContentTBM value;
  value.content_tbs = THICKET_TRY_AT("content_tbs", FramedContentTBS::decode_from(in));
  value.auth = THICKET_TRY_AT("auth", read_auth(in, value.content_tbs.content.content_type()));
  return value;
}

template <class T, ContentType Type>
codec::Description describe_value(const PrivateMessageContent<T, Type>& value) {
  codec::Description out;
  if constexpr (Type == ContentType::application) {
    out = codec::describe(value.content);
  } else {
    out.kind = codec::Description::Kind::fields;
    out.add(codec::enumerator_name(Type), codec::describe(value.content));
  }
  out.add("auth", codec::describe(value.auth));
  out.add("padding", codec::described_octets(value.padding));
  return out;
}

}  // namespace inputs

namespace {

using namespace inputs;

// Whether a confirmation_tag follows depends on content that is not there: read what is there.
Result<codec::Description> describe_auth_data(ByteView input) {
  codec::Reader in(input);
  THICKET_TRY_AT("signature", in.opaque());
  const ContentType type = in.done() ? ContentType::application : ContentType::commit;
  codec::Reader again(input);
  const FramedContentAuthData value = THICKET_TRY(read_auth(again, type));
  THICKET_TRY(again.end());
  return codec::describe(value);
}

// The content type stands in the PrivateMessage: without it, what is read is whichever fits.
Result<codec::Description> describe_private_content(ByteView input) {
  std::optional<codec::Description> found;
  bool unclear = false;
  std::string outcomes;
  for (const std::string_view content : {"application", "proposal", "commit"}) {
    const std::string type = "PrivateMessageContent." + std::string(content);
    auto described = describe_as(type, input);
    outcomes += (outcomes.empty() ? "" : "; ") + type + ": ";
    if (described) {
      unclear = found.has_value();
      found = std::move(*described);
      outcomes += "may be";
    } else {
      const Error& error = described.error();
      outcomes += std::string(text_of(error.rule).name) + " at " + error.path;
    }
  }
  if (found && !unclear) return *std::move(found);
  return broken(Rule::input_format).because(std::move(outcomes));
}

struct Entry {
  std::string_view name;
  Result<codec::Description> (*describe)(ByteView);
};

#define ENTRY(Type) \
  { #Type, describe_one<Type> }
constexpr Entry entries[] = {
    ENTRY(SignContent),
    ENTRY(EncryptContext),
    ENTRY(RefHashInput),
    ENTRY(Certificate),
    ENTRY(Credential),
    ENTRY(Sender),
    ENTRY(FramedContent),
    ENTRY(MLSMessage),
    ENTRY(AuthenticatedContent),
    ENTRY(FramedContentTBS),
    {"FramedContentAuthData", describe_auth_data},
    ENTRY(PublicMessage),
    ENTRY(AuthenticatedContentTBM),
    ENTRY(PrivateMessage),
    {"PrivateMessageContent", describe_private_content},
    {"PrivateMessageContent.application",
     describe_one<PrivateMessageContent<ApplicationData, ContentType::application>>},
    {"PrivateMessageContent.proposal",
     describe_one<PrivateMessageContent<Proposal, ContentType::proposal>>},
    {"PrivateMessageContent.commit",
     describe_one<PrivateMessageContent<Commit, ContentType::commit>>},
    ENTRY(PrivateContentAAD),
    ENTRY(SenderData),
    ENTRY(SenderDataAAD),
    ENTRY(ParentNode),
    ENTRY(Capabilities),
    ENTRY(Lifetime),
    ENTRY(Extension),
    ENTRY(LeafNode),
    ENTRY(LeafNodeTBS),
    ENTRY(HPKECiphertext),
    ENTRY(UpdatePathNode),
    ENTRY(UpdatePath),
    ENTRY(TreeHashInput),
    ENTRY(LeafNodeHashInput),
    ENTRY(ParentNodeHashInput),
    ENTRY(ParentHashInput),
    ENTRY(KDFLabel),
    ENTRY(GroupContext),
    ENTRY(ConfirmedTranscriptHashInput),
    ENTRY(InterimTranscriptHashInput),
    ENTRY(PreSharedKeyID),
    ENTRY(PSKLabel),
    ENTRY(KeyPackage),
    ENTRY(KeyPackageTBS),
    ENTRY(RequiredCapabilities),
    ENTRY(Proposal),
    ENTRY(Add),
    ENTRY(Update),
    ENTRY(Remove),
    ENTRY(PreSharedKey),
    ENTRY(ReInit),
    ENTRY(ExternalInit),
    ENTRY(GroupContextExtensions),
    ENTRY(ExternalSender),
    {"external_senders", describe_one<std::vector<ExternalSender>>},
    ENTRY(ProposalOrRef),
    ENTRY(Commit),
    ENTRY(GroupInfo),
    ENTRY(GroupInfoTBS),
    ENTRY(PathSecret),
    ENTRY(GroupSecrets),
    ENTRY(EncryptedGroupSecrets),
    ENTRY(Welcome),
    ENTRY(ExternalPub),
    ENTRY(Node),
    {"ratchet_tree", describe_one<RatchetTreeExtension>},
};
#undef ENTRY

const Entry* entry_of(std::string_view type) {
  for (const Entry& entry : entries) {
    if (entry.name == type) return &entry;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string_view> describable_types() {
  std::vector<std::string_view> out;
  for (const Entry& entry : entries) out.push_back(entry.name);
  return out;
}

bool is_describable(std::string_view type) {
  return entry_of(type) != nullptr;
}

Result<codec::Description> describe_as(std::string_view type, ByteView input) {
  const Entry* entry = entry_of(type);
  THICKET_ASSERT(entry != nullptr);
  auto described = entry->describe(input);
  if (!described && described.error().path.empty()) {
    return std::move(described).error().at(type);
  }
  return described;
}

}  // namespace thicket
