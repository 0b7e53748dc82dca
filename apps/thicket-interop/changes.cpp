// Proposals and commits, as a member makes and handles them.
#include "messages/wire.h"
#include "thicket-interop/client.h"

namespace thicket::interop {
namespace {

Result<Proposal> proposal_for(State& state, const ProposalDescription& description,
                              Random& random) {
  return state.loaded([&] {
    const group::Group& group = state.group();
    return proposal_of(description, {group.crypto(), group.context(), group.tree()}, random);
  });
}

Result<std::vector<ProposalRef>> take_proposals(State& state, std::span<const Bytes> messages,
                                                std::string_view field) {
  std::vector<ProposalRef> references;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    references.push_back(THICKET_TRY_AT(std::string(field) + "[" + std::to_string(i) + "]",
                                        state.take_proposal(messages[i])));
  }
  return references;
}

// The epoch that a commit began; Removed has none for us.
Result<Bytes> epoch_authenticator_after(const State& state, const group::Event& event) {
  if (std::holds_alternative<group::Removed>(event)) return Bytes();
  if (std::holds_alternative<group::EpochChanged>(event)) {
    return to_bytes(state.group().epoch_authenticator());
  }
  return broken(Rule::input_format).at("commit").because("a message of another kind");
}

}  // namespace

Result<Bytes> Client::proposal(Id state_id, const ProposalDescription& description) {
  const auto found = THICKET_TRY(state(state_id));
  return found->propose(THICKET_TRY(proposal_for(*found, description, settings_.random())));
}

Result<Bytes> Client::update_proposal(Id state_id) {
  return THICKET_TRY(state(state_id))->propose_update();
}

Result<Bytes> Client::add_external_signer(Id state_id, ByteView external_sender) {
  const auto found = THICKET_TRY(state(state_id));
  return found->propose(
      GroupContextExtensions{THICKET_TRY(with_sender(found->group().context(), external_sender))});
}

Result<CommitResponse> Client::commit(const CommitRequest& request) {
  const auto found = THICKET_TRY(state(request.state_id));
  group::CommitPlan plan;
  plan.pending = group::PendingChoice::named;
  plan.by_reference = THICKET_TRY(take_proposals(*found, request.by_reference, "by_reference"));
  for (std::size_t i = 0; i < request.by_value.size(); ++i) {
    plan.proposals.push_back(
        THICKET_TRY_AT("by_value[" + std::to_string(i) + "]",
                       proposal_for(*found, request.by_value[i], settings_.random())));
  }
  plan.force_path = request.force_path;
  plan.tree_in_welcome = !request.external_tree;
  auto made = THICKET_TRY(found->commit(plan, request.external_tree));
  return CommitResponse{std::move(made.outgoing.message),
                        std::move(made.outgoing.welcome).value_or(Bytes()),
                        std::move(made.ratchet_tree).value_or(Bytes())};
}

Result<StateResponse> Client::handle_commit(const HandleCommitRequest& request) {
  const auto found = THICKET_TRY(state(request.state_id));
  THICKET_TRY(take_proposals(*found, request.proposal, "proposal"));
  const group::Event event = THICKET_TRY(found->receive(request.commit));
  Bytes authenticator = THICKET_TRY(epoch_authenticator_after(*found, event));
  return StateResponse{request.state_id, std::move(authenticator)};
}

Result<StateResponse> Client::handle_pending_commit(Id state_id) {
  const auto found = THICKET_TRY(state(state_id));
  const group::Event event = THICKET_TRY(found->take_pending());
  Bytes authenticator = THICKET_TRY(epoch_authenticator_after(*found, event));
  return StateResponse{state_id, std::move(authenticator)};
}

}  // namespace thicket::interop
