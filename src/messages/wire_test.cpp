// The codec over the messages: one encoding only, and errors that name the field.
#include "messages/wire.h"

#include <doctest/doctest.h>

using namespace thicket;

namespace {

KeyPackage some_key_package() {
  KeyPackage kp;
  kp.cipher_suite = CipherSuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
  kp.init_key = Bytes(32, 1);
  kp.leaf_node.encryption_key = Bytes(32, 2);
  kp.leaf_node.signature_key = Bytes(32, 3);
  kp.leaf_node.credential = BasicCredential{to_bytes("alice")};
  kp.leaf_node.capabilities.versions = {ProtocolVersion::mls10};
  kp.leaf_node.leaf_node_source = Lifetime{1, 2};
  kp.leaf_node.extensions = {Extension{static_cast<ExtensionType>(0x0a0a), Bytes(3, 9)}};
  kp.leaf_node.signature = Bytes(64, 4);
  kp.signature = Bytes(64, 5);
  return kp;
}

}  // namespace

TEST_CASE("a key package comes back as it went, and in one encoding only") {
  const KeyPackage kp = some_key_package();
  const Bytes encoded = codec::encode(kp);
  const auto decoded = codec::decode<KeyPackage>(encoded);
  REQUIRE(decoded);
  CHECK(*decoded == kp);
  CHECK(codec::encode(*decoded) == encoded);
}

TEST_CASE("every truncation and an appended octet are refused with the field's path") {
  const Bytes encoded = codec::encode(some_key_package());
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    const auto cut = codec::decode<KeyPackage>(ByteView(encoded).first(size));
    REQUIRE_FALSE(cut);
    CHECK_FALSE(cut.error().path.empty());
  }
  Bytes longer = encoded;
  longer.push_back(0);
  CHECK(codec::decode<KeyPackage>(longer).error().rule == Rule::trailing_bytes);
  const auto cut = codec::decode<KeyPackage>(ByteView(encoded).first(encoded.size() - 80));
  CHECK(cut.error().path == "leaf_node.signature");
}

TEST_CASE("fields are named as the RFC names them") {
  std::vector<std::string> names;
  const KeyPackage kp;
  codec::for_each_field(kp, [&](std::string_view name, const auto&) {
    names.emplace_back(name);
    return true;
  });
  CHECK(names == std::vector<std::string>{"version", "cipher_suite", "init_key", "leaf_node",
                                          "extensions", "signature"});
  CHECK(codec::type_name<KeyPackage>() == "KeyPackage");
}

TEST_CASE("an unknown credential type survives, an unknown selector is named") {
  Credential unknown = Unknown<CredentialType>{static_cast<CredentialType>(0x7777), Bytes{1, 2}};
  const Bytes encoded = codec::encode(unknown);
  CHECK(to_hex(encoded) == "7777020102");
  CHECK(*codec::decode<Credential>(encoded) == unknown);
  const auto wrong = codec::decode<MLSMessage>(*from_hex("00010009"));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().rule == Rule::unknown_selector);
  CHECK(wrong.error().path == "wire_format");
  CHECK(codec::decode<MLSMessage>(*from_hex("00020001")).error().rule == Rule::unknown_version);
}

TEST_CASE("lengths are minimal, bounded and of a known prefix") {
  const auto read_length = [](std::string_view hex) {
    const Bytes octets = *from_hex(hex);
    return codec::Reader(octets).length();
  };
  CHECK(*read_length("3f") == 63);
  CHECK(*read_length("7bbd") == 15293);
  CHECK(*read_length("9d7f3e7d") == 494878333);
  CHECK(read_length("4025").error().rule == Rule::varint_minimal);
  CHECK(read_length("80000fff").error().rule == Rule::varint_minimal);
  CHECK(read_length("c0").error().rule == Rule::varint_prefix);
  CHECK(codec::decode<Bytes>(*from_hex("bfffffff01")).error().rule == Rule::truncated);
  CHECK(codec::decode<std::optional<ParentNode>>(*from_hex("02")).error().rule ==
        Rule::optional_presence);
}
