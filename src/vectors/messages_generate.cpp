// Messages without meaning, one of every kind, that any implementation can decode.
#include "vectors/arbitrary.h"
#include "vectors/kinds.h"

namespace thicket::vectors {

namespace {

template <class T>
Json message_of(const Drawing& from) {
  MLSMessage message;
  message.wire_format = arbitrary<T>(from);
  return hex_of(message);
}

template <class T>
Json public_message_with(const Drawing& from) {
  PublicMessage message;
  message.content = arbitrary<FramedContent>(from);
  message.content.content = arbitrary<T>(from);
  detail::fill_auth(message.auth, message.content.content_type(), from);
  if (message.content.sender.tag() == SenderType::member) {
    message.membership_tag = from.random.bytes(32);
  }
  MLSMessage outer;
  outer.wire_format = std::move(message);
  return hex_of(outer);
}

Json arbitrary_case(const Drawing& from) {
  RatchetTreeExtension tree(3);
  for (auto& node : tree) fill(node.emplace(), from);
  Json test;
  test["mls_welcome"] = message_of<Welcome>(from);
  test["mls_group_info"] = message_of<GroupInfo>(from);
  test["mls_key_package"] = message_of<KeyPackage>(from);
  test["ratchet_tree"] = hex_of(tree);
  test["group_secrets"] = hex_of(arbitrary<GroupSecrets>(from));
  test["add_proposal"] = hex_of(arbitrary<Add>(from));
  test["update_proposal"] = hex_of(arbitrary<Update>(from));
  test["remove_proposal"] = hex_of(arbitrary<Remove>(from));
  test["pre_shared_key_proposal"] = hex_of(arbitrary<PreSharedKey>(from));
  test["re_init_proposal"] = hex_of(arbitrary<ReInit>(from));
  test["external_init_proposal"] = hex_of(arbitrary<ExternalInit>(from));
  test["group_context_extensions_proposal"] = hex_of(arbitrary<GroupContextExtensions>(from));
  test["commit"] = hex_of(arbitrary<Commit>(from));
  test["public_message_application"] = public_message_with<ApplicationData>(from);
  test["public_message_proposal"] = public_message_with<Proposal>(from);
  test["public_message_commit"] = public_message_with<Commit>(from);
  test["private_message"] = message_of<PrivateMessage>(from);
  return test;
}

}  // namespace

Json generate_messages(const Source& source) {
  constexpr std::size_t count = 20;
  Json cases = Json::array();
  for (std::size_t i = 0; i < count; ++i) cases.push_back(arbitrary_case({source.random, true}));
  return cases;
}

}  // namespace thicket::vectors
