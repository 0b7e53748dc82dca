// Sinks that keep nothing, and groups that go on.
#include "bench/acts.h"

#include "crypto/seeded_random.h"

namespace thicket::bench {

group::OwnKeyPackage key_package_of(const group::WarmGroup& fixture, std::uint32_t number,
                                    const Lifetime& lifetime) {
  crypto::SeededRandom random(0x6B50ULL << 32 | number);
  group::KeyPackagePlan plan{fixture.crypto().suite().id, lifetime, {}};
  plan.grease = false;
  return group::make_key_package(fixture.crypto().provider(), fixture.outsider(number), plan,
                                 random)
      .value();
}

Own send_and_accept(group::Group& member, group::Staged staged) {
  CountingSink sink;
  const group::Stored before = group::store(sink, staged.before_send()).value();
  Own own{staged.release(before).value(), 0};
  const group::Stored after = group::store(sink, staged.on_accept()).value();
  member.accept(std::move(staged), after).value();
  own.delta_bytes = sink.octets;
  return own;
}

std::size_t receive_and_accept(group::Group& member, ByteView message) {
  CountingSink sink;
  group::Staged staged = member.process(message, group::warm_now).value();
  const group::Stored stored = group::store(sink, staged.on_accept()).value();
  member.accept(std::move(staged), stored).value();
  return sink.octets;
}

}  // namespace thicket::bench
