// Joining from outside through the service.
#include <doctest/doctest.h>

#include "group/join_external.h"
#include "kit/local_service.h"

namespace thicket::delivery {
namespace {

using kit::answer;
using kit::check_agreement;
using kit::Client;
using kit::Local;
using kit::noon;

const Bytes group_id = to_bytes("the group");

}  // namespace

TEST_CASE("one joins from outside with what the service has, while nobody is there") {
  Local service;
  Client ana(*service.provider, service, "ana");
  Client dan(*service.provider, service, "dan");
  ana.create(group_id);
  REQUIRE(ana.commit());
  const auto state = answer<transport::GroupState>(dan.call(transport::FetchGroup{group_id}));
  const group::NoGroups none;
  group::ExternalJoinPlan plan{state.group_info, ByteView(state.ratchet_tree), dan.identity, none};
  auto join = kit::good(group::join_external(dan.environment(), plan, noon, dan.random));
  const auto outgoing =
      kit::good(join.release(kit::good(group::store(dan.sink, join.before_send()))));
  const auto won = answer<transport::Won>(
      dan.call(transport::PostCommit{group_id,
                                     state.head.epoch,
                                     transport::Octets{outgoing.message},
                                     transport::Octets{outgoing.group_info.value()},
                                     {}}));
  const auto stored = kit::good(group::store(dan.sink, join.on_accept()));
  dan.group = kit::good(std::move(join).open(stored));
  dan.rows.emplace(dan.store, group_id);
  dan.next = won.number + 1;
  ana.sync();
  check_agreement({&ana, &dan});
  REQUIRE(dan.commit());
  ana.sync();
  check_agreement({&ana, &dan});
}

}  // namespace thicket::delivery
