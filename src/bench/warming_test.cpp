// How a new group becomes warm: the schedule against what happens without one.
#include "bench/warming.h"

#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"

namespace thicket::bench {

TEST_CASE("the schedule fills a tree with the least work, and no commit but the first is wide") {
  const auto provider = crypto::make_awslc();
  constexpr std::uint32_t members = 256;
  const auto end = [&](WarmingOrder order) {
    return warm(*provider, order, {members, members / 2, 3}).back();
  };
  const WarmingPoint scheduled = end(WarmingOrder::scheduled);
  const WarmingPoint partly = end(WarmingOrder::scheduled_then);
  const WarmingPoint nothing = end(WarmingOrder::nothing);
  const WarmingPoint one_by_one = end(WarmingOrder::one_by_one);
  // Every parent is filled: eight levels, one ciphertext each.
  CHECK(scheduled.mean_ciphertexts == 8);
  CHECK(scheduled.commits == 128);
  CHECK(scheduled.ciphertexts_max == 255);
  CHECK(partly.mean_ciphertexts < 1.1 * nothing.mean_ciphertexts);
  CHECK(nothing.mean_ciphertexts > 8);
  CHECK(scheduled.ciphertexts < nothing.ciphertexts);
  CHECK(scheduled.ciphertexts < one_by_one.ciphertexts / 5);
}

TEST_CASE("a group that is created in waves is as warm in the end, and no commit is wide") {
  const auto provider = crypto::make_awslc();
  constexpr std::uint32_t members = 256;
  const WarmingPlan plan{members, members / 2, 3, 16};
  const WarmingPoint waves = warm(*provider, WarmingOrder::waves, plan).back();
  const WarmingPoint at_once = warm(*provider, WarmingOrder::scheduled, plan).back();
  CHECK(waves.mean_ciphertexts == 8);
  CHECK(waves.commits == 128);
  CHECK(waves.ciphertexts_max < 32);  // a wave, and the levels above it
  CHECK(waves.ciphertexts < at_once.ciphertexts);
}

}  // namespace thicket::bench
