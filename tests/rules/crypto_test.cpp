// Keys, signatures, ciphertexts and credentials that are not what they should be.  RFC 9420 5.
#include "crypto/awslc/certificates.h"
#include "group/x509_authenticator.h"
#include "kit/certificates.h"
#include "rules/doors.h"

namespace thicket::rules {
namespace {

HPKECiphertext& first_ciphertext(UpdatePath& path) {
  return path.nodes.at(0).encrypted_path_secret.at(0);
}

constexpr std::string_view for_bob = "commit.path.nodes[0].encrypted_path_secret";

}  // namespace

TEST_CASE("rule zero_shared_secret: a point of low order as kem_output") {
  Stage stage({}, [](World& world) { world.suite = CipherSuite{1}; });
  path_refused(stage,
               {.proposals = {},
                .path_made = [](UpdatePath& p) { first_ciphertext(p).kem_output = Bytes(32); }},
               {Rule::zero_shared_secret, "commit.path.nodes[0].encrypted_path_secret.kem_output"});
}

TEST_CASE("rule hpke_open: a path secret that was changed on its way") {
  Stage stage;
  path_refused(
      stage,
      {.proposals = {}, .path_made = [](UpdatePath& p) { flip(first_ciphertext(p).ciphertext); }},
      {Rule::hpke_open, for_bob});
}

TEST_CASE("rule secret_length: a path secret of other than KDF.Nh octets") {
  Stage stage;
  path_refused(stage,
               {.proposals = {},
                .path_secret = [](PathSecret& secret) { secret = PathSecret(Bytes(31, 5)); }},
               {Rule::secret_length, for_bob});
}

TEST_CASE("rule public_key_encoding: in a path") {
  Stage stage;
  path_refused(stage,
               {.proposals = {},
                .path_made = [](UpdatePath& p) { p.nodes.at(0).encryption_key.pop_back(); }},
               {Rule::public_key_encoding, "commit.path.nodes[0].encryption_key"});
}

TEST_CASE("rule private_key_encoding: a private key of another length is not imported") {
  const World world;
  const crypto::KemId kem = world.crypto().suite().kem;
  const std::size_t length = crypto::kem_seed_size(kem);
  const auto refused = crypto::import_private(world.provider, kem, Bytes(length - 1, 1));
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::private_key_encoding, ""});
  CHECK(crypto::import_private(world.provider, kem, Bytes(length, 1)).has_value());
}

TEST_CASE("rule signature_encoding: a signature of another length") {
  Stage stage;
  const Forger carol = stage.forger("carol");
  const Proposal remove = Remove{LeafIndex{3}};
  stage.refuses("bob",
                {carol.proposal(remove, {.auth = [](auto& auth) { auth.signature.pop_back(); }}),
                 carol.proposal(remove)},
                {Rule::signature_encoding, "auth.signature"});
}

TEST_CASE("rule signature_invalid: a signature under another label") {
  World world;
  const auto& signer = world["alice"].identity.signer;
  const crypto::Crypto crypto = world.crypto();
  const Bytes content = to_bytes("content");
  const Bytes signature = crypto.sign_with_label(signer, "LeafNodeTBS", content);
  const auto refused = crypto.verify_with_label(signer.public_key, "KeyPackageTBS", content,
                                                signature, Rule::signature_invalid);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::signature_invalid, ""});
  CHECK(crypto.verify_with_label(signer.public_key, "LeafNodeTBS", content, signature,
                                 Rule::signature_invalid));
}

TEST_CASE("rule unknown_suite: a group of a suite that nobody has") {
  Stage stage;
  const group::Group& group = stage.world.group_of("alice");
  const GroupInfo unbroken = good(group.group_info({}));
  GroupInfo broken = unbroken;
  broken.group_context.cipher_suite = CipherSuite{0x7777};
  const Bytes tree = good(group.ratchet_tree());
  const auto create = [&](const GroupInfo& info) {
    return group::PublicGroup::create(stage.public_environment(),
                                      {info, tree, stage.world.now, Bytes(16)});
  };
  const auto refused = create(broken);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::unknown_suite, "group_context.cipher_suite"});
  CHECK(create(unbroken).has_value());
}

TEST_CASE("rule credential_rejected: in an Add") {
  Judge judge;
  judge.verdict = [](const group::CredentialCheck& presented) -> Result<void> {
    const bool bad = Judge::name_of(presented.credential) == "mallory";
    return bad ? Result<void>(broken(Rule::credential_rejected)) : Result<void>();
  };
  Stage stage({}, [&](World& world) { world.authority = &judge; });
  add_refused(
      stage,
      {.leaf = [](LeafNode& leaf) { leaf.credential = BasicCredential{to_bytes("mallory")}; }},
      Rule::credential_rejected, ".leaf_node.credential");
  CHECK(judge.was_asked(group::CredentialUse::added, "grace"));
}

TEST_CASE("rule credential_rejected: in the tree of a group that is joined") {
  Stage stage;
  Judge judge;
  const Bytes unbroken = stage.welcome_for("grace");
  stage.world.authority = &judge;
  judge.verdict = [](const group::CredentialCheck& presented) -> Result<void> {
    const bool bad = Judge::name_of(presented.credential) == "carol";
    return bad ? Result<void>(broken(Rule::credential_rejected)) : Result<void>();
  };
  const auto refused = stage.join("grace", unbroken);
  REQUIRE_FALSE(refused);
  kit::check_refusal(
      refused.error(),
      {Rule::credential_rejected, "group_info.ratchet_tree[4].leaf_node.credential", LeafIndex{2}});
  judge.verdict = nullptr;
  CHECK(stage.join("grace", unbroken).has_value());
  for (const auto* name : {"alice", "bob", "carol", "dave", "erin", "frank", "grace"}) {
    CHECK(judge.was_asked(group::CredentialUse::joined, name));
  }
}

TEST_CASE("rule credential_successor: an Update does not make a member somebody else") {
  update_refused(
      [](Stage&, LeafNode& leaf) { leaf.credential = BasicCredential{to_bytes("mallory")}; },
      Rule::credential_successor, ".credential");
}

TEST_CASE("rule credential_successor: nor does a path") {
  Stage stage;
  path_refused(
      stage,
      {.proposals = {},
       .leaf = [](LeafNode& leaf) { leaf.credential = BasicCredential{to_bytes("mallory")}; }},
      {Rule::credential_successor, "commit.path.leaf_node.credential"});
}

namespace {

// A group of suite 2 in 2027, where X.509 credentials are believed under the trusted root.
struct Office {
  static constexpr CipherSuite p256 = CipherSuite{2};
  Office() {
    world.now = kit::certificates_in_force;
    world.policy.check_lifetimes = false;
    world.authority = &authority;
    world.create("alice");
  }
  // Bob's key package, with his certificate and his key but for what is told.
  KeyPackage bob(const kit::TestCertificate& certificate, const kit::TestCertificate& key) {
    group::Identity& identity = world["bob"].identity;
    identity.credential = X509Credential{{{certificate.der()}}};
    identity.signer = good(world.crypto().signature_key_from(key.key()));
    return kit::key_package_of(world, "bob");
  }
  void refused(const KeyPackage& broken, const KeyPackage& unbroken, const Refusal& refusal) {
    const auto commit = [&](const KeyPackage& made) {
      group::CommitPlan plan;
      plan.proposals = {Add{made}};
      kit::Member& alice = world["alice"];
      return alice.group->commit(plan, world.now, world.random);
    };
    const auto outcome = commit(broken);
    REQUIRE_FALSE(outcome);
    kit::check_refusal(outcome.error(), refusal);
    CHECK(world.group_of("alice").pending_messages().empty());
    good(commit(unbroken));
  }
  std::unique_ptr<crypto::CertificateVerifier> verifier = crypto::make_awslc_certificate_verifier();
  group::BasicAuthenticator basic;
  group::X509Authenticator x509{*verifier, {{kit::trusted_certificate.der()}, {}}};
  group::AuthenticatorByType authority{basic, x509};
  World world{1, p256};
};

}  // namespace

TEST_CASE("rule credential_x509_key: a certificate of another key") {
  Office office;
  office.refused(office.bob(kit::alice_certificate, kit::bob_certificate),
                 office.bob(kit::bob_certificate, kit::bob_certificate),
                 {Rule::credential_x509_key,
                  "commit.proposals[0].key_package.leaf_node.credential.certificates[0]"});
}

TEST_CASE("rule credential_x509_chain: a certificate under a root that nobody trusts") {
  Office office;
  office.refused(office.bob(kit::mallory_certificate, kit::mallory_certificate),
                 office.bob(kit::bob_certificate, kit::bob_certificate),
                 {Rule::credential_x509_chain,
                  "commit.proposals[0].key_package.leaf_node.credential.certificates"});
}

}  // namespace thicket::rules
