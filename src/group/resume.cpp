// Groups that come from other groups.  RFC 9420 11.2, 11.3.
#include "group/resume.h"

#include "group/state.h"
#include "schedule/psk_secret.h"

namespace thicket::group {
namespace {

// A visitor for for_each_member.
auto collector(ClientIds& ids) {
  return [&ids](LeafIndex, const tree::LeafView& leaf) -> Result<void> {
    ids.insert(to_bytes(leaf.client_id()));
    return {};
  };
}

}  // namespace

Result<ClientIds> clients_of(const Group& group) {
  ClientIds ids;
  THICKET_TRY_AT("former", group.for_each_member(collector(ids)));
  return ids;
}

Result<ClientIds> clients_of(const tree::RatchetTree& tree) {
  ClientIds ids;
  THICKET_TRY_AT("ratchet_tree", tree.for_each_member(collector(ids)));
  return ids;
}

Result<ClientIds> clients_of(const Group& group, const std::vector<KeyPackage>& others) {
  const Authenticator& authenticator = group.state().environment.authenticator;
  ClientIds ids;
  for (std::size_t i = 0; i < others.size(); ++i) {
    const std::string place = "others[" + std::to_string(i) + "]";
    const LeafNode& leaf = others[i].leaf_node;
    const auto added = ids.insert(
        THICKET_TRY_AT(place, authenticator.client_id(leaf.credential, leaf.signature_key)));
    if (!added.second) return broken(Rule::resumed_members).at(place).because("a client twice");
  }
  return ids;
}

Result<Staged> commit_resumed(Group& group, const ResumeCommit& plan, ResumptionPSKUsage usage,
                              Instant now, Random& random) {
  if (group.epoch() != Epoch{0}) return broken(Rule::resumed_epoch).at("group");
  const Epoch epoch = plan.former.epoch();
  const SecretBytes psk = THICKET_TRY_AT("former", plan.former.resumption_psk(epoch));
  CommitPlan commit;
  for (const KeyPackage& key_package : plan.others) {
    commit.proposals.push_back(Proposal(Add{key_package}));
  }
  // RFC 9420 11.3: "To avoid key reuse, the psk_nonce included in the PreSharedKeyID object MUST be
  // a randomly sampled nonce of length KDF.Nh."
  const ResumptionPSK name{usage, plan.former.group_id(), epoch};
  commit.resumption = {{name, schedule::fresh_psk_nonce(group.crypto(), random)}, psk.reveal()};
  commit.force_path = plan.force_path;
  commit.tree_in_welcome = plan.tree_in_welcome;
  commit.group_info = plan.group_info;
  return group.commit(commit, now, random);
}

Result<void> check_first_epoch(const GroupContext& context) {
  if (context.epoch == Epoch{1}) return {};
  return broken(Rule::resumed_epoch).at("group_info.group_context.epoch");
}

}  // namespace thicket::group
