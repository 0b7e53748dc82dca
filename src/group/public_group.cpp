// A group without its secrets.  RFC 9420 12.4.2 as far as it is public.

#include "group/public_group.h"

#include <algorithm>

#include "codec/codec.h"
#include "framing/public_message.h"
#include "group/check_commit.h"
#include "group/group_info.h"
#include "group/ledger.h"
#include "group/made_under.h"
#include "group/rows.h"
#include "messages/wire.h"
#include "schedule/transcript.h"

namespace thicket::group {

struct PublicEpoch {
  GroupContext context;
  Bytes encoded_context;
  GroupExtensions extensions;
  MAC confirmation_tag;
  Bytes interim_transcript_hash;
  tree::RatchetTree tree;
  std::vector<CachedProposal> proposals;
  std::optional<ReInit> reinit;
  std::shared_ptr<Fate> fate = std::make_shared<Fate>();
};

struct PublicState {
  PublicEnvironment environment;
  crypto::Crypto crypto;
  std::shared_ptr<PublicEpoch> current;
};

struct PublicStep {
  std::shared_ptr<PublicEpoch> epoch;
  Event event;
  std::optional<CachedProposal> proposal;
  std::shared_ptr<PublicEpoch> next;
  PublicDelta delta;
  BindingRef binding;
};

namespace {

class PublicSenders final : public framing::SenderKeys {
 public:
  explicit PublicSenders(const PublicEpoch& epoch) : epoch_(epoch) {}
  Result<ByteView> member_key(LeafIndex leaf) const override {
    if (leaf.value >= epoch_.tree.leaf_count().value ||
        !THICKET_TRY(epoch_.tree.is_occupied(leaf))) {
      return broken(Rule::sender_leaf).at("content.sender.leaf_index").of(leaf);
    }
    return THICKET_TRY(epoch_.tree.leaf(leaf)).signature_key();
  }
  Result<ByteView> external_key(std::uint32_t sender_index) const override {
    const auto& senders = epoch_.extensions.external_senders;
    if (!epoch_.extensions.has_external_senders) {
      return broken(Rule::external_senders_missing).at("content.sender");
    }
    if (sender_index >= senders.size()) {
      return broken(Rule::external_sender_index).at("content.sender.sender_index");
    }
    return ByteView(senders[sender_index].signature_key);
  }

 private:
  const PublicEpoch& epoch_;
};

Bytes header_of(const PublicEpoch& epoch) {
  return codec::encode(rows::Header{1, epoch.context, epoch.confirmation_tag,
                                    epoch.interim_transcript_hash, epoch.tree.root_row().value,
                                    LeafIndex{}, epoch.reinit});
}

Result<void> put_tree(PublicDelta& delta, const tree::RatchetTree* before,
                      const tree::RatchetTree& after) {
  tree::TreeDelta changes = THICKET_TRY(tree::diff(before, after));
  for (tree::NodeRow& row : changes.nodes) {
    std::optional<Bytes> value;
    if (!row.value.empty()) value = std::move(row.value);
    delta.rows.push_back({rows::tree_node(row.node), std::move(value)});
  }
  for (const tree::IndexRow& entry : changes.entries) {
    delta.rows.push_back(
        {rows::tree_entry(entry), entry.erased ? std::nullopt : std::optional(Bytes{})});
  }
  return {};
}

Result<PublicMessage> public_message(ByteView octets) {
  MLSMessage message = THICKET_TRY(codec::decode<MLSMessage>(octets));
  auto* received = message.wire_format.as<PublicMessage>();
  if (!received) {
    return broken(Rule::unknown_selector)
        .at("wire_format")
        .because("a public group takes PublicMessages");
  }
  return std::move(*received);
}

const CachedProposal* find(const PublicEpoch& epoch, const ProposalRef& reference) {
  for (const CachedProposal& proposal : epoch.proposals) {
    if (proposal.reference == reference) return &proposal;
  }
  return nullptr;
}

BindingRef binding_of(const PublicStep& step) {
  auto binding = std::make_shared<Binding>();
  binding->fate = step.epoch->fate;
  if (step.next) {
    binding->kind = Binding::Kind::next_epoch;
    binding->step = step.next.get();
  }
  return binding;
}

// One message being checked against the epoch as it stands.
class PublicCheck final {
 public:
  PublicCheck(const PublicState& state, Instant now)
      : state_(state), epoch_(*state.current), now_(now) {}

  Result<std::shared_ptr<PublicStep>> run(ByteView octets) {
    PublicMessage message = THICKET_TRY(public_message(octets));
    if (message.content.group_id != epoch_.context.group_id) {
      return broken(Rule::wrong_group).at("group_id");
    }
    if (message.content.epoch != epoch_.context.epoch) return broken(Rule::wrong_epoch).at("epoch");
    if (epoch_.reinit) return broken(Rule::group_reinitialised);
    const PublicSenders senders(epoch_);
    const auto authenticated = THICKET_TRY(framing::unprotect_public(
        state_.crypto, {std::move(message), octets}, {epoch_.encoded_context, nullptr, senders}));
    auto step = std::make_shared<PublicStep>();
    step->epoch = state_.current;
    step->delta.group_id = epoch_.context.group_id;
    if (authenticated.content().content_type() == ContentType::commit) {
      THICKET_TRY(commit(authenticated, *step));
    } else {
      THICKET_TRY(proposal(authenticated, *step));
    }
    step->binding = binding_of(*step);
    step->delta.bindings = {step->binding};
    return step;
  }

 private:
  Result<void> proposal(const framing::Authenticated& authenticated, PublicStep& step) {
    const FramedContent& content = authenticated.content();
    const Proposal& proposal = *content.content.as<Proposal>();
    const ListContext list{state_.crypto,
                           state_.environment.authenticator,
                           state_.environment.policy,
                           epoch_.context,
                           epoch_.extensions,
                           epoch_.tree,
                           std::nullopt,
                           now_,
                           CredentialUse::added,
                           ResumptionPSKUsage::application};
    THICKET_TRY_AT("proposal", check_proposal(list, {&proposal, content.sender, {}, false}));
    ProposalRef reference = framing::proposal_ref(state_.crypto, authenticated);
    step.event = ProposalReceived{reference, content.sender, proposal, content.authenticated_data};
    if (find(epoch_, reference)) return {};
    if (epoch_.proposals.size() >= state_.environment.policy.proposals_max) {
      return broken(Rule::proposal_cache_full).at("proposal");
    }
    const std::uint64_t place = epoch_.proposals.empty() ? 0 : epoch_.proposals.back().place + 1;
    step.delta.rows.push_back(
        {rows::proposal(epoch_.context.epoch, reference.reference),
         codec::encode(rows::ProposalRow{place, reference, content.sender, proposal})});
    step.proposal = CachedProposal{place, std::move(reference), content.sender, proposal};
    return {};
  }

  // RFC 9420 11.2, 11.3: the first commit of a group may link it to the one that it continues or
  // branches from, which only its members know. After it no commit does.
  ResumptionPSKUsage psk_usage_of(const FramedContent& content) const {
    if (epoch_.context.epoch == Epoch{0}) {
      for (const ProposalOrRef& listed : content.content.as<Commit>()->proposals) {
        const auto* proposal = listed.as<Proposal>();
        const auto* psk = proposal ? proposal->as<PreSharedKey>() : nullptr;
        const auto* link = psk ? psk->psk.psktype.as<ResumptionPSK>() : nullptr;
        if (link && link->psk_group_id != epoch_.context.group_id) return link->usage;
      }
    }
    return ResumptionPSKUsage::application;
  }

  Result<void> commit(const framing::Authenticated& authenticated, PublicStep& step) {
    const auto known = [&](const ProposalRef& reference) -> std::optional<KnownProposal> {
      const CachedProposal* cached = find(epoch_, reference);
      if (!cached) return std::nullopt;
      return KnownProposal{cached->proposal, cached->sender};
    };
    CheckedCommit checked = THICKET_TRY(
        check_commit({state_.crypto, state_.environment.authenticator, state_.environment.policy,
                      epoch_.context, epoch_.extensions, epoch_.tree, known,
                      authenticated.content(), now_, psk_usage_of(authenticated.content())}));
    GroupContext context = provisional_context(epoch_.context, checked.applied, checked.tree);
    context.confirmed_transcript_hash = schedule::confirmed_transcript_hash(
        state_.crypto, epoch_.interim_transcript_hash, authenticated.transcript_input());
    const MAC& tag = *authenticated.value.auth.confirmation_tag;
    step.event = epoch_changed(checked, authenticated.content());
    Bytes encoded = codec::encode(context);
    Bytes interim =
        schedule::interim_transcript_hash(state_.crypto, context.confirmed_transcript_hash, tag);
    std::optional<ReInit> reinit;
    if (checked.applied.reinit) reinit = *checked.applied.reinit;
    step.next = std::make_shared<PublicEpoch>(PublicEpoch{std::move(context),
                                                          std::move(encoded),
                                                          std::move(checked.applied.parsed),
                                                          tag,
                                                          std::move(interim),
                                                          std::move(checked.tree),
                                                          {},
                                                          std::move(reinit),
                                                          std::make_shared<Fate>()});
    step.delta.erased = {rows::epoch_bound(epoch_.context.epoch)};
    step.delta.rows.push_back({rows::header(), header_of(*step.next)});
    return put_tree(step.delta, &epoch_.tree, step.next->tree);
  }

  const PublicState& state_;
  const PublicEpoch& epoch_;
  Instant now_;
};

}  // namespace

const Event& StagedPublic::event() const {
  return step_->event;
}
const PublicDelta& StagedPublic::delta() const {
  return step_->delta;
}
const GroupContext* StagedPublic::next_context() const {
  return step_->next ? &step_->next->context : nullptr;
}
const MAC* StagedPublic::next_confirmation_tag() const {
  return step_->next ? &step_->next->confirmation_tag : nullptr;
}
const tree::RatchetTree* StagedPublic::next_tree() const {
  return step_->next ? &step_->next->tree : nullptr;
}

PublicGroup::PublicGroup(std::unique_ptr<PublicState> state) : state_(std::move(state)) {}
PublicGroup::~PublicGroup() = default;

Result<std::unique_ptr<PublicGroup>> PublicGroup::create(const PublicEnvironment& environment,
                                                         const NewPublicGroup& plan) {
  const GroupInfo& info = plan.group_info;
  const auto* suite =
      THICKET_TRY_AT("group_context.cipher_suite",
                     environment.policy.profile->suite_of(info.group_context.cipher_suite));
  const crypto::Crypto crypto(environment.provider, *suite);
  tree::IndexSeed seed;
  THICKET_ASSERT(plan.index_seed.size() == seed.octets.size());
  std::copy(plan.index_seed.begin(), plan.index_seed.end(), seed.octets.begin());
  CheckedGroupInfo checked =
      THICKET_TRY(check_group_info(crypto, environment, {info, plan.ratchet_tree, plan.now, seed}));
  Bytes encoded = codec::encode(info.group_context);
  Bytes interim = schedule::interim_transcript_hash(
      crypto, info.group_context.confirmed_transcript_hash, info.confirmation_tag);
  auto epoch = std::make_shared<PublicEpoch>(PublicEpoch{info.group_context,
                                                         std::move(encoded),
                                                         std::move(checked.extensions),
                                                         info.confirmation_tag,
                                                         std::move(interim),
                                                         std::move(checked.tree),
                                                         {},
                                                         std::nullopt,
                                                         std::make_shared<Fate>()});
  return std::make_unique<PublicGroup>(
      std::make_unique<PublicState>(PublicState{environment, crypto, std::move(epoch)}));
}

Result<std::unique_ptr<PublicGroup>> PublicGroup::open(const PublicEnvironment& environment,
                                                       RowSource& rows) {
  const auto row = rows.find(rows::header());
  if (!row) return broken(Rule::store_row).at("header");
  auto header = codec::decode<rows::Header>(row->reveal());
  if (!header || header->format != 1) return broken(Rule::store_row).at("header");
  const auto* suite = THICKET_TRY(
      rows::stored_suite(rows, header->context.cipher_suite, *environment.policy.profile));
  const crypto::Crypto crypto(environment.provider, *suite);
  auto tree = THICKET_TRY(tree::RatchetTree::open(crypto, {header->tree_root}));
  auto extensions = THICKET_TRY(read_group_extensions(header->context.extensions));
  Bytes encoded = codec::encode(header->context);
  const Bytes prefix = rows::proposals(header->context.epoch);
  auto epoch = std::make_shared<PublicEpoch>(PublicEpoch{std::move(header->context),
                                                         std::move(encoded),
                                                         std::move(extensions),
                                                         std::move(header->confirmation_tag),
                                                         std::move(header->interim_transcript_hash),
                                                         std::move(tree),
                                                         {},
                                                         std::move(header->reinit),
                                                         std::make_shared<Fate>()});
  for (const StoredRow& stored : rows.range(prefix, rows::last_under(prefix))) {
    auto proposal = codec::decode<rows::ProposalRow>(stored.value.reveal());
    if (!proposal) return broken(Rule::store_row).at("proposal");
    epoch->proposals.push_back({proposal->place, std::move(proposal->reference),
                                std::move(proposal->sender), std::move(proposal->proposal)});
  }
  std::sort(epoch->proposals.begin(), epoch->proposals.end(),
            [](const auto& a, const auto& b) { return a.place < b.place; });
  return std::make_unique<PublicGroup>(
      std::make_unique<PublicState>(PublicState{environment, crypto, std::move(epoch)}));
}

PublicDelta PublicGroup::snapshot() const {
  const PublicEpoch& epoch = *state_->current;
  PublicDelta delta;
  delta.group_id = epoch.context.group_id;
  delta.erased.push_back({});
  delta.rows.push_back({rows::made_under(), encode_made_under(state_->crypto.suite())});
  delta.rows.push_back({rows::header(), header_of(epoch)});
  const bool loaded = put_tree(delta, nullptr, epoch.tree).has_value();
  THICKET_ASSERT(loaded);
  for (const CachedProposal& proposal : epoch.proposals) {
    delta.rows.push_back({rows::proposal(epoch.context.epoch, proposal.reference.reference),
                          codec::encode(rows::ProposalRow{proposal.place, proposal.reference,
                                                          proposal.sender, proposal.proposal})});
  }
  delta.bindings = {std::make_shared<Binding>()};
  return delta;
}

Result<void> PublicGroup::supply(const Need& need, RowSource& rows) {
  return state_->current->tree.supply(THICKET_TRY(rows::load(need, rows)));
}

Result<StagedPublic> PublicGroup::check(ByteView message, Instant now) const {
  return StagedPublic(THICKET_TRY(PublicCheck(*state_, now).run(message)));
}

Result<Event> PublicGroup::accept(StagedPublic&& staged, const Stored& stored) {
  const std::shared_ptr<PublicStep> step = std::move(staged.step_);
  if (!step || !stored.covers(step->binding)) return broken(Rule::before_send_order);
  if (step->epoch != state_->current) return broken(Rule::commit_pending_stale);
  if (step->proposal && !find(*step->epoch, step->proposal->reference)) {
    step->epoch->proposals.push_back(std::move(*step->proposal));
  }
  if (step->next) state_->current = step->next;
  return std::move(step->event);
}

const GroupContext& PublicGroup::context() const {
  return state_->current->context;
}
const tree::RatchetTree& PublicGroup::tree() const {
  return state_->current->tree;
}
const MAC& PublicGroup::confirmation_tag() const {
  return state_->current->confirmation_tag;
}

Result<SignaturePublicKey> PublicGroup::signer_of(ByteView octets) const {
  const PublicMessage message = THICKET_TRY(public_message(octets));
  const PublicSenders senders(*state_->current);
  return to_bytes(THICKET_TRY(framing::sender_key(senders, message.content)));
}

}  // namespace thicket::group
