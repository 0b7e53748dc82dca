// A group from its rows: header, secrets, ratchets; of the tree only the root.

#include "codec/codec.h"
#include "group/group.h"
#include "group/made_under.h"
#include "group/process.h"
#include "group/rows.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

Error bad_row(std::string_view what) {
  return broken(Rule::store_row).at(what);
}

template <class T>
Result<T> decoded(ByteView row, std::string_view what) {
  auto value = codec::decode<T>(row);
  if (!value) return bad_row(what).because(describe(value.error()));
  return std::move(*value);
}

// What stands under a prefix, with the rest of the keys.
std::vector<StoredRow> under(RowSource& rows, const Bytes& prefix) {
  std::vector<StoredRow> found = rows.range(prefix, rows::last_under(prefix));
  for (StoredRow& row : found) {
    row.key.erase(row.key.begin(), row.key.begin() + static_cast<std::ptrdiff_t>(prefix.size()));
  }
  return found;
}

class Opening final {
 public:
  Opening(const Environment& environment, RowSource& rows)
      : environment_(environment), rows_(rows) {}

  Result<std::unique_ptr<GroupState>> run() {
    const auto header_row = rows_.find(rows::header());
    if (!header_row) return bad_row("header");
    rows::Header header = THICKET_TRY(decoded<rows::Header>(header_row->reveal(), "header"));
    const auto* suite = THICKET_TRY(
        rows::stored_suite(rows_, header.context.cipher_suite, *environment_.policy.profile));
    const crypto::Crypto crypto(environment_.provider, *suite);
    const auto secrets_row = rows_.find(rows::secrets());
    if (header.format != 1 || !secrets_row) return bad_row("secrets");
    auto secrets = THICKET_TRY(rows::decode_secrets(crypto, secrets_row->reveal()));
    auto tree = THICKET_TRY(tree::RatchetTree::open(crypto, {header.tree_root}));
    tree::PrivatePath path = THICKET_TRY(private_path(crypto, header.own));
    auto keys = THICKET_TRY(epoch_keys(crypto, header.context.epoch, codec::encode(header.context),
                                       secrets.epoch.sender_data_secret.clone()));
    auto extensions = THICKET_TRY(read_group_extensions(header.context.extensions));
    auto epoch = std::make_shared<EpochState>(EpochState{std::move(header.context),
                                                         std::move(extensions),
                                                         std::move(header.confirmation_tag),
                                                         std::move(header.interim_transcript_hash),
                                                         std::move(tree),
                                                         std::move(path),
                                                         std::move(secrets.signer),
                                                         std::move(secrets.epoch),
                                                         std::move(keys),
                                                         std::move(header.reinit),
                                                         {},
                                                         {},
                                                         {},
                                                         {},
                                                         {},
                                                         {}});
    epoch->fate = std::make_shared<Fate>();
    state_ = std::make_unique<GroupState>(
        GroupState{environment_, crypto, std::move(epoch), {}, {}, false, {}});
    THICKET_TRY(epoch_bound());
    THICKET_TRY(past_epochs());
    for (const StoredRow& row : under(rows_, Bytes{'r'})) {
      const Epoch of = THICKET_TRY(decoded<Epoch>(row.key, "resumption"));
      if (row.value.size() != crypto.hash_size()) return bad_row("resumption");
      state_->resumption.emplace(of, schedule::ResumptionPskSecret(row.value.reveal()));
    }
    return std::move(state_);
  }

 private:
  Result<tree::PrivatePath> private_path(const crypto::Crypto& crypto, LeafIndex own) {
    std::optional<tree::PrivatePath> path;
    std::vector<tree::PrivatePath::Key> keys;
    for (const StoredRow& row : under(rows_, Bytes{'k'})) {
      const NodeIndex node = THICKET_TRY(decoded<NodeIndex>(row.key, "path_key"));
      auto key = crypto::import_private(crypto.provider(), crypto.suite().kem, row.value.reveal());
      if (!key) return bad_row("path_key").because(describe(key.error()));
      if (node == own.node()) {
        path.emplace(own, std::move(*key));
      } else {
        keys.push_back({node, std::move(*key)});
      }
    }
    if (!path) return bad_row("path_key");
    for (auto& key : keys) path->put(key.node, std::move(key.key));
    return std::move(*path);
  }

  Result<std::shared_ptr<EpochKeys>> epoch_keys(const crypto::Crypto& crypto, Epoch epoch,
                                                Bytes context,
                                                schedule::SenderDataSecret sender_data) {
    std::vector<schedule::SecretRow> rows;
    for (StoredRow& row : under(rows_, rows::ratchets(epoch))) {
      rows.push_back({std::move(row.key), std::move(row.value)});
    }
    auto tree = THICKET_TRY(schedule::SecretTree::load(crypto, rows, environment_.policy.ratchets));
    return std::make_shared<EpochKeys>(
        EpochKeys{epoch, std::move(context), std::move(sender_data), std::move(tree), {}});
  }

  // Proposals, own Updates and own messages of the epoch that goes on.
  Result<void> epoch_bound() {
    EpochState& epoch = *state_->current;
    const crypto::Crypto& crypto = state_->crypto;
    const Bytes prefix = rows::epoch_bound(epoch.context.epoch);
    std::map<Bytes, CachedProposal> sent;
    for (StoredRow& row : under(rows_, prefix)) {
      if (row.key.empty()) return bad_row("epoch");
      const Bytes name(row.key.begin() + 1, row.key.end());
      switch (row.key.front()) {
        case 'p': {
          CachedProposal proposal = THICKET_TRY(proposal_of(row));
          epoch.proposals.push_back(std::move(proposal));
          break;
        }
        case 's':
          sent.emplace(name, THICKET_TRY(proposal_of(row)));
          break;
        case 'u': {
          OwnUpdate update = THICKET_TRY(rows::decode_update(crypto, row.value.reveal()));
          Bytes key = update.leaf_key->public_key();
          epoch.updates.emplace(std::move(key), std::move(update));
          break;
        }
        case 'c':
          epoch.pending.push_back(THICKET_TRY(rows::decode_pending(crypto, row.value.reveal())));
          break;
        default:
          return bad_row("epoch");
      }
    }
    std::sort(epoch.proposals.begin(), epoch.proposals.end(),
              [](const auto& a, const auto& b) { return a.place < b.place; });
    for (std::size_t i = 0; i < epoch.proposals.size(); ++i) {
      epoch.by_reference.emplace(epoch.proposals[i].reference, i);
    }
    return outgoing(sent);
  }

  Result<CachedProposal> proposal_of(const StoredRow& row) {
    auto value = THICKET_TRY(decoded<rows::ProposalRow>(row.value.reveal(), "proposal"));
    return CachedProposal{value.place, std::move(value.reference), std::move(value.sender),
                          std::move(value.proposal)};
  }

  // Own messages without a verdict: to be sent again, octet by octet, and recognised.
  Result<void> outgoing(std::map<Bytes, CachedProposal>& sent) {
    EpochState& epoch = *state_->current;
    for (const StoredRow& row : under(rows_, rows::outgoing(epoch.context.epoch))) {
      auto value = THICKET_TRY(decoded<rows::OutgoingRow>(row.value.reveal(), "outgoing"));
      Outgoing message{std::move(value.message), std::move(value.message_hash),
                       std::move(value.welcome), std::move(value.group_info)};
      if (value.content_type == ContentType::commit) {
        for (PendingCommit& pending : epoch.pending) {
          if (pending.outgoing->message_hash == message.message_hash) {
            pending.outgoing = std::make_shared<const Outgoing>(std::move(message));
            break;
          }
        }
        continue;
      }
      SentMessage waiting{message.message_hash, value.content_type, std::nullopt};
      if (const auto proposal = sent.find(message.message_hash); proposal != sent.end()) {
        waiting.proposal = std::move(proposal->second);
      }
      epoch.sent.push_back(std::move(waiting));
      state_->unsettled.push_back({value.content_type, std::move(message)});
    }
    return {};
  }

  Result<void> past_epochs() {
    for (const StoredRow& row : under(rows_, Bytes{'x'})) {
      auto value = THICKET_TRY(rows::decode_past(row.value.reveal()));
      PastEpoch past;
      if (value.sender_data_secret.size() != state_->crypto.hash_size()) return bad_row("past");
      past.keys =
          THICKET_TRY(epoch_keys(state_->crypto, value.epoch, std::move(value.group_context),
                                 schedule::SenderDataSecret(value.sender_data_secret.reveal())));
      past.ended_at = Instant{value.ended_at};
      for (auto& leaf : value.changed) {
        std::optional<PastLeaf> old;
        if (leaf.occupied) {
          old = PastLeaf{std::move(leaf.signature_key), std::move(leaf.client_id)};
        }
        past.changed.emplace(leaf.leaf, std::move(old));
      }
      past.lost = std::move(value.lost);
      state_->past.push_front(std::move(past));  // ascending keys: the newest comes last
    }
    return {};
  }

  const Environment& environment_;
  RowSource& rows_;
  std::unique_ptr<GroupState> state_;
};

}  // namespace

Result<std::unique_ptr<Group>> Group::open(const Environment& environment, RowSource& rows) {
  return std::make_unique<Group>(THICKET_TRY(Opening(environment, rows).run()));
}

}  // namespace thicket::group
