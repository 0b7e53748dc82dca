// A commit made.  RFC 9420 12.4, 12.4.1.

#include "group/commit.h"

#include "codec/codec.h"
#include "framing/private_message.h"
#include "framing/public_message.h"
#include "group/choose_proposals.h"
#include "group/grease.h"
#include "group/group.h"
#include "group/process.h"
#include "group/rows.h"
#include "group/welcome.h"
#include "messages/wire.h"
#include "tree/import.h"
#include "tree/update_path.h"

namespace thicket::group {
namespace {

ResumptionPSKUsage usage_of(const ResumptionLink& link) {
  const auto* psk = link.id.psktype.as<ResumptionPSK>();
  return psk ? psk->usage : ResumptionPSKUsage::application;
}

// More than a leaf and a parent of any suite need, but for unusual credentials and extensions:
// trees of fewer are not measured before.
constexpr std::uint64_t member_octets_max = 16 * 1024;

// Of one entry of a Welcome: all have about the same size.
std::size_t entry_size(const Welcome& welcome) {
  return codec::encode(welcome.secrets.front()).size() + 16;
}

// One commit being made. Nothing in the group moves before frame().
class Committing final {
 public:
  Committing(const View& view, const CommitPlan& plan, Instant now, Random& random)
      : view_(view),
        epoch_(*view.epoch),
        crypto_(view.group.crypto),
        plan_(plan),
        now_(now),
        random_(random),
        wire_format_(plan.wire_format.value_or(view.group.environment.policy.handshakes)),
        list_(list_context(view, view.epoch->own(), now)),
        editor_(view.epoch->tree) {
    list_.add_use = CredentialUse::fetched_for_add;
    if (plan.resumption) list_.psk_usage = usage_of(*plan.resumption);
  }

  Result<std::shared_ptr<Step>> run() {
    THICKET_TRY(check_alive(view_));
    THICKET_TRY(choose());
    THICKET_TRY_AT("commit", check_size());
    THICKET_TRY_AT("commit", check_list(list_, proposals_));
    Applied applied = THICKET_TRY_AT("commit", apply_proposals(editor_, list_, proposals_));
    const auto psks = THICKET_TRY_AT(
        "commit",
        gather_psks(view_, applied.psks, plan_.resumption ? &*plan_.resumption : nullptr));
    OwnPath own{epoch_.path.clone(), epoch_.signer};
    if (THICKET_TRY(wants_path())) THICKET_TRY_AT("commit.path", make_path(applied, own));
    tree::RatchetTree tree = std::move(editor_).finish();
    THICKET_TRY_AT("commit", check_result(tree, applied));
    CheckedCommit checked{&commit_,   epoch_.own(),       false,
                          client_id_, std::move(applied), std::move(tree)};
    if (!path_) own = THICKET_TRY(own_path_after(epoch_, checked));
    return advance_and_frame(checked, psks, std::move(own));
  }

 private:
  Result<void> choose() {
    const auto by_value = [&](const Proposal& proposal) {
      commit_.proposals.push_back(proposal);
      proposals_.push_back({&proposal, MemberSender{epoch_.own()}, std::nullopt, false});
    };
    for (const Proposal& proposal : plan_.proposals) by_value(proposal);
    if (plan_.resumption) {
      resumption_.emplace(PreSharedKey{plan_.resumption->id});
      by_value(*resumption_);
    }
    ProposalList referred;
    if (plan_.pending == PendingChoice::all_valid) {
      referred = THICKET_TRY(valid_pending(view_, list_, plan_.proposals));
    } else if (plan_.pending == PendingChoice::named) {
      for (const ProposalRef& reference : plan_.by_reference) {
        const CachedProposal* cached = find_proposal(view_, reference);
        if (!cached) return broken(Rule::unknown_proposal);
        referred.push_back({&cached->proposal, cached->sender, reference, true});
      }
    }
    for (ListedProposal& listed : referred) {
      commit_.proposals.push_back(*listed.reference);
      proposals_.push_back(std::move(listed));
    }
    return {};
  }

  // A tree that its Welcome cannot hold is refused before a key package is verified or a key made.
  // Where members leave by the same commit, and for what the path adds, export_tree has the word.
  Result<void> check_size() const {
    const std::uint64_t octets_max = view_.group.environment.policy.tree_octets_max;
    std::uint64_t size = 0;
    std::uint64_t adds = 0;
    bool grows_only = true;
    for (const ListedProposal& listed : proposals_) {
      const auto* add = listed.proposal->as<Add>();
      grows_only = grows_only && !listed.proposal->as<Remove>() && !listed.proposal->as<Update>();
      if (!add) continue;
      ++adds;
      size += codec::encode(add->key_package->leaf_node).size();
    }
    if (adds == 0 || !plan_.tree_in_welcome) return {};
    const std::uint64_t members = epoch_.tree.summary().member_count;
    if (grows_only && size + members * member_octets_max > octets_max) {
      size += THICKET_TRY(tree::TreeExport::of(epoch_.tree)).size();
    }
    if (size <= octets_max) return {};
    return broken(Rule::tree_too_large).at("ratchet_tree").because(std::to_string(size));
  }

  Result<bool> wants_path() {
    const Policy& policy = view_.group.environment.policy;
    if (needs_path(proposals_) || plan_.force_path || plan_.new_identity) return true;
    if (policy.path == PathPolicy::always) return true;
    if (policy.path == PathPolicy::when_required) return false;
    // Unmerged leaves are hash input of every commit below them.
    return THICKET_TRY(epoch_.tree.path_health(epoch_.own())).unmerged_max > policy.unmerged_max;
  }

  // The leaf as it will be; create_path puts in key, source and signature.
  Result<tree::CommitLeaf> new_leaf(OwnPath& own) {
    const Environment& environment = view_.group.environment;
    const tree::LeafView old = THICKET_TRY(epoch_.tree.leaf(epoch_.own()));
    LeafNode leaf = old.leaf_node();
    if (plan_.new_identity) {
      const Identity& identity = *plan_.new_identity;
      leaf.credential = identity.credential;
      leaf.signature_key = identity.signer.public_key;
      leaf.capabilities = identity.capabilities;
      leaf.extensions = identity.extensions;
      own.signer = identity.signer;
    }
    client_id_ = THICKET_TRY_AT("leaf_node.credential", environment.authenticator.client_id(
                                                            leaf.credential, leaf.signature_key));
    return tree::CommitLeaf{epoch_.own(), std::move(leaf), client_id_, own.signer,
                            epoch_.context.group_id};
  }

  Result<void> make_path(Applied& applied, OwnPath& own) {
    const tree::CommitLeaf leaf = THICKET_TRY(new_leaf(own));
    path_.emplace(THICKET_TRY(tree::create_path(editor_, leaf, random_)));
    const LeafNode& made = path_->leaf_node;
    const auto policy =
        leaf_policy(view_.group.environment.policy, epoch_.context, applied.parsed, now_);
    THICKET_TRY_AT("leaf_node", tree::check_leaf(made, LeafNodeSource::commit, policy));
    if (plan_.new_identity) {
      const tree::LeafView old = THICKET_TRY(epoch_.tree.leaf(epoch_.own()));
      THICKET_TRY_AT("leaf_node", check_replacement(list_, made, {old, CredentialUse::committed}));
      THICKET_TRY_AT("leaf_node", editor_.check_unique());
    }
    applied.new_leaves.push_back({epoch_.own(), &made, "path.leaf_node"});
    own.path = path_->private_path.clone();
    return {};
  }

  Result<std::shared_ptr<Step>> advance_and_frame(const CheckedCommit& checked,
                                                  const schedule::PskSecret& psks, OwnPath own) {
    GroupContext provisional = provisional_context(epoch_.context, checked.applied, checked.tree);
    std::optional<tree::TreeExport> exported;
    if (!checked.applied.key_packages.empty() && plan_.tree_in_welcome) {
      exported = THICKET_TRY_AT(
          "commit",
          tree::TreeExport::of(checked.tree, view_.group.environment.policy.tree_octets_max));
    }
    const CommitSecret secret =
        path_ ? path_->commit_secret.clone() : schedule::zero_commit_secret(crypto_);
    if (path_) {
      commit_.path = THICKET_TRY_AT(
          "commit.path",
          tree::seal_path(checked.tree, *path_,
                          {codec::encode(provisional), checked.applied.added_leaves}, random_));
    }
    framing::Authenticated authenticated = framing::authenticate(
        crypto_, wire_format_,
        FramedContent{epoch_.context.group_id, epoch_.context.epoch, MemberSender{epoch_.own()},
                      plan_.authenticated_data, commit_},
        epoch_.encoded_context(), epoch_.signer);
    Advanced advanced = advance(crypto_, std::move(provisional),
                                {epoch_.secrets.init_secret, secret, psks,
                                 epoch_.interim_transcript_hash, authenticated.transcript_input()});
    authenticated.value.auth.confirmation_tag = advanced.confirmation_tag;
    Outgoing outgoing;
    THICKET_TRY(invite(checked, advanced, own, exported ? &*exported : nullptr, outgoing));
    advanced.secrets.forget_joining();

    auto step = new_step(view_);
    EpochChanged event = epoch_changed(checked, authenticated.content());
    event.own = true;
    step->event = std::move(event);
    step->own = true;
    step->content_type = ContentType::commit;
    PendingCommit pending = kept(authenticated, own, secret);
    step->next =
        THICKET_TRY(next_epoch(view_, Arrival{checked, std::move(advanced), std::move(own), now_}));
    outgoing.message = THICKET_TRY(frame(view_, authenticated, random_));
    outgoing.message_hash = message_hash(crypto_, outgoing.message);
    step->outgoing = std::make_shared<const Outgoing>(std::move(outgoing));
    pending.outgoing = step->outgoing;
    pending.step = step;
    step->own_rows.push_back(
        {rows::pending_commit(epoch_.context.epoch, pending.outgoing->message_hash),
         rows::encode_pending(pending)});
    view_.epoch->pending.push_back(std::move(pending));
    return step;
  }

  // Welcome and GroupInfo: each only if somebody needs it.
  Result<void> invite(const CheckedCommit& checked, const Advanced& advanced, const OwnPath& own,
                      const tree::TreeExport* exported, Outgoing& outgoing) {
    const auto& key_packages = checked.applied.key_packages;
    if (key_packages.empty() && !plan_.group_info) return {};
    std::vector<Extension> extensions = plan_.group_info_extensions;
    if (view_.group.environment.policy.grease) extensions.push_back(grease_extension(random_));
    if (!key_packages.empty()) {
      const SignedGroupInfo info = THICKET_TRY(sign_group_info(crypto_, {advanced.context,
                                                                         advanced.confirmation_tag,
                                                                         epoch_.own(),
                                                                         own.signer,
                                                                         exported,
                                                                         {},
                                                                         extensions}));
      std::vector<Joiner> joiners;
      for (std::size_t i = 0; i < key_packages.size(); ++i) {
        const PathSecret* secret =
            path_ ? tree::path_secret_for(*path_, checked.applied.added_leaves[i]) : nullptr;
        joiners.push_back({*key_packages[i], secret});
      }
      Welcome welcome = THICKET_TRY(build_welcome(
          crypto_, {advanced.secrets, checked.applied.psks, info.encoded(), joiners}, random_));
      const std::size_t room =
          welcome.encrypted_group_info.size() + welcome.secrets.size() * entry_size(welcome) + 64;
      outgoing.welcome =
          codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(welcome)}, room);
    }
    if (plan_.group_info) {
      const auto external = schedule::external_key_pair(crypto_, advanced.secrets.external_secret);
      const SignedGroupInfo info = THICKET_TRY(
          sign_group_info(crypto_, {advanced.context, advanced.confirmation_tag, epoch_.own(),
                                    own.signer, nullptr, external->public_key(), extensions}));
      outgoing.group_info = codec::encode(MLSMessage{ProtocolVersion::mls10, info.decoded()});
    }
    return {};
  }

  // What a restart needs of this commit.
  PendingCommit kept(const framing::Authenticated& authenticated, const OwnPath& own,
                     const CommitSecret& secret) const {
    PendingCommit pending;
    if (path_) {
      pending.leaf_key = own.path.find(epoch_.own().node());
      pending.seed = path_->nodes.empty() ? secret.renamed<PathSecretTag>()
                                          : path_->nodes.front().path_secret.clone();
    }
    if (plan_.new_identity) pending.signer = own.signer;
    if (wire_format_ == WireFormat::mls_private_message) {
      pending.content = codec::encode(authenticated.value);
    }
    return pending;
  }

  const View& view_;
  EpochState& epoch_;
  const crypto::Crypto& crypto_;
  const CommitPlan& plan_;
  Instant now_;
  Random& random_;
  WireFormat wire_format_;
  ListContext list_;
  tree::TreeEditor editor_;
  Commit commit_;
  ProposalList proposals_;
  std::optional<Proposal> resumption_;
  std::optional<tree::NewPath> path_;
  Bytes client_id_;
};

}  // namespace

Result<Bytes> frame(const View& view, const framing::Authenticated& authenticated, Random& random) {
  const crypto::Crypto& crypto = view.group.crypto;
  if (authenticated.value.wire_format == WireFormat::mls_public_message) {
    return framing::protect_public(crypto, authenticated, &view.epoch->secrets.membership_key);
  }
  EpochKeys& keys = *view.epoch->keys;
  auto sealed = THICKET_TRY(
      framing::protect_private(crypto, authenticated, {keys.sender_data_secret, keys.secret_tree},
                               view.group.environment.policy.padding, random));
  note_changes(keys);
  return std::move(sealed.mls_message);
}

void note_changes(EpochKeys& keys) {
  std::vector<schedule::SecretRow> rows = keys.secret_tree.take_changes();
  std::vector<SecretRow> changed;
  changed.reserve(rows.size());
  for (schedule::SecretRow& row : rows) {
    changed.push_back({std::move(row.key), std::move(row.value)});
  }
  keys.ledger.note(std::move(changed));
}

Result<Staged> Group::commit(const CommitPlan& plan, Instant now, Random& random) {
  const View view = view_of(*state_);
  return Staged(THICKET_TRY(Committing(view, plan, now, random).run()));
}

}  // namespace thicket::group
