// All that a group holds in memory, for comparison: what a message that is refused must not change.
#pragma once

#include <map>

#include "codec/codec.h"
#include "group/group.h"
#include "group/rows.h"
#include "messages/wire.h"

namespace thicket::kit {

struct Standing {
  GroupContext context;
  bool removed = false;
  std::map<Bytes, Bytes> secrets;  // of the epoch, the path, the ratchets, the past, the PSKs
  std::vector<ProposalRef> proposals;
  std::vector<Bytes> waiting;  // own messages without an echo, by hash
  std::vector<Bytes> updates;
  std::vector<std::uint64_t> counters;  // of the ledgers
  bool operator==(const Standing&) const = default;
};

inline Standing standing_of(const group::Group& member) {
  const group::GroupState& state = member.state();
  const group::EpochState& epoch = *state.current;
  Standing out;
  out.context = epoch.context;
  out.removed = state.removed;
  const auto keep = [&](Bytes key, ByteView secret) {
    out.secrets.emplace(std::move(key), to_bytes(secret));
  };
  const auto keep_keys = [&](const group::EpochKeys& keys) {
    for (const schedule::SecretRow& row : keys.secret_tree.all_rows()) {
      keep(concat({group::rows::ratchets(keys.epoch), row.key}),
           row.value ? row.value->reveal() : ByteView{});
    }
    out.counters.insert(out.counters.end(),
                        {keys.epoch.value, keys.ledger.moved, keys.ledger.written,
                         keys.ledger.rows.size(), keys.ledger.accepting.size()});
  };
  keep(group::rows::secrets(), group::rows::encode_secrets(epoch).reveal());
  for (const auto& held : epoch.path.keys()) {
    keep(group::rows::path_key(held.node), held.key->reveal());
  }
  keep_keys(*epoch.keys);
  for (const group::PastEpoch& past : state.past) {
    keep_keys(*past.keys);
    keep(group::rows::past_epoch(past.keys->epoch), group::rows::encode_past(past).reveal());
  }
  for (const auto& [of, psk] : state.resumption) {
    keep(group::rows::resumption_psk(of), psk.reveal());
  }
  for (const auto& proposal : epoch.proposals) out.proposals.push_back(proposal.reference);
  for (const auto& sent : epoch.sent) out.waiting.push_back(sent.message_hash);
  for (const auto& commit : epoch.pending) out.waiting.push_back(commit.outgoing->message_hash);
  for (const auto& [key, update] : epoch.updates) out.updates.push_back(key);
  return out;
}

}  // namespace thicket::kit
