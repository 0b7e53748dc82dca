// One row for each joiner, one for what they share.
#include "delivery/welcomes.h"

#include "delivery/blobs.h"
#include "delivery/rows.h"
#include "group/welcome.h"
#include "messages/wire.h"
#include "store/key.h"

namespace thicket::delivery {
namespace {

using transport::Refusal;

constexpr std::string_view welcomes_kept = "welcome";
constexpr std::string_view shared = "welcome_shared";

struct Waiting {
  Bytes group_id;
  Epoch epoch;
  std::uint64_t next = 0;
  CipherSuite cipher_suite{};
  EncryptedGroupSecrets entry;
  Bytes shared;  // SHA-256 of the encrypted_group_info
};

Bytes message_of(const Waiting& waiting, Bytes encrypted_group_info) {
  const group::WelcomeCommon common{waiting.cipher_suite, std::move(encrypted_group_info)};
  return codec::encode(
      MLSMessage{ProtocolVersion::mls10, group::welcome_for(common, waiting.entry)});
}

}  // namespace

std::variant<std::size_t, transport::Refused> Welcomes::put(Step& step, const Arrival& arrival,
                                                            ByteView message) {
  auto decoded = codec::decode<MLSMessage>(message);
  if (!decoded) return refused(Refusal::malformed, decoded.error());
  Welcome* welcome = decoded->wire_format.as<Welcome>();
  if (welcome == nullptr) return refused(Refusal::malformed, "no Welcome");
  auto [common, joiners] = group::split_welcome(std::move(*welcome));
  const Bytes name = sha256(provider_, common.encrypted_group_info);
  step.batch.put(shared, name, common.encrypted_group_info);
  for (const EncryptedGroupSecrets& entry : joiners) {
    const Bytes& reference = entry.new_member;
    const store::Key prefix = store::Key().name(reference);
    const auto there = store_.scan(
        welcomes_kept, {.prefix = prefix.octets(), .rows_max = step.limits.welcomes_a_key_package});
    if (there.size() == step.limits.welcomes_a_key_package)
      return refused(Refusal::store_full, "Welcomes for one key package");
    const Waiting waiting{arrival.group_id,    arrival.epoch, arrival.next,
                          common.cipher_suite, entry,         name};
    store::Key key = prefix;
    key.name(arrival.group_id).number(arrival.epoch.value);
    step.batch.put(welcomes_kept, key, codec::encode(waiting));
    step.waiting.push_back(reference);
  }
  return joiners.size();
}

transport::Welcomes Welcomes::find(const transport::FetchWelcomes& call, const Limits& limits) {
  transport::Welcomes out;
  std::size_t octets = 0;
  for (const Bytes& reference : call.key_package_refs) {
    const store::Key prefix = store::Key().name(reference);
    for (const store::Row& row : store_.scan(welcomes_kept, {.prefix = prefix.octets()})) {
      const auto waiting = decode_row<Waiting>(welcomes_kept, row.value);
      auto info = store_.get(shared, waiting.shared);
      if (!info) throw MachineFailure("a Welcome without its encrypted_group_info");
      Bytes welcome = message_of(waiting, std::move(*info));
      octets += welcome.size();
      if (octets > limits.reply_octets_max && !out.welcomes.empty()) return out;
      out.welcomes.push_back(
          {reference, std::move(welcome), waiting.group_id, waiting.epoch, waiting.next});
    }
  }
  return out;
}

bool Welcomes::is_waiting(ByteView key_package_ref) {
  const store::Key prefix = store::Key().name(key_package_ref);
  return !store_.scan(welcomes_kept, {.prefix = prefix.octets(), .rows_max = 1}).empty();
}

}  // namespace thicket::delivery
