// The calls of the interop harness without gRPC: actors of two processes, in both handshake forms,
// in one of them with groups that are opened again from their rows before each call.
#include "thicket-interop/client.h"

#include <doctest/doctest.h>

#include "kit/person.h"

namespace thicket::interop {
namespace {

using kit::good;
using kit::refused;

const CipherSuite suite = kit::usual_suite();

// Alice and carol are actors of one process, bob and dave of the other.
class Scene {
 public:
  explicit Scene(bool encrypt) : encrypts(encrypt) {}

  Id create() {
    return good(even.create_group({to_bytes("the group"), suite, encrypts, to_bytes("alice")}));
  }
  // The members' states, all in one epoch.
  struct Three {
    Id alice, bob, carol;
  };
  Three three() {
    const Id alice = create();
    const auto bob = good(odd.create_key_package(suite, view_of("bob")));
    const auto carol = good(even.create_key_package(suite, view_of("carol")));
    const auto made =
        good(even.commit({.state_id = alice, .by_value = {add(bob.message), add(carol.message)}}));
    const auto epoch = good(even.handle_pending_commit(alice)).epoch_authenticator;
    const auto joined = [&](Client& client, Id transaction) {
      const auto state = good(client.join_group({transaction, made.welcome, encrypts}));
      CHECK(state.epoch_authenticator == epoch);
      return state.state_id;
    };
    const Id of_bob = joined(odd, bob.transaction_id);
    return {alice, of_bob, joined(even, carol.transaction_id)};
  }
  static ProposalDescription add(Bytes key_package) {
    return {.proposal_type = "add", .key_package = std::move(key_package)};
  }
  // Alice commits these proposals, and everybody handles that.
  CommitResponse commit(const Three& group, CommitRequest request) {
    request.state_id = group.alice;
    const auto made = good(even.commit(request));
    const auto epoch = good(even.handle_pending_commit(group.alice)).epoch_authenticator;
    const auto bob = good(odd.handle_commit({group.bob, request.by_reference, made.commit}));
    const auto carol = good(even.handle_commit({group.carol, request.by_reference, made.commit}));
    CHECK(bob.epoch_authenticator == epoch);
    CHECK(carol.epoch_authenticator == epoch);
    CHECK(good(odd.state_auth(group.bob)) == epoch);
    return made;
  }

  bool encrypts;
  std::unique_ptr<crypto::Provider> provider = kit::usual_provider();
  Settings plain{*provider, crypto::default_profile(), false};
  Settings reopening{*provider, crypto::default_profile(), true};
  Client even{plain};
  Client odd{reopening};
};

std::string what_bob_reads(Scene& scene, const Scene::Three& group, const Bytes& message) {
  const auto opened = good(scene.odd.unprotect(group.bob, message));
  CHECK(to_text(opened.authenticated_data) == "by the way");
  return to_text(opened.plaintext);
}

}  // namespace

TEST_CASE("harness: every kind of proposal, by value and by reference, and messages between") {
  for (const bool encrypt : {false, true}) {
    Scene scene(encrypt);
    const Scene::Three group = scene.three();
    const auto say = [&](std::string_view text) {
      return good(scene.even.protect(group.alice, view_of("by the way"), view_of(text)));
    };
    const Bytes first = say("one");
    const Bytes second = say("two");
    CHECK(what_bob_reads(scene, group, second) == "two");

    const NamedPsk psk{to_bytes("name"), to_bytes("secret")};
    good(scene.even.store_psk(group.alice, psk));
    good(scene.even.store_psk(group.carol, psk));
    good(scene.odd.store_psk(group.bob, psk));
    const ProposalDescription external{.proposal_type = "externalPSK", .psk_id = psk.psk_id};
    const ProposalDescription resumption{.proposal_type = "resumptionPSK", .epoch_id = Epoch{1}};
    const ProposalDescription extensions{
        .proposal_type = "groupContextExtensions",
        .extensions = {{ExtensionType::required_capabilities, {0, 0, 0}}}};
    const auto dave = good(scene.odd.create_key_package(suite, view_of("dave")));
    good(scene.odd.store_psk(dave.transaction_id, psk));
    CommitRequest request{
        .by_reference = {good(scene.odd.update_proposal(group.bob)),
                         good(scene.odd.proposal(group.bob, external)),
                         good(scene.even.proposal(group.alice, Scene::add(dave.message)))},
        .by_value = {external, extensions},
        .external_tree = true};
    const auto made = scene.commit(group, request);
    CHECK(what_bob_reads(scene, group, first) == "one");
    refused(scene.odd.join_group({dave.transaction_id, made.welcome, encrypt}), Rule::tree_missing,
            "group_info.extensions");
    const auto joined =
        good(scene.odd.join_group({dave.transaction_id, made.welcome, encrypt, made.ratchet_tree}));
    CHECK(joined.epoch_authenticator == good(scene.even.state_auth(group.alice)));
    CHECK(good(scene.odd.export_secret(joined.state_id, {"label", {1}, 16})).reveal().size() == 16);

    // Dave was not there in epoch 1: he goes before it is named.
    scene.commit(group, {.by_value = {{.proposal_type = "remove", .removed_id = to_bytes("dave")},
                                      resumption}});
    good(scene.odd.free(joined.state_id));
    refused(scene.odd.state_auth(joined.state_id), Rule::input_format, "state_id");
  }
}

TEST_CASE("harness: who is removed handles the commit, and has no epoch after it") {
  Scene scene(true);
  const Scene::Three group = scene.three();
  const auto made = good(scene.even.commit(
      {.state_id = group.alice,
       .by_value = {{.proposal_type = "remove", .removed_id = to_bytes("bob")}}}));
  CHECK(good(scene.odd.handle_commit({group.bob, {}, made.commit})).epoch_authenticator.empty());
  refused(scene.odd.protect(group.bob, {}, view_of("still here")), Rule::group_removed, "");
}

TEST_CASE("harness: joining from outside with a PSK, and coming back") {
  Scene scene(true);
  const Id alice = scene.create();
  const NamedPsk psk{to_bytes("name"), to_bytes("secret")};
  good(scene.even.store_psk(alice, psk));
  const auto enter = [&](bool external_tree, bool remove_prior) {
    const auto info = good(scene.even.group_info(alice, external_tree));
    return scene.odd.external_join(
        {info.group_info, info.ratchet_tree, true, to_bytes("bob"), remove_prior, {psk}});
  };
  const auto first = good(enter(true, false));
  CHECK(good(scene.even.handle_commit({alice, {}, first.commit})).epoch_authenticator ==
        first.state.epoch_authenticator);
  refused(enter(false, false), Rule::list_add_member, "identity");
  const auto second = good(enter(false, true));
  CHECK(good(scene.even.handle_commit({alice, {}, second.commit})).epoch_authenticator ==
        second.state.epoch_authenticator);
}

TEST_CASE("harness: a group continued in another suite under its own id") {
  for (const bool encrypt : {false, true}) {
    Scene scene(encrypt);
    const Scene::Three group = scene.three();
    const Bytes proposal =
        good(scene.odd.proposal(group.bob, {.proposal_type = "reinit",
                                            .extensions = {{ExtensionType::external_senders, {0}}},
                                            .group_id = to_bytes("the group"),
                                            .cipher_suite = kit::another_suite()}));
    const auto commit =
        good(scene.even.commit({.state_id = group.alice, .by_reference = {proposal}}));
    const auto alice = good(scene.even.handle_pending_reinit_commit(group.alice));
    const auto bob = good(scene.odd.handle_reinit_commit({group.bob, {proposal}, commit.commit}));
    const auto carol =
        good(scene.even.handle_reinit_commit({group.carol, {proposal}, commit.commit}));
    CHECK(bob.epoch_authenticator == alice.epoch_authenticator);
    const auto made = good(scene.odd.reinit_welcome(
        {bob.reinit_id, {carol.key_package, alice.key_package}, true, true}));
    for (const auto* joiner : {&alice, &carol}) {
      const auto joined = good(
          scene.even.handle_reinit_welcome(joiner->reinit_id, made.welcome, made.ratchet_tree));
      CHECK(joined.epoch_authenticator == made.state.epoch_authenticator);
      good(scene.even.update_proposal(joined.state_id));
    }
    good(scene.odd.protect(made.state.state_id, {}, view_of("here we are")));
  }
}

TEST_CASE("harness: bob branches with alice, and the old group goes on") {
  Scene scene(false);
  const Scene::Three group = scene.three();
  const auto offered = good(scene.even.create_key_package(suite, view_of("alice")));
  const auto made = good(scene.odd.create_branch({.state_id = group.bob,
                                                  .group_id = to_bytes("a side group"),
                                                  .extensions = {},
                                                  .key_packages = {offered.message}}));
  const auto joined = good(scene.even.handle_branch(
      {group.alice, offered.transaction_id, made.welcome, made.ratchet_tree}));
  CHECK(joined.epoch_authenticator == made.state.epoch_authenticator);
  scene.commit(group, {.force_path = true});
}

TEST_CASE("harness: outsiders propose") {
  for (const bool encrypt : {false, true}) {
    Scene scene(encrypt);
    const Scene::Three group = scene.three();
    for (const char* name : {"another service", "the service"}) {
      const auto sender = good(scene.odd.create_external_signer(suite, view_of(name)));
      scene.commit(group, {.by_reference = {good(
                               scene.odd.add_external_signer(group.bob, sender.external_sender))}});
      const auto info = good(scene.even.group_info(group.alice, true));
      const auto proposed = good(scene.odd.external_signer_proposal(
          {sender.signer_id,
           info.group_info,
           info.ratchet_tree,
           {.proposal_type = "resumptionPSK", .epoch_id = Epoch{2}}}));
      scene.commit(group, {.by_reference = {proposed}});
    }
    const auto info = good(scene.even.group_info(group.alice, false));
    const auto dave = good(scene.odd.new_member_add_proposal(info.group_info, view_of("dave")));
    const auto made = scene.commit(group, {.by_reference = {dave.message}});
    const auto joined = good(scene.odd.join_group({dave.transaction_id, made.welcome, encrypt}));
    CHECK(joined.epoch_authenticator == good(scene.even.state_auth(group.alice)));
  }
}

TEST_CASE("harness: a script's mistakes are told from the library's answers") {
  Scene scene(false);
  const Id alice = scene.create();
  Client& client = scene.even;
  refused(client.protect(77, {}, {}), Rule::input_format, "state_id");
  refused(client.join_group({77, {}, false}), Rule::input_format, "transaction_id");
  refused(client.reinit_welcome({.reinit_id = 77}), Rule::input_format, "reinit_id");
  refused(client.handle_pending_commit(alice), Rule::input_format, "");
  refused(client.proposal(alice, {.proposal_type = "dance"}), Rule::input_format, "proposal_type");
  refused(client.proposal(alice, {.proposal_type = "remove", .removed_id = to_bytes("zoe")}),
          Rule::input_format, "removed_id");
  refused(client.create_key_package(CipherSuite{0x7777}, view_of("zoe")), Rule::unknown_suite, "");
  refused(client.export_secret(alice, {"label", {}, 1 << 20}), Rule::input_format, "key_length");
  const auto info = good(client.group_info(alice, false));
  const auto signer = good(client.create_external_signer(suite, view_of("nobody asked")));
  refused(client.external_signer_proposal(
              {signer.signer_id, info.group_info, {}, Scene::add(info.group_info)}),
          Rule::input_format, "description.key_package");
  refused(client.external_signer_proposal(
              {signer.signer_id,
               info.group_info,
               {},
               {.proposal_type = "remove", .removed_id = to_bytes("alice")}}),
          Rule::external_senders_missing, "");
}

}  // namespace thicket::interop
