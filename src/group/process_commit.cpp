// A commit that arrived, ours or another's.  RFC 9420 12.4.2.

#include <algorithm>

#include "codec/codec.h"
#include "framing/public_message.h"
#include "group/process.h"
#include "messages/wire.h"
#include "tree/update_path.h"

namespace thicket::group {
namespace {

bool removes_us(const EpochState& epoch, const CheckedCommit& checked) {
  const auto& removed = checked.applied.removed;
  return std::any_of(removed.begin(), removed.end(),
                     [&](const MemberChange& change) { return change.leaf == epoch.own(); });
}

// RFC 9420 12.4.2, last: who is removed learns nothing of the next epoch.
std::shared_ptr<Step> removal(const View& view, const Handshake& handshake) {
  const FramedContent& content = handshake.authenticated.content();
  auto step = new_step(view);
  step->event = Removed{content.epoch.next(), content.sender, content.authenticated_data};
  step->next = NextEpoch{nullptr, PastEpoch{view.epoch->keys, handshake.now, {}, {}},
                         dropped_by_removal(view), nullptr};
  return step;
}

// The keys of an own path again, from what was kept of it (7.4).
Result<CommitSecret> rebuild_own_path(const crypto::Crypto& crypto, const PendingCommit& pending,
                                      const CheckedCommit& checked, OwnPath& own) {
  own.path = tree::PrivatePath(checked.committer, pending.leaf_key);
  if (pending.signer) own.signer = *pending.signer;
  PathSecret secret = pending.seed.clone();
  const auto steps = THICKET_TRY(checked.tree.filtered_direct_path(checked.committer));
  for (const auto& step : steps) {
    const auto node = crypto.derive_secret<Secret<struct NodeSecretTag>>(secret.reveal(), "node");
    own.path.put(step.node, crypto.derive_key_pair(node.reveal()));
    secret = crypto.derive_secret<PathSecret>(secret.reveal(), "path");
  }
  return secret.renamed<CommitSecretTag>();
}

Result<CommitSecret> commit_secret(const View& view, const Handshake& handshake,
                                   const CheckedCommit& checked, ByteView provisional,
                                   OwnPath& own) {
  const crypto::Crypto& crypto = view.group.crypto;
  if (!checked.commit->path) return schedule::zero_commit_secret(crypto);
  if (handshake.own) return rebuild_own_path(crypto, *handshake.own, checked, own);
  auto opened = THICKET_TRY_AT(
      "commit.path",
      tree::open_path(checked.tree, own.path,
                      {checked.committer, &*checked.commit->path, checked.committer_client_id,
                       checked.applied.added_leaves, &view.epoch->tree},
                      provisional));
  own.path = std::move(opened.private_path);
  return std::move(opened.commit_secret);
}

// RFC 9420 8.3: who joins from outside brings the init_secret.
Result<schedule::InitSecret> init_secret(const View& view, const CheckedCommit& checked) {
  const schedule::EpochSecrets& secrets = view.epoch->secrets;
  if (!checked.applied.external_init) return secrets.init_secret.clone();
  const auto key = schedule::external_key_pair(view.group.crypto, secrets.external_secret);
  auto init =
      view.group.crypto.external_init_receiver(*key, checked.applied.external_init->kem_output);
  if (!init) {
    return broken(Rule::external_init_kem).at("commit.proposals").because(describe(init.error()));
  }
  return std::move(*init);
}

std::vector<Bytes> beaten(const EpochState& epoch, const PendingCommit* winner) {
  std::vector<Bytes> lost;
  for (const PendingCommit& pending : epoch.pending) {
    const Bytes& hash = pending.outgoing->message_hash;
    if (!winner || hash != winner->outgoing->message_hash) lost.push_back(hash);
  }
  return lost;
}

std::optional<KnownProposal> known(const View& view, const ProposalRef& reference) {
  const CachedProposal* cached = find_proposal(view, reference);
  if (!cached) return std::nullopt;
  return KnownProposal{cached->proposal, cached->sender};
}

// What a commit of ours was made for: one that continues or branches a group says so.
ResumptionPSKUsage usage_of(const FramedContent& content) {
  for (const ProposalOrRef& entry : content.content.as<Commit>()->proposals) {
    const auto* proposal = entry.as<Proposal>();
    const auto* psk = proposal ? proposal->as<PreSharedKey>() : nullptr;
    const auto* resumption = psk ? psk->psk.psktype.as<ResumptionPSK>() : nullptr;
    if (resumption && resumption->usage != ResumptionPSKUsage::application)
      return resumption->usage;
  }
  return ResumptionPSKUsage::application;
}

// Our own commit, without decrypting it.
Result<framing::Authenticated> own_content(const View& view, const PendingCommit& pending) {
  const EpochState& epoch = *view.epoch;
  if (!pending.content.empty()) {
    auto value = codec::decode<AuthenticatedContent>(pending.content);
    if (!value) return broken(Rule::store_row).at("content").because(describe(value.error()));
    framing::ContentOctets octets(value->wire_format, value->content, epoch.encoded_context());
    return framing::Authenticated{std::move(*value), std::move(octets)};
  }
  MLSMessage message = THICKET_TRY(codec::decode<MLSMessage>(pending.outgoing->message));
  auto* received = message.wire_format.as<PublicMessage>();
  if (!received) return broken(Rule::store_row).at("content");
  const EpochSenders senders(epoch);
  return framing::unprotect_public(
      view.group.crypto, {std::move(*received), pending.outgoing->message},
      {epoch.encoded_context(), &epoch.secrets.membership_key, senders});
}

}  // namespace

Result<std::shared_ptr<Step>> process_commit(const View& view, const Handshake& handshake) {
  const EpochState& epoch = *view.epoch;
  const crypto::Crypto& crypto = view.group.crypto;
  const Environment& environment = view.group.environment;
  const framing::Authenticated& authenticated = handshake.authenticated;
  const CheckedCommit checked = THICKET_TRY(check_commit(
      {crypto, environment.authenticator, environment.policy, epoch.context, epoch.extensions,
       epoch.tree, [&](const ProposalRef& reference) { return known(view, reference); },
       authenticated.content(), handshake.now,
       handshake.own ? usage_of(authenticated.content()) : ResumptionPSKUsage::application}));
  if (removes_us(epoch, checked)) return removal(view, handshake);

  // RFC 9420 12.4.2: all PSKs are there before anything changes.
  const auto psks = THICKET_TRY_AT("commit", gather_psks(view, checked.applied.psks));
  GroupContext provisional = provisional_context(epoch.context, checked.applied, checked.tree);
  OwnPath own = THICKET_TRY(own_path_after(epoch, checked));
  const auto secret =
      THICKET_TRY(commit_secret(view, handshake, checked, codec::encode(provisional), own));
  const auto init = THICKET_TRY(init_secret(view, checked));
  Advanced advanced = advance(
      crypto, std::move(provisional),
      {init, secret, psks, epoch.interim_transcript_hash, authenticated.transcript_input()});
  THICKET_TRY_AT("auth",
                 schedule::check_confirmation_tag(crypto, advanced.secrets.confirmation_key,
                                                  advanced.context.confirmed_transcript_hash,
                                                  *authenticated.value.auth.confirmation_tag));
  advanced.secrets.forget_joining();
  EpochChanged event = epoch_changed(checked, authenticated.content());
  event.own = handshake.own != nullptr;
  event.lost = beaten(epoch, handshake.own);
  auto step = new_step(view);
  step->next = THICKET_TRY(
      next_epoch(view, Arrival{checked, std::move(advanced), std::move(own), handshake.now}));
  step->next->closing.lost = event.lost;
  step->event = std::move(event);
  return step;
}

Result<std::shared_ptr<Step>> own_commit(const View& view, const PendingCommit& pending,
                                         Instant now) {
  if (const auto made = pending.step.lock(); made && made->next) {
    auto step = new_step(view);
    step->event = made->event;
    step->next = made->next;
    step->next->closing.ended_at = now;
    step->next->dropped = dropped_by_next(view, now);
    auto& event = std::get<EpochChanged>(step->event);
    event.lost = beaten(*view.epoch, &pending);
    step->next->closing.lost = event.lost;
    return step;
  }
  const framing::Authenticated authenticated = THICKET_TRY(own_content(view, pending));
  return process_commit(view, {authenticated, now, &pending});
}

}  // namespace thicket::group
