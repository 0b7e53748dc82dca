// Measured here, computed for the others.
#include "demo/costs.h"

#include "demo/clock.h"
#include "demo/scenes.h"

namespace thicket::demo {

Costs measure_here(World& world) {
  Costs out;
  Line& line = world.line();
  Member& ana = world.ana();
  const std::size_t others = world.members.size() - 1;

  double start_us = process_cpu_us();
  Member yan(world.crypto, "yan");
  yan.publish_key_package(line);
  const auto added = ana.commit(line, ana.adding(line, {yan.name()}));
  const auto joined = yan.join(line);
  out.add.cpu_us = process_cpu_us() - start_us;
  out.add.cpu_us += world.catch_up();
  out.add.messages = 2;  // the commit, and the Welcome that goes with it
  out.add.uploaded = added.message.size() + added.welcome->size();
  out.add.delivered = others * added.message.size() + joined.welcome + joined.tree;
  expect(equal(yan.group().epoch_authenticator(), ana.group().epoch_authenticator()),
         "who was added agrees with the others");

  const Bytes text(message_octets, 'a');
  start_us = process_cpu_us();
  const Bytes said = yan.say(line, text);
  out.message.cpu_us = process_cpu_us() - start_us;
  out.message.cpu_us += world.catch_up(
      [&](const Member& member, const auto& events) { expect_heard(member, events, text, yan); });
  out.message.messages = 1;
  out.message.uploaded = said.size();
  out.message.delivered = (others + 1) * said.size();

  group::CommitPlan plan;
  plan.proposals.push_back(Remove{yan.group().own_leaf()});
  start_us = process_cpu_us();
  const auto removed = ana.commit(line, std::move(plan));
  out.remove.cpu_us = process_cpu_us() - start_us;
  out.remove.cpu_us += world.catch_up();
  out.remove.messages = 1;
  out.remove.uploaded = removed.message.size();
  out.remove.delivered = others * removed.message.size();
  world.agree();
  return out;
}

namespace {

// Mean of enough calls to be measured; the first warms up.
template <class Call>
double mean_us(const Call& call) {
  constexpr double enough_us = 20e3;
  call();
  const double start_us = thread_cpu_us();
  double spent_us = 0;
  std::size_t calls = 0;
  for (; spent_us < enough_us; spent_us = thread_cpu_us() - start_us) {
    for (int i = 0; i < 16; ++i) call();
    calls += 16;
  }
  return spent_us / static_cast<double>(calls);
}

}  // namespace

Primitives measure_primitives(const crypto::Provider& provider) {
  const auto group = crypto::DhGroup::x25519;
  const auto scheme = SignatureScheme::ed25519;
  const Bytes scalar(32, 0x42);
  const Bytes text(message_octets, 'a');
  const auto secret = good(provider.dh_private(group, scalar), "a key");
  const Bytes point = provider.dh_public_of(group, *secret);
  const auto peer = good(provider.dh_public(group, point), "a key");
  const auto signer = good(provider.signing_key(scheme, scalar), "a key");
  const auto verifier =
      good(provider.verifying_key(scheme, provider.public_of(scheme, *signer)), "a key");
  const Bytes signature = provider.sign(scheme, *signer, text);
  Bytes digest(32);
  Bytes sealed(text.size() + 16);
  const Bytes key(16, 0x17);
  const Bytes nonce(12, 0);
  const ByteView parts[] = {text};

  Primitives out;
  out.generate = mean_us([&] {
    (void)provider.dh_public_of(group, *good(provider.dh_private(group, scalar), "a key"));
  });
  out.agree = mean_us([&] { (void)good(provider.dh(group, *secret, *peer), "an agreement"); });
  out.sign = mean_us([&] { (void)provider.sign(scheme, *signer, text); });
  out.verify = mean_us([&] { (void)provider.verify(scheme, *verifier, text, signature); });
  out.hmac = mean_us([&] { provider.hmac(crypto::HashId::sha256, key, parts, digest); });
  out.aead =
      mean_us([&] { provider.seal(crypto::AeadId::aes128gcm, key, nonce, {}, text, sealed); });
  return out;
}

namespace {

// Octets, as docs/demo.md lists them.
constexpr std::uint64_t bundle = 32 + 32 + 64 + 32;   // identity, signed prekey, signature, prekey
constexpr std::uint64_t first_message = 32 + 32 + 8;  // what X3DH adds to the first message
constexpr std::uint64_t ratchet_message = 32 + 8 + 16;  // ratchet key, counters, tag
constexpr std::uint64_t sender_key = 32 + 32 + 8;       // chain key, signature key, ids
constexpr std::uint64_t sender_message = 8 + 64 + 16;   // ids, signature, tag

// X3DH with a one-time prekey and the first step of the Double Ratchet, both sides.
double session_us(const Primitives& cost) {
  return 2 * cost.generate + 10 * cost.agree + cost.verify + 14 * cost.hmac;
}
// A message of a session that is there, both sides, without a step of the Diffie-Hellman ratchet.
double pairwise_message_us(const Primitives& cost) {
  return 10 * cost.hmac + 2 * cost.aead;
}

}  // namespace

Costs pairwise_sessions(std::uint64_t members, const Primitives& cost) {
  const auto times = static_cast<double>(members);
  Costs out;
  out.add.messages = members;
  out.add.uploaded = members * (first_message + ratchet_message);
  out.add.delivered = out.add.uploaded + members * bundle;
  out.add.cpu_us = times * (session_us(cost) + pairwise_message_us(cost));
  // Removing somebody is not to write to it any more.
  out.message.messages = members;
  out.message.uploaded = members * (ratchet_message + message_octets);
  out.message.delivered = out.message.uploaded;
  out.message.cpu_us = times * pairwise_message_us(cost);
  return out;
}

Costs sender_keys(std::uint64_t members, const Primitives& cost) {
  const auto times = static_cast<double>(members);
  Costs out;
  // A session with each; each tells the new one its sender key, and the new one tells each its own.
  out.add.messages = 2 * members;
  out.add.uploaded = 2 * members * (ratchet_message + sender_key) + members * first_message;
  out.add.delivered = out.add.uploaded + members * bundle;
  out.add.cpu_us = times * (session_us(cost) + 2 * pairwise_message_us(cost)) + cost.generate;
  // Each of those who stay makes a new sender key and tells it to all others.
  out.remove.messages = members * (members - 1);
  out.remove.uploaded = out.remove.messages * (ratchet_message + sender_key);
  out.remove.delivered = out.remove.uploaded;
  out.remove.cpu_us = times * cost.generate + times * (times - 1) * pairwise_message_us(cost);
  out.message.messages = 1;
  out.message.uploaded = sender_message + message_octets;
  out.message.delivered = members * out.message.uploaded;
  out.message.cpu_us =
      5 * cost.hmac + cost.aead + cost.sign + times * (5 * cost.hmac + cost.aead + cost.verify);
  return out;
}

}  // namespace thicket::demo
