// What members of a warm group do, stored as it must be and accepted: for the operations here and
// for comparisons.
#pragma once

#include "group/key_package.h"
#include "group/warm_group.h"

namespace thicket::bench {

// Takes deltas as a store would, and keeps only their size.
class CountingSink final : public group::DeltaSink {
 public:
  void write(const group::PublicDelta& delta, std::span<const group::SecretRow> secrets) override {
    octets += delta.encoded_size();
    for (const group::SecretRow& row : secrets)
      octets += row.key.size() + (row.value ? row.value->size() : 0);
  }
  std::size_t octets = 0;
};

class OneKeyPackage final : public group::KeyPackageSource {
 public:
  OneKeyPackage(const crypto::Crypto& crypto, group::OwnKeyPackage own)
      : own_(std::move(own)), reference_(group::key_package_ref(crypto, own_.key_package)) {}
  Result<std::optional<group::OwnKeyPackage>> find(ByteView reference) override {
    if (!equal(reference, reference_)) return std::optional<group::OwnKeyPackage>();
    return std::optional(own_);
  }
  const KeyPackage& key_package() const { return own_.key_package; }

 private:
  group::OwnKeyPackage own_;
  Bytes reference_;
};

// Of a client that is not in the group; `number` tells them apart.
group::OwnKeyPackage key_package_of(const group::WarmGroup& fixture, std::uint32_t number,
                                    const Lifetime& lifetime = group::warm_lifetime);

// The own side of a handshake: stored before it leaves, and accepted.
struct Own {
  group::Outgoing outgoing;
  std::size_t delta_bytes = 0;
};

Own send_and_accept(group::Group& member, group::Staged staged);
// Octets of what was stored.
std::size_t receive_and_accept(group::Group& member, ByteView message);

}  // namespace thicket::bench
