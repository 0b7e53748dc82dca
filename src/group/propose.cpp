// Proposals made by a member.  RFC 9420 12.1.

#include "codec/codec.h"
#include "group/commit.h"
#include "group/group.h"
#include "group/process.h"
#include "group/rows.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

// Frames the proposal; its echo, or accept(), puts it among the pending ones.
Result<std::shared_ptr<Step>> stage_proposal(const View& view, const Proposal& proposal,
                                             ByteView authenticated_data, Random& random) {
  EpochState& epoch = *view.epoch;
  const crypto::Crypto& crypto = view.group.crypto;
  const framing::Authenticated authenticated = framing::authenticate(
      crypto, view.group.environment.policy.handshakes,
      FramedContent{epoch.context.group_id, epoch.context.epoch, MemberSender{epoch.own()},
                    to_bytes(authenticated_data), proposal},
      epoch.encoded_context(), epoch.signer);
  auto step = new_step(view);
  step->own = true;
  step->content_type = ContentType::proposal;
  step->proposal = CachedProposal{next_place(view), framing::proposal_ref(crypto, authenticated),
                                  MemberSender{epoch.own()}, proposal};
  Outgoing outgoing;
  outgoing.message = THICKET_TRY(frame(view, authenticated, random));
  outgoing.message_hash = message_hash(crypto, outgoing.message);
  step->settled = outgoing.message_hash;
  step->outgoing = std::make_shared<const Outgoing>(std::move(outgoing));
  step->event = MessageMade{step->settled, ContentType::proposal, epoch.context.epoch,
                            step->proposal->reference};
  epoch.sent.push_back({step->settled, ContentType::proposal, step->proposal});
  const CachedProposal& cached = *step->proposal;
  step->own_rows.push_back({rows::sent_content(epoch.context.epoch, step->settled),
                            SecretBytes(codec::encode(rows::ProposalRow{
                                cached.place, cached.reference, cached.sender, cached.proposal}))});
  return step;
}

}  // namespace

Result<Staged> Group::propose(const Proposal& proposal, Random& random,
                              ByteView authenticated_data) {
  const View view = view_of(*state_);
  THICKET_TRY(check_alive(view));
  // Its private key would be nobody's: propose_update() makes it.
  if (proposal.as<Update>()) return broken(Rule::update_own_leaf).at("proposal");
  // RFC 9420 12.1.6: it stands in an external commit only.
  if (proposal.as<ExternalInit>()) return broken(Rule::list_external_init).at("proposal");
  ListContext list = list_context(view, std::nullopt, Instant{});
  list.now.reset();
  list.add_use = CredentialUse::fetched_for_add;
  THICKET_TRY_AT("proposal",
                 check_proposal(list, {&proposal, MemberSender{own_leaf()}, {}, false}));
  return Staged(THICKET_TRY(stage_proposal(view, proposal, authenticated_data, random)));
}

Result<Staged> Group::propose_update(const std::optional<Identity>& identity, Random& random) {
  const View view = view_of(*state_);
  THICKET_TRY(check_alive(view));
  EpochState& epoch = *view.epoch;
  const tree::LeafView old = THICKET_TRY(epoch.tree.leaf(epoch.own()));
  LeafNode leaf = old.leaf_node();
  OwnUpdate update{state_->crypto.generate_key_pair(random), std::nullopt};
  leaf.encryption_key = update.leaf_key->public_key();
  leaf.leaf_node_source = UpdateSource{};
  if (identity) {
    leaf.credential = identity->credential;
    leaf.signature_key = identity->signer.public_key;
    leaf.capabilities = identity->capabilities;
    leaf.extensions = identity->extensions;
    update.signer = identity->signer;
  }
  leaf.signature =
      state_->crypto.sign_with_label(update.signer ? *update.signer : epoch.signer, "LeafNodeTBS",
                                     leaf_node_tbs(leaf, {epoch.context.group_id, epoch.own()}));
  const Proposal proposal = Update{leaf};
  ListContext list = list_context(view, std::nullopt, Instant{});
  list.now.reset();
  THICKET_TRY_AT("proposal",
                 check_proposal(list, {&proposal, MemberSender{own_leaf()}, {}, false}));
  auto step = THICKET_TRY(stage_proposal(view, proposal, {}, random));
  const Bytes name = state_->crypto.hash({leaf.encryption_key}).bytes();
  step->own_rows.push_back(
      {rows::own_update(epoch.context.epoch, name), rows::encode_update(update)});
  epoch.updates.insert_or_assign(leaf.encryption_key, std::move(update));
  return Staged(std::move(step));
}

}  // namespace thicket::group
