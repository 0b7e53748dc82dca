// Members that create, join, receive and send.
#include "vectors/people.h"

#include "messages/wire.h"

namespace thicket::vectors {

Result<Bytes> Believer::client_id(const Credential& credential, ByteView) const {
  if (const auto* basic = credential.as<BasicCredential>()) return basic->identity;
  return codec::encode(credential);
}

std::optional<SecretBytes> NamedPsks::external(ByteView psk_id) {
  const auto found = psks_.find(to_bytes(psk_id));
  if (found == psks_.end()) return std::nullopt;
  return SecretBytes(ByteView(found->second));
}

group::Policy vector_policy() {
  group::Policy policy;
  policy.check_lifetimes = false;
  policy.lifetime_seconds_max = std::nullopt;
  policy.check_suite_listed = false;
  policy.commit_first = false;
  policy.resumption_psks = 1 << 16;  // a vector may name any epoch that its client has seen
  return policy;
}

Result<void> Person::enter(group::StagedGroup&& staged) {
  const group::Stored stored = THICKET_TRY(group::store(sink_, staged.delta()));
  group_ = THICKET_TRY(std::move(staged).open(stored));
  return {};
}

Result<void> Person::create(const group::NewGroup& plan, Random& random) {
  return enter(THICKET_TRY(group::Group::create(environment_, plan, vector_now, random)));
}

Result<void> Person::join(const Invitation& invitation, const group::OwnKeyPackage& own,
                          Random& random) {
  OneKeyPackage key_packages(crypto::Crypto(environment_.provider, *own.suite), own);
  group::JoinPlan plan{invitation.welcome, key_packages, groups_};
  if (invitation.ratchet_tree) plan.ratchet_tree = *invitation.ratchet_tree;
  return enter(THICKET_TRY(group::join(environment_, plan, vector_now, random)));
}

Result<Bytes> Person::join_external(ByteView group_info, group::Identity identity, Random& random) {
  const group::ExternalJoinPlan plan{.group_info = group_info,
                                     .identity = std::move(identity),
                                     .groups = groups_,
                                     .grease = policy_.grease};
  auto join = THICKET_TRY(group::join_external(environment_, plan, vector_now, random));
  const group::Stored kept = THICKET_TRY(group::store(sink_, join.before_send()));
  const group::Outgoing outgoing = THICKET_TRY(join.release(kept));
  const group::Stored stored = THICKET_TRY(group::store(sink_, join.on_accept()));
  group_ = THICKET_TRY(std::move(join).open(stored));
  return outgoing.message;
}

Result<void> Person::take(group::Staged&& staged) {
  const group::Stored stored = THICKET_TRY(group::store(sink_, staged.on_accept()));
  THICKET_TRY(group_->accept(std::move(staged), stored));
  return {};
}

Result<void> Person::receive(ByteView message) {
  return take(THICKET_TRY(group_->process(message, vector_now)));
}

Result<group::Outgoing> Person::send(group::Staged&& staged) {
  const group::Stored stored = THICKET_TRY(group::store(sink_, staged.before_send()));
  group::Outgoing outgoing = THICKET_TRY(staged.release(stored));
  THICKET_TRY(take(std::move(staged)));
  return outgoing;
}

}  // namespace thicket::vectors
