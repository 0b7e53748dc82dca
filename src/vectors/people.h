// Group members of vectors: an authenticator that believes everybody, PSKs by name, rows that are
// kept nowhere.
#pragma once

#include <map>

#include "group/join.h"
#include "group/join_external.h"
#include "vectors/case.h"

namespace thicket::vectors {

// Vectors authenticate nobody: a credential is who it says, whatever its type.
class Believer final : public group::Authenticator {
 public:
  Result<void> check(const group::CredentialCheck&) const override { return {}; }
  Result<void> check_successor(const group::Succession&) const override { return {}; }
  Result<Bytes> client_id(const Credential& credential, ByteView signature_key) const override;
};

class NamedPsks final : public group::PskSource {
 public:
  void add(Bytes psk_id, Bytes psk) { psks_[std::move(psk_id)] = std::move(psk); }
  std::optional<SecretBytes> external(ByteView psk_id) override;
  std::optional<SecretBytes> resumption(ByteView, Epoch) override { return std::nullopt; }

 private:
  std::map<Bytes, Bytes> psks_;
};

// The one key package of a joiner.
class OneKeyPackage final : public group::KeyPackageSource {
 public:
  OneKeyPackage(const crypto::Crypto& crypto, group::OwnKeyPackage own)
      : reference_(group::key_package_ref(crypto, own.key_package)), own_(std::move(own)) {}
  Result<std::optional<group::OwnKeyPackage>> find(ByteView key_package_ref) override {
    if (!equal(key_package_ref, reference_)) return std::optional<group::OwnKeyPackage>();
    return std::optional(own_);
  }

 private:
  Bytes reference_;
  group::OwnKeyPackage own_;
};

// A member of vectors lives in memory only and is never opened again.
class KeptNowhere final : public group::DeltaSink {
 public:
  void write(const group::PublicDelta&, std::span<const group::SecretRow>) override {}
};

// Lifetimes and listed suites of vectors are not what a policy would ask for.
group::Policy vector_policy();
inline constexpr Instant vector_now{1'700'000'000};

// A member with its environment.
class Person final {
 public:
  explicit Person(const Setting& setting)
      : policy_(vector_policy()), environment_{setting.provider, believer_, psks_, policy_} {
    policy_.profile = &setting.profile;
  }
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  NamedPsks& psks() { return psks_; }
  group::Policy& policy() { return policy_; }
  const group::Environment& environment() const { return environment_; }
  group::Group& group() { return *group_; }

  Result<void> create(const group::NewGroup& plan, Random& random);
  struct Invitation {
    Bytes welcome;
    std::optional<Bytes> ratchet_tree;  // where it is not in the Welcome
  };
  Result<void> join(const Invitation& invitation, const group::OwnKeyPackage& own, Random& random);
  // From outside; the commit for the others, an encoded MLSMessage.
  Result<Bytes> join_external(ByteView group_info, group::Identity identity, Random& random);
  // A received message, taken at once.
  Result<void> receive(ByteView message);
  // An own act, sent and taken at once.
  Result<group::Outgoing> send(group::Staged&& staged);

 private:
  Result<void> enter(group::StagedGroup&& staged);
  Result<void> take(group::Staged&& staged);

  Believer believer_;
  NamedPsks psks_;
  group::NoGroups groups_;
  KeptNowhere sink_;
  group::Policy policy_;
  group::Environment environment_;
  std::unique_ptr<group::Group> group_;
};

}  // namespace thicket::vectors
