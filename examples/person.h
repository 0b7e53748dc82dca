// What the examples' people have: a name, keys, and rows in memory. The order is the one that every
// client keeps: store first, then send; hear that it was accepted, store, then apply.
#pragma once

#include <chrono>

#include "codec/codec.h"
#include "crypto/awslc/awslc.h"
#include "group/basic_authenticator.h"
#include "group/join.h"
#include "group_store/group_rows.h"
#include "group_store/own_key_packages.h"
#include "messages/wire.h"
#include "store/memory/memory_store.h"

namespace thicket::examples {

inline constexpr CipherSuite suite = CipherSuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

inline Instant clock_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Instant{
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count())};
}

// Everything that can be refused ends the example: value() of an error aborts.
class Person final {
 public:
  Person(const crypto::Provider& provider, std::string_view name) : provider_(provider) {
    identity_.credential = BasicCredential{to_bytes(name)};
    identity_.signer = crypto_.generate_signature_key(random());
    const CipherSuite suites[] = {suite};
    identity_.capabilities = group::default_capabilities(suites);
  }
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  group::Group& group() { return *group_; }
  Random& random() { return provider_.random(); }

  void create(std::string_view group_id) {
    open(group::Group::create(environment_,
                              {to_bytes(group_id), suite, {}, identity_, around_now()}, clock_now(),
                              random()));
  }
  // Its private halves are stored before it is handed out.
  KeyPackage key_package() {
    const auto own =
        group::make_key_package(provider_, identity_, {suite, around_now()}, random()).value();
    store::Batch batch;
    group_store::put_own(batch, group::key_package_ref(crypto_, own.key_package), own);
    THICKET_ASSERT(store_.apply(batch));
    return own.key_package;
  }
  void join(ByteView welcome) {
    group_store::StoredKeyPackages key_packages(store_, provider_);
    const group::NoGroups none;
    open(group::join(environment_, {welcome, key_packages, none}, clock_now(), random()));
  }
  // The octets of an own act, in exchange for its stored rows.
  group::Outgoing release(const group::Staged& staged) {
    return staged.release(group::store(sink_, staged.before_send()).value()).value();
  }
  group::Event accept(group::Staged staged) {
    const auto stored = group::store(sink_, staged.on_accept()).value();
    return group_->accept(std::move(staged), stored).value();
  }
  group::Event receive(ByteView message) {
    return accept(group_->process(message, clock_now()).value());
  }

 private:
  void open(Result<group::StagedGroup> staged) {
    const auto stored = group::store(sink_, staged->delta()).value();
    group_ = std::move(*staged).open(stored).value();
  }
  static Lifetime around_now() {
    return {clock_now().seconds - 3600, clock_now().seconds + 30 * 86'400};
  }

  const crypto::Provider& provider_;
  const crypto::Crypto crypto_{provider_, **crypto::suite_of(suite)};
  group::Identity identity_;
  group::BasicAuthenticator authenticator_;
  group::NoPsks psks_;
  group::Policy policy_;
  group::Environment environment_{provider_, authenticator_, psks_, policy_};
  store::MemoryStore store_;
  group_store::StoreSink sink_{store_};
  std::unique_ptr<group::Group> group_;
};

}  // namespace thicket::examples
