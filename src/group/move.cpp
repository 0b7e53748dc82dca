// The steps of a move, and who can take part in it.
#include "group/move.h"

#include <algorithm>
#include <map>

#include "group/state.h"
#include "tree/support.h"

namespace thicket::group {
namespace {

Result<void> check_target(const Environment& environment, const Group& former, const MovePlan& plan,
                          Instant now) {
  const SuitePolicy& policy = environment.policy.suites;
  if (plan.suite.profile != environment.policy.profile->name()) {
    return broken(Rule::profile_clash)
        .at("plan.suite")
        .because("of the wire profile " + std::string(plan.suite.profile) +
                 ", but groups are made " + "under " + environment.policy.profile->name());
  }
  THICKET_TRY_AT("plan", check_suite(policy, plan.suite, now));
  THICKET_TRY_AT("plan", check_no_downgrade(policy, former.crypto().suite(), plan.suite));
  return {};
}

std::vector<Extension> extensions_of(const Group& former, const MovePlan& plan) {
  return plan.extensions ? *plan.extensions : former.context().extensions;
}

// Judges the members of one group by the offers of a plan.
class Muster final {
 public:
  Muster(const Environment& environment, const Group& former, const MovePlan& plan, Instant now)
      : environment_(environment), former_(former), plan_(plan), now_(now) {
    for (const Offer& offer : plan.offers) offers_.emplace(offer.client_id, &offer.key_package);
    context_.cipher_suite = plan.suite.id;
    context_.extensions = extensions_of(former, plan);
  }

  Result<void> run() {
    extensions_ = THICKET_TRY_AT("extensions", read_group_extensions(context_.extensions));
    return former_.for_each_member([&](LeafIndex leaf, const tree::LeafView& member) {
      if (leaf == former_.own_leaf()) return Result<void>();
      Result<void> follows = check(member);
      if (!follows) {
        strays_.push_back(
            {leaf, to_bytes(member.client_id()), std::move(follows).error().of(leaf)});
      } else if (const auto offer = offers_.find(to_bytes(member.client_id()));
                 offer != offers_.end()) {
        others_.push_back(*offer->second);
      }
      return Result<void>();
    });
  }

  std::vector<Stray>& strays() { return strays_; }
  std::vector<KeyPackage>& others() { return others_; }

 private:
  Result<void> check(const tree::LeafView& member) const {
    if (plan_.offers.empty()) return check_listed(member);
    const auto offer = offers_.find(to_bytes(member.client_id()));
    if (offer == offers_.end()) {
      return broken(Rule::no_common_suite)
          .at("offers")
          .because("no key package for " + std::string(plan_.suite.name));
    }
    THICKET_TRY_AT("offers", check_offer(member, *offer->second));
    return {};
  }

  Result<void> check_listed(const tree::LeafView& member) const {
    const LeafNode leaf = member.leaf_node();
    const auto& listed = leaf.capabilities.cipher_suites;
    if (std::ranges::find(listed, plan_.suite.id) != listed.end()) return {};
    return broken(Rule::no_common_suite)
        .at("leaf_node.capabilities.cipher_suites")
        .because(std::string(plan_.suite.name) + " is not listed");
  }

  // RFC 9420 11.2: the new group has the same membership; by the application's names of clients.
  Result<void> check_offer(const tree::LeafView& member, const KeyPackage& offered) const {
    const crypto::Crypto crypto(environment_.provider, plan_.suite);
    THICKET_TRY(check_key_package(crypto, offered,
                                  leaf_policy(environment_.policy, context_, extensions_, now_)));
    const Authenticator& authority = environment_.authenticator;
    const LeafNode& next = offered.leaf_node;
    const LeafNode old = member.leaf_node();
    THICKET_TRY_AT("leaf_node.credential", authority.check({next.credential, next.signature_key,
                                                            CredentialUse::fetched_for_add, now_}));
    THICKET_TRY_AT("leaf_node.credential",
                   authority.check_successor(
                       {old.credential, old.signature_key, next.credential, next.signature_key}));
    const Bytes id = THICKET_TRY_AT("leaf_node.credential",
                                    authority.client_id(next.credential, next.signature_key));
    if (equal(id, member.client_id())) return {};
    return broken(Rule::credential_successor).at("leaf_node.credential").because("another client");
  }

  const Environment& environment_;
  const Group& former_;
  const MovePlan& plan_;
  Instant now_;
  std::map<Bytes, const KeyPackage*> offers_;
  GroupContext context_;
  GroupExtensions extensions_;
  std::vector<Stray> strays_;
  std::vector<KeyPackage> others_;
};

// The key packages of all others, in the order of their leaves.
Result<std::vector<KeyPackage>> everybody(const Environment& environment, const Group& former,
                                          const MovePlan& plan, Instant now) {
  Muster muster(environment, former, plan, now);
  THICKET_TRY_AT("former", muster.run());
  if (!muster.strays().empty()) return std::move(muster.strays().front().why).under("former");
  return std::move(muster.others());
}

ReInit reinit_to(const Group& former, const MovePlan& plan) {
  return {plan.group_id, ProtocolVersion::mls10, plan.suite.id, extensions_of(former, plan)};
}

Result<MoveStep> commit_reinit_to(const Environment& environment, Group& former,
                                  const MovePlan& plan, Instant now, Random& random) {
  THICKET_TRY(everybody(environment, former, plan, now));
  CommitPlan commit;
  // RFC 9420 12.2: a ReInit stands alone.
  commit.pending = PendingChoice::none;
  commit.proposals.push_back(Proposal(reinit_to(former, plan)));
  return MoveStep(CommitReInit{THICKET_TRY_AT("former", former.commit(commit, now, random))});
}

}  // namespace

Result<std::vector<Stray>> who_cannot_follow(const Group& former, const MovePlan& plan,
                                             Instant now) {
  const Environment& environment = former.state().environment;
  THICKET_TRY(check_target(environment, former, plan, now));
  Muster muster(environment, former, plan, now);
  THICKET_TRY_AT("former", muster.run());
  return std::move(muster.strays());
}

Result<MoveStep> move_group(const Environment& environment, Group& former, const MovePlan& plan,
                            Instant now, Random& random) {
  THICKET_TRY(check_target(environment, former, plan, now));
  const std::optional<ReInit> agreed = former.reinitialised();
  if (!agreed) return commit_reinit_to(environment, former, plan, now, random);
  if (*agreed != reinit_to(former, plan)) {
    return broken(Rule::resumed_parameters).at("plan").because("another ReInit was committed");
  }
  if (plan.next == nullptr) {
    return MoveStep(OpenNext{THICKET_TRY(
        begin_reinit(environment, {former, plan.identity, plan.lifetime}, now, random))});
  }
  std::vector<KeyPackage> others = THICKET_TRY(everybody(environment, former, plan, now));
  const ResumeCommit resume{.former = former,
                            .others = std::move(others),
                            .tree_in_welcome = plan.tree_in_welcome,
                            .group_info = plan.group_info};
  return MoveStep(CarryOver{THICKET_TRY(commit_reinit(*plan.next, resume, now, random))});
}

}  // namespace thicket::group
