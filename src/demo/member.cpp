// A client as small as it can be while it keeps the order: store first, then send; the verdict
// first, then accept.
#include "demo/member.h"

#include "base/os/clock.h"
#include "codec/codec.h"
#include "group/join.h"
#include "group/join_external.h"
#include "messages/wire.h"

namespace thicket::demo {
namespace {

template <class T>
Bytes message_of(T body) {
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(body)});
}

// The octets of log entries that one reply may bring.
constexpr std::uint32_t part_octets = 1 << 20;

}  // namespace

Instant clock_now() {
  return Instant{os::unix_seconds()};
}

Member::Member(crypto::Crypto crypto, std::string name) : crypto_(crypto), name_(std::move(name)) {
  identity_.credential = BasicCredential{to_bytes(name_)};
  identity_.signer = crypto_.generate_signature_key(random());
  const CipherSuite suites[] = {crypto_.suite().id};
  identity_.capabilities = group::default_capabilities(suites);
}

template <class Act>
auto Member::loaded(const Act& act) {
  for (;;) {
    auto outcome = act();
    if (outcome || !outcome.error().is_need()) return outcome;
    good(group_->supply(outcome.error().need, *rows_), name_);
  }
}

void Member::publish_key_package(Line& line) {
  const group::KeyPackagePlan plan{crypto_.suite().id, lifetime()};
  const auto own =
      good(group::make_key_package(crypto_.provider(), identity_, plan, random()), name_);
  key_package_ref_ = group::key_package_ref(crypto_, own.key_package);
  store::Batch batch;
  group_store::put_own(batch, key_package_ref_, own);
  expect(store_.apply(batch), "a key package is stored");
  line.ask<transport::Uploaded>(transport::UploadKeyPackages{{message_of(own.key_package)}});
}

void Member::create(Line& line, ByteView group_id) {
  auto staged =
      good(group::Group::create(environment(),
                                {to_bytes(group_id), crypto_.suite().id, {}, identity_, lifetime()},
                                clock_now(), random()),
           name_);
  const auto stored = good(group::store(sink_, staged.delta()), name_);
  group_ = good(std::move(staged).open(stored), name_);
  rows_.emplace(store_, group_id);
  line.ask<transport::Created>(
      transport::CreateGroup{transport::Octets{message_of(good(group_->group_info({}), name_))},
                             transport::Octets{good(group_->ratchet_tree(), name_)}});
}

Member::Joined Member::join(Line& line) {
  const auto found =
      line.ask<transport::Welcomes>(transport::FetchWelcomes{{key_package_ref_}}).welcomes;
  expect(found.size() == 1, "a Welcome waits for " + name_);
  const transport::WelcomeFor& welcome = found[0];
  const auto tree =
      line.ask<transport::Tree>(transport::FetchTree{welcome.group_id, welcome.epoch});
  group_store::StoredKeyPackages key_packages(store_, crypto_.provider());
  const group::NoGroups none;
  auto staged = good(
      group::join(environment(), {welcome.welcome, key_packages, none, ByteView(tree.ratchet_tree)},
                  clock_now(), random()),
      name_);
  const auto stored = good(group::store(sink_, staged.delta()), name_);
  group_ = good(std::move(staged).open(stored), name_);
  rows_.emplace(store_, welcome.group_id);
  next_ = welcome.next;
  return {welcome.welcome.size(), tree.ratchet_tree.size()};
}

std::size_t Member::join_from_outside(Line& line, ByteView group_id) {
  const auto state = line.ask<transport::GroupState>(transport::FetchGroup{to_bytes(group_id)});
  const group::NoGroups none;
  group::ExternalJoinPlan plan{state.group_info, ByteView(state.ratchet_tree), identity_, none};
  auto join = good(group::join_external(environment(), plan, clock_now(), random()), name_);
  const auto outgoing =
      good(join.release(good(group::store(sink_, join.before_send()), name_)), name_);
  transport::PostCommit post{
      join.group_id(), join.epoch(), transport::Octets{outgoing.message}, std::nullopt, {}};
  if (outgoing.group_info) post.group_info = transport::Octets{*outgoing.group_info};
  const auto won = line.ask<transport::Won>(std::move(post));
  const auto stored = good(group::store(sink_, join.on_accept()), name_);
  group_ = good(std::move(join).open(stored), name_);
  rows_.emplace(store_, group_id);
  next_ = won.number + 1;
  return outgoing.message.size();
}

Member::Prepared Member::prepare(Line& line, group::CommitPlan plan) {
  plan.group_info = true;  // somebody may want to join from outside
  auto staged = good(loaded([&] { return group_->commit(plan, clock_now(), random()); }), name_);
  auto outgoing =
      good(staged.release(good(group::store(sink_, staged.before_send()), name_)), name_);
  transport::PostCommit post{
      group_->group_id(), group_->epoch(), transport::Octets{outgoing.message}, std::nullopt, {}};
  if (outgoing.group_info) post.group_info = transport::Octets{*outgoing.group_info};
  if (outgoing.welcome) post.welcomes.push_back(transport::Octets{*outgoing.welcome});
  return {std::move(staged), std::move(outgoing), line.request(std::move(post))};
}

void Member::won(Prepared prepared, const transport::Won& won) {
  const auto stored = good(group::store(sink_, prepared.staged.on_accept()), name_);
  good(group_->accept(std::move(prepared.staged), stored), name_);
  next_ = won.number + 1;
}

group::Outgoing Member::commit(Line& line, group::CommitPlan plan) {
  Prepared prepared = prepare(line, std::move(plan));
  group::Outgoing outgoing = prepared.outgoing;
  const auto verdict = Line::expect_reply<transport::Won>(line.ask(prepared.request));
  won(std::move(prepared), verdict);
  return outgoing;
}

group::CommitPlan Member::adding(Line& line, const std::vector<std::string>& names) {
  transport::ClaimKeyPackages claim{crypto_.suite().id, {}};
  for (const std::string& name : names) claim.clients.push_back(to_bytes(name));
  const auto claimed = line.ask<transport::Claimed>(std::move(claim));
  group::CommitPlan plan;
  for (const auto& package : claimed.key_packages) {
    expect(package.has_value(), "everybody has a key package at the service");
    auto message = good(codec::decode<MLSMessage>(package->octets), "a key package");
    KeyPackage* key_package = message.wire_format.as<KeyPackage>();
    expect(key_package != nullptr, "a claimed key package is one");
    plan.proposals.push_back(Add{std::move(*key_package)});
  }
  plan.tree_in_welcome = false;
  return plan;
}

Bytes Member::say(Line& line, ByteView text) {
  auto outcome = good(loaded([&] { return group_->send(text, random()); }), name_);
  auto* staged = std::get_if<group::Staged>(&outcome);
  expect(staged != nullptr, "no proposal waits to be committed first");
  auto outgoing =
      good(staged->release(good(group::store(sink_, staged->before_send()), name_)), name_);
  line.ask<transport::Posted>(transport::PostMessage{group_->group_id(), outgoing.message});
  return std::move(outgoing.message);
}

group::Event Member::take(ByteView message) {
  auto staged = good(look_at(message), name_);
  const auto stored = good(group::store(sink_, staged.on_accept()), name_);
  return good(group_->accept(std::move(staged), stored), name_);
}

Member::CaughtUp Member::catch_up(Line& line) {
  CaughtUp out;
  for (;;) {
    const auto part =
        line.ask<transport::LogPart>(transport::ReadLog{group_->group_id(), next_, part_octets});
    const double start_us = os::thread_cpu_us();
    for (const transport::Entry& entry : part.entries) {
      out.events.push_back(take(entry.message));
      next_ = entry.number + 1;
      if (group_->removed()) break;
    }
    out.cpu_us += os::thread_cpu_us() - start_us;
    if (group_->removed() || next_ >= part.head.next) return out;
  }
}

Result<group::Staged> Member::look_at(ByteView message) {
  return loaded([&] { return group_->process(message, clock_now()); });
}

Lifetime Member::lifetime() const {
  const Instant now = clock_now();
  return {now.seconds - 3600, now.seconds + 30 * 86'400};
}

}  // namespace thicket::demo
