// The rows of a group in a store: their keys, and their values as structs.

#include "group/rows.h"

#include "codec/encode_secret.h"
#include "group/made_under.h"
#include "messages/wire.h"

namespace thicket::group::rows {
namespace {

Bytes key(char kind) {
  return Bytes{static_cast<std::uint8_t>(kind)};
}

Bytes numbered(char kind, std::uint64_t number, std::size_t size) {
  codec::Writer out(1 + size);
  out.integer(static_cast<std::uint8_t>(kind), 1);
  out.integer(number, size);
  return std::move(out).take();
}

// `numbered`, and a key under it.
Bytes numbered_under(char kind, std::uint64_t number, ByteView rest) {
  codec::Writer out(9 + rest.size());
  out.integer(static_cast<std::uint8_t>(kind), 1);
  out.integer(number, 8);
  out.raw(rest);
  return std::move(out).take();
}

// What ends with the epoch: under epoch_bound.
Bytes bound(Epoch epoch, char kind, ByteView rest) {
  codec::Writer out(10 + rest.size());
  out.integer('e', 1);
  out.integer(epoch.value, 8);
  out.integer(static_cast<std::uint8_t>(kind), 1);
  out.raw(rest);
  return std::move(out).take();
}

Error bad_row(const Error& error) {
  return broken(Rule::store_row).because(describe(error));
}

struct PendingRow {
  Bytes message_hash;
  SecretBytes leaf_key;
  SecretBytes signer;
  SecretBytes seed;
  Bytes content;
};

struct UpdateRow {
  SecretBytes leaf_key;
  SecretBytes signer;
};

SecretBytes seed_of(const std::optional<crypto::SignaturePrivateKey>& signer) {
  return signer ? signer->seed->clone() : SecretBytes();
}

SecretBytes octets_of(const crypto::KemPrivateKeyRef& key) {
  return key ? SecretBytes(key->reveal()) : SecretBytes();
}

Result<std::optional<crypto::SignaturePrivateKey>> signer_from(const crypto::Crypto& crypto,
                                                               ByteView seed) {
  if (seed.empty()) return std::optional<crypto::SignaturePrivateKey>();
  auto key = crypto.signature_key_from(seed);
  if (!key) return bad_row(key.error());
  return std::optional(std::move(*key));
}

Result<crypto::KemPrivateKeyRef> kem_key_from(const crypto::Crypto& crypto, ByteView octets) {
  if (octets.empty()) return crypto::KemPrivateKeyRef();
  auto key = crypto::import_private(crypto.provider(), crypto.suite().kem, octets);
  if (!key) return bad_row(key.error());
  return std::move(*key);
}

}  // namespace

Bytes header() {
  return key('h');
}
Bytes made_under() {
  return key('m');
}
Bytes secrets() {
  return key('s');
}
Bytes tree_node(NodeIndex node) {
  return numbered('n', node.value, 4);
}
Bytes tree_entry(const tree::IndexRow& entry) {
  codec::Writer out(10);
  out.integer('i', 1);
  out.integer(entry.index, 1);
  out.integer(entry.fingerprint, 4);
  out.integer(entry.node.value, 4);
  return std::move(out).take();
}
Result<tree::IndexRow> tree_entry_of(ByteView key) {
  codec::Reader in(key);
  tree::IndexRow entry;
  if (key.size() != 10) return broken(Rule::store_row).at("tree_entry");
  THICKET_TRY(in.integer(1));
  entry.index = static_cast<std::uint8_t>(THICKET_TRY(in.integer(1)));
  entry.fingerprint = THICKET_TRY(in.integer(4));
  entry.node.value = static_cast<std::uint32_t>(THICKET_TRY(in.integer(4)));
  return entry;
}
Bytes path_key(NodeIndex node) {
  return numbered('k', node.value, 4);
}
Bytes ratchets(Epoch epoch) {
  return numbered('t', epoch.value, 8);
}
Bytes ratchet(Epoch epoch, ByteView key) {
  return numbered_under('t', epoch.value, key);
}
Bytes epoch_bound(Epoch epoch) {
  return numbered('e', epoch.value, 8);
}
Bytes proposals(Epoch epoch) {
  return bound(epoch, 'p', {});
}
Bytes proposal(Epoch epoch, ByteView reference) {
  return bound(epoch, 'p', reference);
}
Bytes pending_commit(Epoch epoch, ByteView message_hash) {
  return bound(epoch, 'c', message_hash);
}
Bytes own_update(Epoch epoch, ByteView encryption_key_hash) {
  return bound(epoch, 'u', encryption_key_hash);
}
Bytes sent_content(Epoch epoch, ByteView message_hash) {
  return bound(epoch, 's', message_hash);
}
Bytes outgoing(Epoch epoch) {
  return numbered('o', epoch.value, 8);
}
Bytes outgoing(Epoch epoch, ByteView message_hash) {
  return numbered_under('o', epoch.value, message_hash);
}
Bytes past_epoch(Epoch epoch) {
  return numbered('x', epoch.value, 8);
}
Bytes resumption_psk(Epoch epoch) {
  return numbered('r', epoch.value, 8);
}

Bytes last_under(const Bytes& prefix) {
  // Keys are shorter than this.
  return concat({prefix, Bytes(96, 0xff)});
}

Result<const crypto::Suite*> stored_suite(RowSource& rows, CipherSuite id,
                                          const crypto::WireProfile& configured) {
  const auto row = rows.find(made_under());
  if (!row) return broken(Rule::store_row).at("made_under");
  const auto stored = codec::decode<MadeUnder>(row->reveal());
  if (!stored) return bad_row(stored.error()).at("made_under");
  return suite_of(*stored, id, configured);
}

Result<tree::Supply> load(const Need& need, RowSource& rows) {
  tree::Supply supply;
  std::vector<Bytes> keys;
  for (const NodeIndex node : need.nodes) keys.push_back(tree_node(node));
  const auto found = rows.find_each(keys);
  for (std::size_t i = 0; i < found.size(); ++i) {
    // A whole way down is asked for at once, and what turns out to be blank has no row.
    if (found[i]) supply.nodes.push_back({need.nodes[i], to_bytes(found[i]->reveal())});
  }
  if (!need.nodes.empty() && supply.nodes.empty()) {
    return broken(Rule::store_row).at("node " + std::to_string(need.nodes.front().value));
  }
  for (const IndexBlock& block : need.blocks) {
    const Bytes first = tree_entry({block.index, block.first, NodeIndex{0}, false});
    const Bytes last = tree_entry({block.index, block.last, NodeIndex{0xffffffff}, false});
    tree::Supply::Block loaded{block, {}};
    for (const StoredRow& row : rows.range(first, last)) {
      loaded.entries.push_back(THICKET_TRY(tree_entry_of(row.key)));
    }
    supply.blocks.push_back(std::move(loaded));
  }
  return supply;
}

Bytes encode_outgoing(ContentType content_type, const Outgoing& outgoing) {
  const auto size = [](const std::optional<Bytes>& octets) { return octets ? octets->size() : 0; };
  codec::Writer out(outgoing.message.size() + outgoing.message_hash.size() +
                    size(outgoing.welcome) + size(outgoing.group_info) + 32);
  codec::write(out, content_type);
  codec::write(out, outgoing);
  return std::move(out).take();
}

SecretBytes encode_secrets(const EpochState& epoch) {
  const SecretBytes secrets = schedule::encode(epoch.secrets);
  codec::Writer out(secrets.size() + 256);
  out.opaque(secrets.reveal());
  out.opaque(epoch.signer.seed->reveal());
  return SecretBytes(std::move(out).take());
}

Result<Secrets> decode_secrets(const crypto::Crypto& crypto, ByteView row) {
  codec::Reader in(row);
  const auto secrets = in.opaque();
  if (!secrets) return bad_row(secrets.error());
  const auto seed = in.opaque();
  if (!seed) return bad_row(seed.error());
  auto signer = THICKET_TRY(signer_from(crypto, *seed));
  if (!signer || !in.done()) return broken(Rule::store_row).at("secrets");
  return Secrets{THICKET_TRY(schedule::decode_epoch_secrets(crypto, *secrets)), std::move(*signer)};
}

SecretBytes encode_pending(const PendingCommit& pending) {
  return codec::encode_secret(PendingRow{pending.outgoing->message_hash,
                                         octets_of(pending.leaf_key), seed_of(pending.signer),
                                         SecretBytes(pending.seed.reveal()), pending.content});
}

Result<PendingCommit> decode_pending(const crypto::Crypto& crypto, ByteView octets) {
  auto row = codec::decode<PendingRow>(octets);
  if (!row) return bad_row(row.error());
  PendingCommit out;
  out.outgoing =
      std::make_shared<const Outgoing>(Outgoing{{}, std::move(row->message_hash), {}, {}});
  out.leaf_key = THICKET_TRY(kem_key_from(crypto, row->leaf_key.reveal()));
  out.signer = THICKET_TRY(signer_from(crypto, row->signer.reveal()));
  if (row->seed.size() > PathSecret::capacity) return broken(Rule::store_row).at("pending.seed");
  out.seed = PathSecret(row->seed.reveal());
  out.content = std::move(row->content);
  return out;
}

SecretBytes encode_update(const OwnUpdate& update) {
  return codec::encode_secret(UpdateRow{octets_of(update.leaf_key), seed_of(update.signer)});
}

Result<OwnUpdate> decode_update(const crypto::Crypto& crypto, ByteView octets) {
  auto row = codec::decode<UpdateRow>(octets);
  if (!row) return bad_row(row.error());
  OwnUpdate out;
  out.leaf_key = THICKET_TRY(kem_key_from(crypto, row->leaf_key.reveal()));
  out.signer = THICKET_TRY(signer_from(crypto, row->signer.reveal()));
  if (!out.leaf_key) return broken(Rule::store_row).at("update.leaf_key");
  return out;
}

SecretBytes encode_past(const PastEpoch& past) {
  PastRow row{past.keys->epoch,
              past.keys->group_context,
              SecretBytes(past.keys->sender_data_secret.reveal()),
              past.ended_at.seconds,
              {},
              past.lost};
  for (const auto& [leaf, old] : past.changed) {
    row.changed.push_back({leaf, old.has_value(), old ? old->signature_key : Bytes{},
                           old ? old->client_id : Bytes{}});
  }
  return codec::encode_secret(row);
}

Result<PastRow> decode_past(ByteView octets) {
  auto row = codec::decode<PastRow>(octets);
  if (!row) return bad_row(row.error());
  return std::move(*row);
}

}  // namespace thicket::group::rows
