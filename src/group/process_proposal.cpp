// A proposal that arrived.  RFC 9420 12.1.

#include "group/process.h"

namespace thicket::group {

ListContext list_context(const View& view, std::optional<LeafIndex> committer, Instant now) {
  const Environment& environment = view.group.environment;
  const EpochState& epoch = *view.epoch;
  return {view.group.crypto,
          environment.authenticator,
          environment.policy,
          epoch.context,
          epoch.extensions,
          epoch.tree,
          committer,
          now,
          CredentialUse::added,
          ResumptionPSKUsage::application};
}

Result<std::shared_ptr<Step>> process_proposal(const View& view, const Handshake& handshake) {
  const FramedContent& content = handshake.authenticated.content();
  const Proposal& proposal = *content.content.as<Proposal>();
  const ListContext list = list_context(view, std::nullopt, handshake.now);
  THICKET_TRY_AT("proposal", check_proposal(list, {&proposal, content.sender, {}, false}));
  auto step = new_step(view);
  ProposalRef reference = framing::proposal_ref(view.group.crypto, handshake.authenticated);
  step->event = ProposalReceived{reference, content.sender, proposal, content.authenticated_data};
  if (find_proposal(view, reference)) return step;
  if (view.epoch->proposals.size() >= view.group.environment.policy.proposals_max) {
    return broken(Rule::proposal_cache_full).at("proposal");
  }
  step->proposal = CachedProposal{next_place(view), std::move(reference), content.sender, proposal};
  return step;
}

}  // namespace thicket::group
