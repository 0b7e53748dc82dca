// The warm tree is valid: it goes through export, import and the validation of a received tree.
#include "tree/warm_tree.h"

#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "crypto/seeded_random.h"
#include "tree/import.h"

using namespace thicket;
using namespace thicket::tree;

namespace {

Result<Bytes> identity_of(const LeafNode& leaf) {
  return leaf.credential.as<BasicCredential>()->identity;
}

Capabilities capabilities() {
  Capabilities out;
  out.versions = {ProtocolVersion::mls10};
  out.cipher_suites = {CipherSuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
                       CipherSuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256};
  out.credentials = {CredentialType::basic};
  return out;
}

}  // namespace

TEST_CASE("a warm tree of any size passes as a received tree, with every parent filled") {
  const auto provider = crypto::make_awslc({});
  for (const crypto::Suite* suite :
       {crypto::suite_of(CipherSuite{1}).value(), crypto::suite_of(CipherSuite{2}).value()}) {
    const crypto::Crypto crypto(*provider, *suite);
    for (std::uint32_t members : {1U, 2U, 3U, 5U, 8U, 13U, 64U, 100U, 257U}) {
      CAPTURE(members);
      const WarmTree warm(crypto, {members, to_bytes("warm"), capabilities(), members});
      const Bytes encoded = export_tree(warm.tree()).value();
      crypto::SeededRandom random(1);
      const auto received = import_tree(crypto, encoded, identity_of, IndexSeed::draw(random));
      REQUIRE(received);
      CHECK(*received == warm.tree());
      CHECK(received->member_count() == members);
      CHECK(validate_structure(*received));
      LeafPolicy policy;
      policy.cipher_suite = suite->id;
      CHECK(validate_leaves(*received, {.policy = &policy, .group_id = to_bytes("warm")}));
      CHECK_FALSE(validate_leaves(*received, {.policy = &policy, .group_id = to_bytes("other")}));
      CHECK(received->resolution(root(received->leaf_count())).value().size() ==
            (members == received->leaf_count().value ? 1U : received->summary().resolution_size));
    }
  }
}

TEST_CASE("a warm tree's members hold the private keys of what stands above them") {
  const auto provider = crypto::make_awslc({});
  const crypto::Crypto crypto(*provider, *crypto::suite_of(CipherSuite{1}).value());
  const WarmTree warm(crypto, {21, to_bytes("warm"), capabilities(), 9});
  for (std::uint32_t i = 0; i < 21; ++i) {
    const PrivatePath path = warm.private_path(LeafIndex{i});
    CHECK(equal(path.find(LeafIndex{i}.node())->public_key(),
                warm.tree().leaf(LeafIndex{i}).value().encryption_key()));
    for (const auto& step : warm.tree().filtered_direct_path(LeafIndex{i}).value()) {
      const auto parent = warm.tree().parent(step.node).value();
      REQUIRE(parent);
      CHECK(path.find(step.node)->public_key() == parent->encryption_key);
    }
    CHECK(equal(warm.signer(LeafIndex{i}).public_key,
                warm.tree().leaf(LeafIndex{i}).value().signature_key()));
  }
}
