// Each proposal by itself: refused when it comes.  RFC 9420 8.4, 11.1, 12.1.
#include "group/external_proposal.h"
#include "rules/doors.h"

namespace thicket::rules {
namespace {

Proposal psk(PSKKind kind, std::size_t nonce) {
  return PreSharedKey{{std::move(kind), Bytes(nonce, 9)}};
}

// A proposal of the external sender heidi, as a PublicMessage.
Bytes external(Stage& stage, const Proposal& proposal, std::uint32_t index = 0) {
  const Forger alice = stage.forger("alice");
  FramedContent content = alice.content(proposal);
  content.sender = ExternalSenderRef{index};
  return alice.message(content, stage.world["heidi"].identity.signer);
}

}  // namespace

TEST_CASE("rule remove_leaf: a Remove names a member") {
  for (const LeafIndex leaf : {nobody, LeafIndex{8}, LeafIndex{0xffffffff}}) {
    Stage stage;
    proposal_refused(stage, Remove{leaf}, Remove{LeafIndex{3}},
                     {Rule::remove_leaf, "proposal.removed", leaf});
  }
}

TEST_CASE("rule psk_nonce_length: KDF.Nh octets") {
  Stage stage;
  const PSKKind name = ExternalPSK{to_bytes("p")};
  proposal_refused(stage, psk(name, kit::usual_nh() - 1), psk(name, kit::usual_nh()),
                   {Rule::psk_nonce_length, "proposal.psk.psk_nonce"});
}

TEST_CASE("rule psk_usage: reinit and branch have no place inside a group") {
  for (const auto usage : {ResumptionPSKUsage::reinit, ResumptionPSKUsage::branch}) {
    Stage stage;
    const Bytes id = to_bytes("the group");
    proposal_refused(
        stage, psk(ResumptionPSK{usage, id, Epoch{1}}, kit::usual_nh()),
        psk(ResumptionPSK{ResumptionPSKUsage::application, id, Epoch{1}}, kit::usual_nh()),
        {Rule::psk_usage, "proposal.psk.usage"});
  }
}

TEST_CASE("rule psk_unknown: a commit names PSKs that we have") {
  Stage stage;
  all_have_psk(stage.world, "p");
  stage.refuses("bob",
                {commit_of(stage, {by_value(PreSharedKey{psk_named(stage.world, "q")})}),
                 commit_of(stage, {by_value(PreSharedKey{psk_named(stage.world, "p")})})},
                {Rule::psk_unknown, "commit.psks[0]"});
}

TEST_CASE("rule reinit_version: a ReInit does not go back") {
  Stage stage;
  const auto reinit = [](std::uint16_t version) {
    return ReInit{to_bytes("next"), ProtocolVersion{version}, kit::usual_suite(), {}};
  };
  proposal_refused(stage, reinit(0), reinit(1), {Rule::reinit_version, "proposal.version"});
}

TEST_CASE("rule required_capabilities: all who stay support them") {
  Stage stage({}, [](World& world) {
    all_list(world, pin);
    world["erin"].identity.capabilities.extensions.clear();
  });
  const Proposal wanted = GroupContextExtensions{{required({{pin}, {}, {}})}};
  stage.refuses("bob",
                {commit_of(stage, {by_value(wanted)}, true),
                 commit_of(stage, {by_value(wanted), by_value(Remove{LeafIndex{4}})}, true)},
                {Rule::required_capabilities, "commit.proposals", LeafIndex{4}});
}

TEST_CASE("rule group_extension_support: all who stay support a new extension") {
  Stage stage({}, [](World& world) {
    all_list(world, pin);
    world["erin"].identity.capabilities.extensions.clear();
  });
  const Proposal wanted = GroupContextExtensions{{{pin, to_bytes("1")}}};
  stage.refuses("bob",
                {commit_of(stage, {by_value(wanted)}, true),
                 commit_of(stage, {by_value(wanted), by_value(Remove{LeafIndex{4}})}, true)},
                {Rule::group_extension_support, "commit.proposals", LeafIndex{4}});
}

TEST_CASE("rule extension_payload: nothing follows the value of a known extension") {
  Stage stage;
  Extension broken = required({});
  broken.extension_data.push_back(0);
  proposal_refused(stage, GroupContextExtensions{{broken}}, GroupContextExtensions{{required({})}},
                   {Rule::extension_payload, "proposal.extensions[0].extension_data"});
}

TEST_CASE("rule duplicate_extension: in GroupContextExtensions and ReInit") {
  Stage stage;
  proposal_refused(stage, GroupContextExtensions{{required({}), required({})}},
                   GroupContextExtensions{{required({})}},
                   {Rule::duplicate_extension, "proposal.extensions"});
  const auto reinit = [](std::vector<Extension> extensions) {
    return ReInit{to_bytes("next"), ProtocolVersion::mls10, kit::usual_suite(),
                  std::move(extensions)};
  };
  proposal_refused(stage, reinit({required({}), required({})}), reinit({required({})}),
                   {Rule::duplicate_extension, "proposal.extensions"});
}

TEST_CASE("rule update_own_leaf: only propose_update makes an Update, of the own leaf") {
  Stage stage;
  group::Group& bob = stage.world.group_of("bob");
  const auto refused = bob.propose(Update{stage.forger("carol").update_leaf()}, stage.world.random);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::update_own_leaf, "proposal"});
  CHECK(bob.pending_messages().empty());
  CHECK(bob.propose_update(std::nullopt, stage.world.random).has_value());
}

TEST_CASE("rule external_proposal_type: no Update from outside") {
  World names;
  Stage stage({external_senders(names)},
              [&](World& world) { world["heidi"].identity = names["heidi"].identity; });
  stage.refuses("bob",
                {external(stage, Update{stage.forger("carol").update_leaf()}),
                 external(stage, Remove{LeafIndex{3}})},
                {Rule::external_proposal_type, "proposal"});
  stage.refuses("bob",
                {external(stage, ExternalInit{Bytes(32)}), external(stage, Remove{LeafIndex{4}})},
                {Rule::external_proposal_type, "proposal"});
}

TEST_CASE("rule external_sender_index: inside external_senders") {
  World names;
  Stage stage({external_senders(names)},
              [&](World& world) { world["heidi"].identity = names["heidi"].identity; });
  const Proposal remove = Remove{LeafIndex{3}};
  stage.refuses("bob", {external(stage, remove, 1), external(stage, remove, 0)},
                {Rule::external_sender_index, "content.sender.sender_index"});
}

TEST_CASE("rule external_senders_missing: a group without them takes none") {
  Stage stage;
  const Proposal remove = Remove{LeafIndex{3}};
  stage.refuses("bob", {external(stage, remove), stage.forger("carol").proposal(remove)},
                {Rule::external_senders_missing, "content.sender"});
}

TEST_CASE("rule sender_content_type: who is outside proposes, and does not commit") {
  World names;
  Stage stage({external_senders(names)},
              [&](World& world) { world["heidi"].identity = names["heidi"].identity; });
  const Forger alice = stage.forger("alice");
  FramedContent content = alice.content(Commit{});
  content.sender = ExternalSenderRef{0};
  stage.refuses("bob",
                {alice.message(content, stage.world["heidi"].identity.signer),
                 external(stage, Remove{LeafIndex{3}})},
                {Rule::sender_content_type, "content.content_type"});
}

TEST_CASE("rule sender_content_type: a new member proposes nothing but its own Add") {
  Stage stage;
  const KeyPackage own = kit::key_package_of(stage.world, "grace");
  const auto& signer = stage.world["grace"].identity.signer;
  const Forger alice = stage.forger("alice");
  FramedContent content = alice.content(Proposal(Remove{LeafIndex{3}}));
  content.sender = NewMemberProposal{};
  const Bytes unbroken =
      good(group::new_member_proposal(stage.world.provider, {.group_id = to_bytes("the group"),
                                                             .epoch = alice.epoch().context.epoch,
                                                             .key_package = own,
                                                             .signer = signer}));
  stage.refuses("bob", {alice.message(content, signer), unbroken},
                {Rule::sender_content_type, "content.content_type"});
}

namespace {

// Everybody asks a judge that believes heidi, and no other external sender.
struct Gate {
  Gate() {
    judge.verdict = [](const group::CredentialCheck& presented) -> Result<void> {
      if (presented.use != group::CredentialUse::external_sender) return {};
      if (Judge::name_of(presented.credential) == "heidi") return {};
      return broken(Rule::credential_rejected);
    };
  }
  GroupContextExtensions senders(std::string_view name) {
    const Credential credential = BasicCredential{to_bytes(name)};
    const auto& key = names["heidi"].identity.signer.public_key;
    return {{{ExtensionType::external_senders,
              codec::encode(std::vector<ExternalSender>{{key, credential}})}}};
  }

  World names;
  Judge judge;
  Stage stage{{}, [&](World& world) { world.authority = &judge; }};
};

}  // namespace

TEST_CASE("rule external_sender_rejected: the authentication service is asked about each") {
  Gate gate;
  proposal_refused(gate.stage, gate.senders("mallory"), gate.senders("heidi"),
                   {Rule::external_sender_rejected, "proposal.external_senders[0].credential"});
}

TEST_CASE("rule external_sender_rejected: by value too, before members, services and committers") {
  Gate gate;
  Stage& stage = gate.stage;
  const Refusal refusal{Rule::external_sender_rejected,
                        "commit.proposals[0].external_senders[0].credential"};
  const Bytes broken = commit_of(stage, {by_value(gate.senders("mallory"))}, true);
  const Bytes unbroken = commit_of(stage, {by_value(gate.senders("heidi"))}, true);
  const auto service = stage.service();
  const auto seen = service->check(broken, stage.world.now);
  REQUIRE_FALSE(seen);
  kit::check_refusal(seen.error(), refusal);
  CHECK(service->check(unbroken, stage.world.now).has_value());
  const auto commit = [&](std::string_view name) {
    group::CommitPlan plan;
    plan.proposals.push_back(gate.senders(name));
    return stage.world.group_of("alice").commit(plan, stage.world.now, stage.world.random);
  };
  const auto made = commit("mallory");
  REQUIRE_FALSE(made);
  kit::check_refusal(made.error(), refusal);
  CHECK(commit("heidi").has_value());
  stage.refuses("bob", {broken, unbroken}, refusal);
  // Whom the group has already is not asked about again.
  gate.judge.asked.clear();
  CHECK(stage.world.process(stage.world["carol"], unbroken).has_value());
  CHECK(gate.judge.was_asked(group::CredentialUse::external_sender, "heidi"));
  gate.judge.asked.clear();
  stage.world.receive(stage.world["bob"], stage.forger("bob").proposal(gate.senders("heidi")));
  CHECK_FALSE(gate.judge.was_asked(group::CredentialUse::external_sender, "heidi"));
}

TEST_CASE("rule proposal_cache_full: an epoch keeps as many as the policy says") {
  Stage stage({}, [](World& world) { world.policy.proposals_max = 1; });
  kit::Member& bob = stage.world["bob"];
  const Forger carol = stage.forger("carol");
  const Bytes first = carol.proposal(Remove{LeafIndex{3}});
  const Bytes second = carol.proposal(Remove{LeafIndex{4}});
  stage.world.receive(bob, first);
  const auto refused = stage.world.process(bob, second);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::proposal_cache_full, "proposal"});
  CHECK(bob.group->pending_proposals().size() == 1);
  // One that is there already is no further one.
  CHECK(stage.world.process(bob, first).has_value());
}

TEST_CASE("rule proposal_cache_full: of a service too") {
  Stage stage({}, [](World& world) { world.policy.proposals_max = 1; });
  const Forger carol = stage.forger("carol");
  const Bytes first = carol.proposal(Remove{LeafIndex{3}});
  stage.propose(first);
  const auto service = stage.service();
  const auto refused = service->check(carol.proposal(Remove{LeafIndex{4}}), stage.world.now);
  REQUIRE_FALSE(refused);
  kit::check_refusal(refused.error(), {Rule::proposal_cache_full, "proposal"});
  CHECK(service->check(first, stage.world.now).has_value());
}

}  // namespace thicket::rules
