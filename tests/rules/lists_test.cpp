// Which proposals a commit may hold together.  RFC 9420 12.2.
#include "rules/doors.h"

namespace thicket::rules {
namespace {

constexpr LeafIndex alice{0};
constexpr LeafIndex carol{2};
constexpr LeafIndex dave{3};

// Alice's commits, before bob's eyes; both with a path.
void list_refused(Stage& stage, std::vector<ProposalOrRef> broken,
                  std::vector<ProposalOrRef> unbroken, const Refusal& refusal) {
  stage.refuses(
      "bob",
      {commit_of(stage, std::move(broken), true), commit_of(stage, std::move(unbroken), true)},
      refusal);
}

Proposal context_extensions() {
  return GroupContextExtensions{{}};
}

}  // namespace

TEST_CASE("rule list_update_by_committer: nobody commits its own Update") {
  Stage stage;
  const auto own = stage.propose("alice", Update{stage.forger("alice").update_leaf()});
  const auto others = stage.propose("carol", Update{stage.forger("carol").update_leaf()});
  list_refused(stage, {by_reference(own)}, {by_reference(others)},
               {Rule::list_update_by_committer, "commit.proposals[0]", alice});
}

TEST_CASE("rule list_remove_committer: nobody commits its own removal") {
  Stage stage;
  list_refused(stage, {by_value(Remove{alice})}, {by_value(Remove{carol})},
               {Rule::list_remove_committer, "commit.proposals[0]", alice});
}

TEST_CASE("rule list_one_per_leaf: updated and removed") {
  Stage stage;
  const auto update = stage.propose("carol", Update{stage.forger("carol").update_leaf()});
  list_refused(stage, {by_reference(update), by_value(Remove{carol})},
               {by_reference(update), by_value(Remove{dave})},
               {Rule::list_one_per_leaf, "commit.proposals[1]", carol});
}

TEST_CASE("rule list_one_per_leaf: removed twice") {
  Stage stage;
  list_refused(stage, {by_value(Remove{carol}), by_value(Remove{carol})},
               {by_value(Remove{carol}), by_value(Remove{dave})},
               {Rule::list_one_per_leaf, "commit.proposals[1]", carol});
}

TEST_CASE("rule list_add_twice: a client comes once") {
  Stage stage;
  const KeyPackage first = kit::key_package_of(stage.world, "grace");
  stage.world["grace"].identity.signer = stage.world["heidi"].identity.signer;
  const KeyPackage again = kit::key_package_of(stage.world, "grace");
  const KeyPackage other = kit::key_package_of(stage.world, "heidi");
  list_refused(stage, {by_value(Add{first}), by_value(Add{again})},
               {by_value(Add{first}), by_value(Add{other})},
               {Rule::list_add_twice, "commit.proposals[1]"});
}

TEST_CASE("rule list_add_member: who is there is not added, unless removed by the same commit") {
  Stage stage;
  stage.world["carol"].identity.signer = stage.world["heidi"].identity.signer;
  const KeyPackage again = kit::key_package_of(stage.world, "carol");
  list_refused(stage, {by_value(Add{again})}, {by_value(Remove{carol}), by_value(Add{again})},
               {Rule::list_add_member, "commit.proposals[0]", carol});
}

TEST_CASE("rule list_psk_twice: a PreSharedKeyID stands once") {
  Stage stage;
  all_have_psk(stage.world, "p");
  const PreSharedKeyID one = psk_named(stage.world, "p");
  const PreSharedKeyID other = psk_named(stage.world, "p");
  list_refused(stage, {by_value(PreSharedKey{one}), by_value(PreSharedKey{one})},
               {by_value(PreSharedKey{one}), by_value(PreSharedKey{other})},
               {Rule::list_psk_twice, "commit.proposals[1]"});
}

TEST_CASE("rule list_one_context: GroupContextExtensions stand once") {
  Stage stage;
  list_refused(stage, {by_value(context_extensions()), by_value(context_extensions())},
               {by_value(context_extensions())}, {Rule::list_one_context, "commit.proposals[1]"});
}

TEST_CASE("rule list_reinit_alone: nothing stands beside a ReInit") {
  Stage stage;
  const Proposal reinit = ReInit{to_bytes("next"), ProtocolVersion::mls10, kit::usual_suite(), {}};
  stage.refuses("bob",
                {commit_of(stage, {by_value(Remove{carol}), by_value(reinit)}, true),
                 commit_of(stage, {by_value(reinit)})},
                {Rule::list_reinit_alone, "commit.proposals[1]"});
}

TEST_CASE("rule list_external_init: not in a member's commit") {
  Stage stage;
  list_refused(stage, {by_value(ExternalInit{Bytes(32)})}, {by_value(Remove{carol})},
               {Rule::list_external_init, "commit.proposals[0]"});
}

TEST_CASE("rule proposal_unsupported: all who process the commit know a custom proposal") {
  Stage stage({}, [](World& world) {
    all_list(world, poll);
    world["erin"].identity.capabilities.proposals.clear();
  });
  const Proposal custom = CustomProposal{poll, to_bytes("yes?")};
  stage.refuses("bob",
                {commit_of(stage, {by_value(custom)}),
                 commit_of(stage, {by_value(custom), by_value(Remove{LeafIndex{4}})}, true)},
                {Rule::proposal_unsupported, "commit.proposals[0]", LeafIndex{4}});

  // 13.5: nobody supports GREASE, also where all list it.
  constexpr ProposalType grease{0x0A0A};
  Stage listed({}, [](World& world) {
    all_list(world, poll);
    all_list(world, grease);
  });
  listed.refuses("bob",
                 {commit_of(listed, {by_value(CustomProposal{grease, {}})}),
                  commit_of(listed, {by_value(CustomProposal{poll, {}})})},
                 {Rule::proposal_unsupported, "commit.proposals[0]", LeafIndex{0}});
}

TEST_CASE("rule path_required: by a Remove, an Update, an ExternalInit, or an empty list") {
  Stage stage;
  stage.refuses("bob",
                {commit_of(stage, {by_value(Remove{carol})}),
                 commit_of(stage, {by_value(Remove{carol})}, true)},
                {Rule::path_required, "commit.path"});
  Stage empty;
  empty.refuses("bob", {commit_of(empty, {}), commit_of(empty, {}, true)},
                {Rule::path_required, "commit.path"});
  Stage context;
  context.refuses("bob",
                  {commit_of(context, {by_value(context_extensions())}),
                   commit_of(context, {by_value(context_extensions())}, true)},
                  {Rule::path_required, "commit.path"});
}

TEST_CASE("rule proposal_reference: names a proposal of this epoch") {
  Stage stage;
  const auto old = stage.propose("carol", Remove{dave});
  kit::Member& member = stage.world["alice"];
  group::CommitPlan plan;
  plan.pending = group::PendingChoice::none;
  plan.force_path = true;
  stage.world.commit(member.name, plan);
  const Bytes unbroken = commit_of(stage, {by_value(Remove{dave})}, true);
  const Bytes broken =
      stage.forger("alice").commit({.proposals = {by_reference(old)}, .path = true});
  Stage* const all = &stage;
  all->refuses("bob", {broken, unbroken}, {Rule::proposal_reference, "commit.proposals[0]"});
}

}  // namespace thicket::rules
