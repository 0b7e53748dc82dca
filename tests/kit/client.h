// A client as small as it can be, for tests of the service: one group in a store, kept in step with
// the log over any Caller.
#pragma once

#include "group/basic_authenticator.h"
#include "group/group.h"
#include "group/join.h"
#include "group_store/group_rows.h"
#include "group_store/own_key_packages.h"
#include "kit/person.h"
#include "messages/wire.h"
#include "store/memory/memory_store.h"
#include "transport/client.h"

namespace thicket::kit {

// Only what is expected goes on.
template <class T>
T answer(const transport::Outcome& outcome) {
  if (const auto* lost = std::get_if<transport::Unreachable>(&outcome)) FAIL(lost->why);
  const auto& body = std::get<transport::Reply>(outcome).body;
  const T* found = body.template as<T>();
  if (const auto* no = body.template as<transport::Refused>(); no != nullptr && found == nullptr)
    FAIL("refused: " << static_cast<int>(no->refusal) << " " << to_text(no->detail));
  REQUIRE(found != nullptr);
  return *found;
}

class Client final {
 public:
  Client(const crypto::Provider& library, transport::Caller& service, std::string called,
         Instant clock = noon, CipherSuite of = usual_suite(),
         std::unique_ptr<store::Store> own = std::make_unique<store::MemoryStore>())
      : storage(std::move(own)),
        provider(library),
        caller(service),
        name(std::move(called)),
        now(clock),
        random(std::hash<std::string>()(name) + static_cast<std::uint64_t>(of)),
        suite(of),
        identity(person(library, name, random, of)) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  transport::Request request(transport::RequestBody body) {
    transport::Request out;
    random.fill(out.id);
    out.body = std::move(body);
    return out;
  }
  transport::Outcome call(transport::RequestBody body) {
    return caller.call(request(std::move(body)));
  }
  Lifetime lifetime() const { return {now.seconds - 3600, now.seconds + 86'400}; }

  // What `act` answers once everything it needs is loaded.
  template <class Act>
  auto loaded(const Act& act) {
    for (;;) {
      auto outcome = act();
      if (outcome || !outcome.error().is_need()) return good(std::move(outcome));
      good(group->supply(outcome.error().need, *rows));
    }
  }

  void create(ByteView id) {
    announce(good(group::Group::create(
        environment(), {to_bytes(id), suite, {}, identity, lifetime()}, now, random)));
  }
  // Stored, and ours.
  void open(group::StagedGroup staged) {
    const auto stored = good(group::store(sink, staged.delta()));
    group = good(std::move(staged).open(stored));
    rows.emplace(store, group->group_id());
  }
  // The same, and made known to the service.
  void announce(group::StagedGroup staged) {
    open(std::move(staged));
    const auto info = good(group->group_info({}));
    answer<transport::Created>(call(transport::CreateGroup{
        transport::Octets{encoded(info)}, transport::Octets{good(group->ratchet_tree())}}));
  }

  Bytes upload_key_package() {
    const group::KeyPackagePlan plan{suite, lifetime(), {}, false, true};
    const auto own = good(group::make_key_package(provider, identity, plan, random));
    const Bytes reference = group::key_package_ref(crypto(), own.key_package);
    store::Batch batch;
    group_store::put_own(batch, reference, own);
    REQUIRE(store.apply(batch));
    const auto uploaded =
        answer<transport::Uploaded>(call(transport::UploadKeyPackages{{encoded(own.key_package)}}));
    CHECK(uploaded.key_package_refs == std::vector<Bytes>{reference});
    return reference;
  }

  // Adds of key packages that the service hands out.
  group::CommitPlan adding(const std::vector<std::string>& names) {
    transport::ClaimKeyPackages claim{suite, {}};
    for (const std::string& one : names) claim.clients.push_back(to_bytes(one));
    const auto claimed = answer<transport::Claimed>(call(claim));
    group::CommitPlan plan;
    for (const auto& package : claimed.key_packages) {
      REQUIRE(package);
      auto message = good(codec::decode<MLSMessage>(package->octets));
      plan.proposals.push_back(Add{*message.wire_format.as<KeyPackage>()});
    }
    plan.tree_in_welcome = false;
    return plan;
  }

  // A commit that is stored and ready to leave, and the request that carries it.
  struct Prepared {
    group::Staged staged;
    transport::Request request;
  };
  Prepared prepare(group::CommitPlan plan) {
    plan.group_info = true;
    return prepare(loaded([&] { return group->commit(plan, now, random); }));
  }
  Prepared prepare(group::Staged staged) {
    const auto outgoing = good(staged.release(good(group::store(sink, staged.before_send()))));
    transport::PostCommit post{
        group->group_id(), group->epoch(), transport::Octets{outgoing.message}, std::nullopt, {}};
    if (outgoing.group_info) post.group_info = transport::Octets{*outgoing.group_info};
    if (outgoing.welcome) post.welcomes.push_back(transport::Octets{*outgoing.welcome});
    return {std::move(staged), request(std::move(post))};
  }
  void accept(group::Staged staged) {
    const auto stored = good(group::store(sink, staged.on_accept()));
    good(group->accept(std::move(staged), stored));
  }
  // Made, posted, and taken if it won.
  bool commit(group::CommitPlan plan = {}) { return post(prepare(std::move(plan))); }
  bool post(Prepared prepared) {
    const auto outcome = caller.call(prepared.request);
    const auto& reply = std::get<transport::Reply>(outcome);
    if (reply.body.as<transport::Lost>() != nullptr) return false;
    const auto won = answer<transport::Won>(outcome);
    accept(std::move(prepared.staged));
    next = won.number + 1;
    return true;
  }

  // `groups`: those of ours that the new one may continue.
  void join(ByteView key_package_ref, const group::OwnGroups& groups = group::NoGroups()) {
    const auto found =
        answer<transport::Welcomes>(call(transport::FetchWelcomes{{to_bytes(key_package_ref)}}));
    REQUIRE(found.welcomes.size() == 1);
    const transport::WelcomeFor& welcome = found.welcomes[0];
    const auto tree =
        answer<transport::Tree>(call(transport::FetchTree{welcome.group_id, welcome.epoch}));
    open(good(group::join(environment(),
                          {welcome.welcome, key_packages, groups, ByteView(tree.ratchet_tree)}, now,
                          random)));
    next = welcome.next;
  }

  void say(std::string_view text) {
    auto outcome = loaded([&] { return group->send(view_of(text), random); });
    auto* staged = std::get_if<group::Staged>(&outcome);
    REQUIRE(staged != nullptr);
    const auto outgoing = good(staged->release(good(group::store(sink, staged->before_send()))));
    answer<transport::Posted>(call(transport::PostMessage{group->group_id(), outgoing.message}));
  }

  // Everything that the log has and we have not; what was said is in `heard`.
  void sync() {
    for (;;) {
      const auto part =
          answer<transport::LogPart>(call(transport::ReadLog{group->group_id(), next, 1 << 20}));
      for (const transport::Entry& entry : part.entries) {
        auto staged = loaded([&] { return group->process(entry.message, now); });
        const auto stored = good(group::store(sink, staged.on_accept()));
        const group::Event event = good(group->accept(std::move(staged), stored));
        if (const auto* said = std::get_if<group::ApplicationMessage>(&event))
          heard.push_back(to_text(said->data));
        next = entry.number + 1;
        if (group->removed()) return;
      }
      if (next >= part.head.next) return;
    }
  }

  template <class T>
  Bytes encoded(T body) const {
    return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(body)});
  }
  crypto::Crypto crypto() const { return {provider, **crypto::suite_of(suite)}; }
  group::Environment environment() { return {provider, authenticator, psks, policy}; }

  const std::unique_ptr<store::Store> storage;
  store::Store& store = *storage;
  const crypto::Provider& provider;
  transport::Caller& caller;
  const std::string name;
  Instant now;
  crypto::SeededRandom random;
  const CipherSuite suite;
  group::Identity identity;
  group::BasicAuthenticator authenticator;
  group::NoPsks psks;
  group::Policy policy;
  group_store::StoreSink sink{store};
  group_store::StoredKeyPackages key_packages{store, provider};
  std::optional<group_store::StoredRows> rows;
  std::unique_ptr<group::Group> group;
  std::uint64_t next = 0;
  std::vector<std::string> heard;
};

}  // namespace thicket::kit
