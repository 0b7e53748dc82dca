// Pairwise sessions and sender keys: acts of two, measured, and how many of them an act of the
// group is.
#include "compare/costs.h"

#include "base/assert.h"
#include "bench/stopwatch.h"
#include "compare/sender_key.h"

namespace thicket::compare {
namespace {

// Mean of enough calls to be measured; the first warms up.
template <class Call>
double mean_us(const Call& call) {
  constexpr double enough_us = 20e3;
  call();
  const bench::Stopwatch watch;
  std::size_t calls = 0;
  do {
    for (int i = 0; i < 8; ++i) call();
    calls += 8;
  } while (watch.cpu_us() < enough_us);
  return watch.cpu_us() / static_cast<double>(calls);
}

// Two devices that have heard of each other.
struct Pair {
  explicit Pair(const crypto::Provider& provider)
      : alice(provider),
        bob(provider),
        bundle(bob.bundle()),
        ours(*Session::begin(alice, bundle)),
        first(ours.seal({})),
        theirs(std::move(Session::answer(bob, first)->session)) {}
  Device alice;
  Device bob;
  PrekeyBundle bundle;
  Session ours;
  Bytes first;
  Session theirs;
};

void measure_sessions(const crypto::Provider& provider, Units& out) {
  Pair pair(provider);
  out.bundle_octets = size_of(pair.bundle);
  out.first_octets = pair.first.size();
  out.begin_us = mean_us([&] { (void)Session::begin(pair.alice, pair.bundle)->seal({}); });
  out.answer_us = mean_us([&] { (void)Session::answer(pair.bob, pair.first); });
  const Bytes text(message_octets, 'a');
  out.next_octets = pair.theirs.seal({}).size();
  // Each turn of the conversation is one step; both sides' costs are alike.
  Pair turns(provider);
  const double turn_us = mean_us([&] {
    THICKET_ASSERT(turns.ours.open(turns.theirs.seal(text)));
    THICKET_ASSERT(turns.theirs.open(turns.ours.seal(text)));
  });
  Pair stream(provider);
  THICKET_ASSERT(stream.ours.open(stream.theirs.seal(text)));
  std::vector<Bytes> sealed;
  out.seal_us = mean_us([&] { sealed.push_back(stream.ours.seal(text)); });
  std::size_t next = 0;
  THICKET_ASSERT(stream.theirs.open(sealed[next++]));  // the step
  const bench::Stopwatch watch;
  while (next < sealed.size()) THICKET_ASSERT(stream.theirs.open(sealed[next++]));
  out.open_us = watch.cpu_us() / static_cast<double>(sealed.size() - 1);
  out.open_step_us = turn_us / 2 - out.seal_us;
}

void measure_sender_keys(const crypto::Provider& provider, Units& out) {
  const Bytes text(message_octets, 'a');
  SenderKey own(provider);
  const Bytes handed_out = own.handed_out();
  out.handed_octets = handed_out.size();
  out.sender_octets = own.seal({}).size();
  out.make_key_us = mean_us([&] { (void)SenderKey(provider).handed_out(); });
  out.take_key_us = mean_us([&] { (void)SenderKeyCopy::from(provider, handed_out); });
  SenderKey speaker(provider);
  SenderKeyCopy copy = *SenderKeyCopy::from(provider, speaker.handed_out());
  std::vector<Bytes> sealed;
  out.seal_sender_us = mean_us([&] { sealed.push_back(speaker.seal(text)); });
  const bench::Stopwatch watch;
  for (const Bytes& message : sealed) THICKET_ASSERT(copy.open(message));
  out.open_sender_us = watch.cpu_us() / static_cast<double>(sealed.size());
}

// The totals, from what the actor and each of so many others bear.
void add_up(Cost& cost, std::uint64_t others) {
  cost.total_cpu_us = cost.actor_cpu_us + static_cast<double>(others) * cost.member_cpu_us;
}

}  // namespace

std::string_view name_of(Act act) {
  constexpr std::array<std::string_view, 4> names{"join", "leave", "update", "message"};
  return names[static_cast<std::size_t>(act)];
}

Units measure_units(const crypto::Provider& provider) {
  Units out;
  measure_sessions(provider, out);
  measure_sender_keys(provider, out);
  return out;
}

Scheme pairwise_sessions(std::uint32_t members, const Units& units) {
  Scheme out{std::string(pairwise_name), {}};
  const std::uint64_t all = members;
  const std::uint64_t others = members - 1;
  // A session with each, begun by the newcomer.
  Cost& join = out.costs[0];
  join.messages = all;
  join.uploaded = all * units.first_octets;
  join.delivered = all * (units.first_octets + units.bundle_octets);
  join.actor_octets = join.uploaded + all * units.bundle_octets;
  join.member_octets = units.first_octets;
  join.actor_cpu_us = static_cast<double>(all) * units.begin_us;
  join.member_cpu_us = units.answer_us;
  add_up(join, all);
  // To remove somebody is not to write to it any more: nothing. An update is a turn with each: out,
  // back with a new key, and the own new key is there.
  Cost& update = out.costs[2];
  update.messages = 2 * others;
  update.uploaded = update.delivered = 2 * others * units.next_octets;
  update.actor_octets = 2 * others * units.next_octets;
  update.member_octets = 2 * units.next_octets;
  update.member_cpu_us = units.open_step_us + units.seal_us;
  update.actor_cpu_us = static_cast<double>(others) * update.member_cpu_us;
  add_up(update, others);
  Cost& message = out.costs[3];
  message.messages = others;
  message.uploaded = message.delivered = others * (units.next_octets + message_octets);
  message.actor_octets = message.uploaded;
  message.member_octets = units.next_octets + message_octets;
  message.actor_cpu_us = static_cast<double>(others) * units.seal_us;
  message.member_cpu_us = units.open_us;
  add_up(message, others);
  return out;
}

Scheme sender_keys(std::uint32_t members, const Units& units) {
  const Scheme pairwise = pairwise_sessions(members, units);
  Scheme out{std::string(sender_keys_name), {}};
  const std::uint64_t all = members;
  const std::uint64_t others = members - 1;
  const std::size_t handing_octets = units.next_octets + units.handed_octets;
  const double hand_us = units.seal_us;
  const double take_us = units.open_us + units.take_key_us;
  // The newcomer's sender key goes with the first message; each answers with its own.
  Cost& join = out.costs[0];
  join = pairwise[Act::join];
  join.messages += all;
  join.uploaded += all * (units.handed_octets + handing_octets);
  join.delivered += all * (units.handed_octets + handing_octets);
  join.actor_octets += all * (units.handed_octets + handing_octets);
  join.member_octets += units.handed_octets + handing_octets;
  join.actor_cpu_us +=
      units.make_key_us + static_cast<double>(all) * (units.open_step_us + units.take_key_us);
  join.member_cpu_us += units.take_key_us + units.seal_us;
  add_up(join, all);
  // Each of those who stay makes a new sender key and tells it to all others.
  Cost& leave = out.costs[1];
  leave.messages = all * others;
  leave.uploaded = leave.delivered = leave.messages * handing_octets;
  leave.actor_octets = leave.member_octets = 2 * others * handing_octets;
  leave.actor_cpu_us = leave.member_cpu_us =
      units.make_key_us + static_cast<double>(others) * (hand_us + take_us);
  add_up(leave, others);
  // The sessions heal first; then a new sender key goes over them.
  Cost& update = out.costs[2];
  update = pairwise[Act::update];
  update.messages += others;
  update.uploaded += others * handing_octets;
  update.delivered += others * handing_octets;
  update.actor_octets += others * handing_octets;
  update.member_octets += handing_octets;
  update.actor_cpu_us += units.make_key_us + static_cast<double>(others) * hand_us;
  update.member_cpu_us += take_us;
  add_up(update, others);
  Cost& message = out.costs[3];
  message.messages = 1;
  message.uploaded = units.sender_octets + message_octets;
  message.delivered = others * message.uploaded;
  message.actor_octets = message.member_octets = message.uploaded;
  message.actor_cpu_us = units.seal_sender_us;
  message.member_cpu_us = units.open_sender_us;
  add_up(message, others);
  return out;
}

}  // namespace thicket::compare
