// Messages without meaning, one of every kind.
#include "vectors/arbitrary.h"
#include "vectors/kinds.h"

namespace thicket::vectors {

namespace {

template <class T>
Json message_of(crypto::SeededRandom& random) {
  MLSMessage message;
  message.wire_format = arbitrary<T>(random);
  return hex_of(message);
}

template <class T>
Json public_message_with(crypto::SeededRandom& random) {
  PublicMessage message;
  message.content = arbitrary<FramedContent>(random);
  message.content.content = arbitrary<T>(random);
  detail::fill_auth(message.auth, message.content.content_type(), random);
  if (message.content.sender.tag() == SenderType::member) {
    message.membership_tag = random.bytes(32);
  }
  MLSMessage outer;
  outer.wire_format = std::move(message);
  return hex_of(outer);
}

Json arbitrary_case(crypto::SeededRandom& random) {
  RatchetTreeExtension tree(3);
  for (auto& node : tree) fill(node.emplace(), random);
  Json test;
  test["mls_welcome"] = message_of<Welcome>(random);
  test["mls_group_info"] = message_of<GroupInfo>(random);
  test["mls_key_package"] = message_of<KeyPackage>(random);
  test["ratchet_tree"] = hex_of(tree);
  test["group_secrets"] = hex_of(arbitrary<GroupSecrets>(random));
  test["add_proposal"] = hex_of(arbitrary<Add>(random));
  test["update_proposal"] = hex_of(arbitrary<Update>(random));
  test["remove_proposal"] = hex_of(arbitrary<Remove>(random));
  test["pre_shared_key_proposal"] = hex_of(arbitrary<PreSharedKey>(random));
  test["re_init_proposal"] = hex_of(arbitrary<ReInit>(random));
  test["external_init_proposal"] = hex_of(arbitrary<ExternalInit>(random));
  test["group_context_extensions_proposal"] = hex_of(arbitrary<GroupContextExtensions>(random));
  test["commit"] = hex_of(arbitrary<Commit>(random));
  test["public_message_application"] = public_message_with<ApplicationData>(random);
  test["public_message_proposal"] = public_message_with<Proposal>(random);
  test["public_message_commit"] = public_message_with<Commit>(random);
  test["private_message"] = message_of<PrivateMessage>(random);
  return test;
}

}  // namespace

Json generate_messages(const Source& source) {
  constexpr std::size_t count = 20;
  Json cases = Json::array();
  for (std::size_t i = 0; i < count; ++i) cases.push_back(arbitrary_case(source.random));
  return cases;
}

}  // namespace thicket::vectors
