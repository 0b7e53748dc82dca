// Descriptions carry the names of the RFC: every struct's fields against a list copied by hand from
// RFC 9420; text and JSON of known octets; errors with rule and path.
#include "messages/describe.h"

#include <doctest/doctest.h>

#include <set>

#include "messages/shapes.h"

using namespace thicket;

namespace {

template <class T>
std::string names_of();

// "tag(selector: fields | selector: fields)" of a select, every alternative in order.
template <class S, std::size_t... I>
std::string alternatives_of(std::index_sequence<I...>) {
  std::string out;
  const auto add = [&]<class T>(const T& alternative) {
    if constexpr (!thicket::detail::is_unknown<T>::value) {
      const S value(alternative);
      const std::string_view field = codec::SelectShape<S>::field(value.tag());
      if (!out.empty()) out += " | ";
      out += std::string(codec::enumerator_name(value.tag())) + ":";
      if (!field.empty()) {
        out += " " + std::string(field);
      } else if constexpr (!std::is_empty_v<T> && !codec::detail::IsSelect<T>) {
        out += " " + names_of<T>();
      }
    }
  };
  (add(std::variant_alternative_t<I, typename S::Base>{}), ...);
  return std::string(codec::SelectShape<S>::tag) + "(" + out + ")";
}

template <class T>
std::string names_of() {
  std::string out;
  const auto select = [&]<class S>(const S&) {
    out += alternatives_of<S>(std::make_index_sequence<std::variant_size_v<typename S::Base>>{});
  };
  const T value{};
  if constexpr (codec::detail::IsSelect<T>) {
    select(value);
  } else {
    codec::for_each_field(value, [&](std::string_view name, const auto& field) {
      using F = std::remove_cvref_t<decltype(field)>;
      if (!out.empty()) out += ' ';
      if constexpr (codec::detail::IsSelect<F>) {
        if constexpr (codec::SelectShape<F>::inlined) {
          select(field);
          return true;
        }
      }
      out += name;
      return true;
    });
  }
  return out;
}

// Whether `path` leads to something of `shown`: "proposals[2].proposal.remove".
bool names(const codec::Description& shown, std::string_view path) {
  if (path.empty()) return true;
  if (path.front() == '[') {
    const std::size_t end = path.find(']');
    const std::size_t place = std::stoul(std::string(path.substr(1, end - 1)));
    const std::string_view rest = path.substr(end + 1);
    return place < shown.parts.size() &&
           names(shown.parts[place], rest.starts_with('.') ? rest.substr(1) : rest);
  }
  const std::size_t end = std::min(path.find_first_of(".["), path.size());
  for (std::size_t i = 0; i < shown.names.size(); ++i) {
    if (shown.names[i] != path.substr(0, end)) continue;
    const std::string_view rest = path.substr(end);
    return names(shown.parts[i], rest.starts_with('.') ? rest.substr(1) : rest);
  }
  return false;
}

}  // namespace

TEST_CASE("the fields of every struct are those of RFC 9420, in its order") {
  // 5.3, 6
  CHECK(names_of<Certificate>() == "cert_data");
  CHECK(names_of<Credential>() == "credential_type(basic: identity | x509: certificates)");
  CHECK(names_of<Sender>() ==
        "sender_type(member: leaf_index | external: sender_index | new_member_proposal: | "
        "new_member_commit:)");
  CHECK(names_of<FramedContent>() ==
        "group_id epoch sender authenticated_data content_type(application: application_data | "
        "proposal: proposal | commit: commit)");
  CHECK(names_of<MLSMessage>() ==
        "version wire_format(mls_public_message: public_message | mls_private_message: "
        "private_message | mls_welcome: welcome | mls_group_info: group_info | mls_key_package: "
        "key_package)");
  CHECK(names_of<AuthenticatedContent>() == "wire_format content auth");
  CHECK(names_of<FramedContentAuthData>() == "signature confirmation_tag");
  CHECK(names_of<PublicMessage>() == "content auth membership_tag");
  CHECK(names_of<PrivateMessage>() ==
        "group_id epoch content_type authenticated_data encrypted_sender_data ciphertext");
  CHECK(names_of<PrivateContentAAD>() == "group_id epoch content_type authenticated_data");
  CHECK(names_of<SenderData>() == "leaf_index generation reuse_guard");
  CHECK(names_of<SenderDataAAD>() == "group_id epoch content_type");
  // 7
  CHECK(names_of<ParentNode>() == "encryption_key parent_hash unmerged_leaves");
  CHECK(names_of<Capabilities>() == "versions cipher_suites extensions proposals credentials");
  CHECK(names_of<Lifetime>() == "not_before not_after");
  CHECK(names_of<Extension>() == "extension_type extension_data");
  CHECK(names_of<LeafNode>() ==
        "encryption_key signature_key credential capabilities leaf_node_source(key_package: "
        "lifetime | update: | commit: parent_hash) extensions signature");
  CHECK(names_of<HPKECiphertext>() == "kem_output ciphertext");
  CHECK(names_of<UpdatePathNode>() == "encryption_key encrypted_path_secret");
  CHECK(names_of<UpdatePath>() == "leaf_node nodes");
  CHECK(names_of<TreeHashInput>() == "node_type(leaf: leaf_node | parent: parent_node)");
  CHECK(names_of<LeafNodeHashInput>() == "leaf_index leaf_node");
  CHECK(names_of<ParentNodeHashInput>() == "parent_node left_hash right_hash");
  CHECK(names_of<ParentHashInput>() == "encryption_key parent_hash original_sibling_tree_hash");
  // 8, 10
  CHECK(names_of<GroupContext>() ==
        "version cipher_suite group_id epoch tree_hash confirmed_transcript_hash extensions");
  CHECK(names_of<ConfirmedTranscriptHashInput>() == "wire_format content signature");
  CHECK(names_of<InterimTranscriptHashInput>() == "confirmation_tag");
  CHECK(names_of<PreSharedKeyID>() ==
        "psktype(external: psk_id | resumption: usage psk_group_id psk_epoch) psk_nonce");
  CHECK(names_of<PSKLabel>() == "id index count");
  CHECK(names_of<KeyPackage>() == "version cipher_suite init_key leaf_node extensions signature");
}

TEST_CASE("the fields of proposals, commits and what lets a client in are those of RFC 9420") {
  CHECK(names_of<RequiredCapabilities>() == "extension_types proposal_types credential_types");
  CHECK(names_of<Proposal>() ==
        "proposal_type(add: add | update: update | remove: remove | psk: psk | reinit: reinit | "
        "external_init: external_init | group_context_extensions: group_context_extensions)");
  CHECK(names_of<Add>() == "key_package");
  CHECK(names_of<Update>() == "leaf_node");
  CHECK(names_of<Remove>() == "removed");
  CHECK(names_of<PreSharedKey>() == "psk");
  CHECK(names_of<ReInit>() == "group_id version cipher_suite extensions");
  CHECK(names_of<ExternalInit>() == "kem_output");
  CHECK(names_of<GroupContextExtensions>() == "extensions");
  CHECK(names_of<ExternalSender>() == "signature_key credential");
  CHECK(names_of<ProposalOrRef>() == "type(proposal: proposal | reference: reference)");
  CHECK(names_of<Commit>() == "proposals path");
  CHECK(names_of<GroupInfo>() == "group_context extensions confirmation_tag signer signature");
  CHECK(names_of<EncryptedGroupSecrets>() == "new_member encrypted_group_secrets");
  CHECK(names_of<Welcome>() == "cipher_suite secrets encrypted_group_info");
  CHECK(names_of<ExternalPub>() == "external_pub");
  CHECK(names_of<Node>() == "node_type(leaf: leaf_node | parent: parent_node)");
}

TEST_CASE("enumerators are shown by name and number, unknown ones by number, GREASE as such") {
  const auto shown = describe_as("RequiredCapabilities", *from_hex("0600020a0a7777"
                                                                   "020007"
                                                                   "020001"));
  REQUIRE(shown);
  CHECK(codec::to_text(*shown) ==
        "extension_types: ratchet_tree (2), GREASE (0x0a0a), unknown (30583)\n"
        "proposal_types: group_context_extensions (7)\n"
        "credential_types: basic (1)\n");
  CHECK(codec::to_json(*describe_as("ExternalPub", *from_hex("02abcd"))) ==
        "{\n  \"external_pub\": \"abcd\"\n}\n");
  CHECK(codec::to_json(*describe_as("Extension", *from_hex("eaea00"))) ==
        "{\n  \"extension_type\": {\"name\": \"GREASE\", \"value\": 60138},\n"
        "  \"extension_data\": \"\"\n}\n");
}

TEST_CASE("the data of an extension is decoded inside, and stands as octets where it does not") {
  CHECK(codec::to_text(*describe_as("Extension", *from_hex("000402"
                                                           "01ff"))) ==
        "extension_type: external_pub (4)\nextension_data:\n  external_pub: ff\n");
  CHECK(codec::to_text(*describe_as("Extension", *from_hex("000402"
                                                           "02ff"))) ==
        "extension_type: external_pub (4)\nextension_data: 02ff\n");
}

TEST_CASE("a part that is there by what stands elsewhere is read so, for the signed structs too") {
  // An application FramedContent of a member, then its GroupContext.
  const std::string content =
      "0001"
      "0001"
      "0167"
      "0000000000000001"
      "01"
      "00000002"
      "00"
      "01"
      "0161";
  const std::string context =
      "0001"
      "0001"
      "0167"
      "0000000000000001"
      "00"
      "00"
      "00";
  CHECK(describe_as("FramedContentTBS", *from_hex(content + context)));
  CHECK(describe_as("FramedContentTBS", *from_hex(content)).error().path == "context.version");
  const auto tbm = describe_as("AuthenticatedContentTBM", *from_hex(content + context + "01ee"));
  REQUIRE(tbm);
  CHECK(tbm->names == std::vector<std::string>{"content_tbs", "auth"});
  CHECK(describe_as("FramedContentAuthData", *from_hex("01ee"))->names.size() == 1);
  CHECK(describe_as("FramedContentAuthData", *from_hex("01ee01dd"))->names.size() == 2);
  CHECK(describe_as("PrivateMessageContent.application", *from_hex("016101ee0000")));
  CHECK(describe_as("PrivateMessageContent.application", *from_hex("016101ee0001")).error().rule ==
        Rule::padding);
}

TEST_CASE(
    "the path of an error is made of the names that are shown, wherever a message ends early") {
  Add add;
  KeyPackage joining;
  joining.leaf_node.leaf_node_source = Lifetime{1, 2};
  joining.leaf_node.credential = BasicCredential{to_bytes("name")};
  add.key_package = joining;
  Commit commit;
  commit.proposals = {
      Proposal(add), Proposal(Remove{LeafIndex{3}}),
      Proposal(
          PreSharedKey{{ResumptionPSK{ResumptionPSKUsage::application, {9}, {}}, Bytes(2, 1)}}),
      Proposal(CustomProposal{static_cast<ProposalType>(0xF001), {7}}), ProposalRef{Bytes(3, 2)}};
  commit.path.emplace().leaf_node.leaf_node_source = CommitSource{Bytes(2, 3)};
  commit.path->leaf_node.credential = X509Credential{{{Bytes(2, 4)}}};
  commit.path->nodes = {{Bytes(2, 5), {{Bytes(1, 6), Bytes(1, 7)}}}};
  PublicMessage message;
  message.content.sender = MemberSender{LeafIndex{1}};
  message.content.content = commit;
  message.auth.confirmation_tag = Bytes(2, 8);
  message.membership_tag = Bytes(2, 9);
  const Bytes whole = codec::encode(MLSMessage{ProtocolVersion::mls10, message});
  const auto shown = describe_as("MLSMessage", whole);
  REQUIRE(shown);
  std::set<std::string> met;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = describe_as("MLSMessage", ByteView(whole).first(size));
    REQUIRE_FALSE(cut);
    CAPTURE(cut.error().path);
    CHECK(names(*shown, cut.error().path));
    met.insert(cut.error().path);
  }
  CHECK(met.contains("wire_format"));
  CHECK(met.contains("public_message.content.sender.leaf_index"));
  CHECK(met.contains("public_message.content.commit.proposals"));
  // What stands inside a vector, where its length is right: a commit by itself.
  const Bytes proposal = codec::encode(Proposal(add));
  const auto path_without = [&](std::size_t octets) {
    const ByteView cut = ByteView(proposal).first(proposal.size() - octets);
    return describe_as("Proposal", cut).error().path;
  };
  CHECK(path_without(3) == "add.key_package.leaf_node.signature");
  CHECK(path_without(5) == "add.key_package.leaf_node.lifetime.not_after");
  CHECK(path_without(proposal.size()) == "proposal_type");
}

TEST_CASE("a PrivateMessageContent is read as the one content type that it fits") {
  const std::string remove = "000300000005";
  const std::string auth = "01ee";
  const std::string tag = "01dd";
  const std::string commit = "0701" + remove + "00";
  const std::string each[] = {"0161" + auth, remove + auth, commit + auth + tag + "0000"};
  const std::string_view types[] = {"application", "proposal", "commit"};
  for (std::size_t i = 0; i < std::size(each); ++i) {
    CAPTURE(i);
    const Bytes octets = *from_hex(each[i]);
    const auto shown = describe_as("PrivateMessageContent", octets);
    REQUIRE_MESSAGE(shown, describe(shown.error()));
    CHECK(*shown == *describe_as("PrivateMessageContent." + std::string(types[i]), octets));
  }
  // None of them, and two at once: one octet said, or a proposal of a custom type.
  for (const std::string octets : {"0161", "01050000"}) {
    const auto shown = describe_as("PrivateMessageContent", *from_hex(octets));
    REQUIRE_FALSE(shown);
    CHECK(shown.error().rule == Rule::input_format);
    for (const std::string_view type : types) {
      CHECK(shown.error().detail.find("PrivateMessageContent." + std::string(type)) !=
            std::string::npos);
    }
  }
}

TEST_CASE("every type that is listed refuses the empty input or is empty, and names the field") {
  for (std::string_view type : describable_types()) {
    CAPTURE(type);
    CHECK(is_describable(type));
    const auto shown = describe_as(type, {});
    REQUIRE_FALSE(shown);
    const bool by_trial = type == "PrivateMessageContent";
    CHECK(shown.error().rule == (by_trial ? Rule::input_format : Rule::truncated));
    CHECK_FALSE(shown.error().path.empty());
  }
  CHECK_FALSE(is_describable("Nonsense"));
}
