// MLS as it is here: each act done once by one member of a warm group, seen by another and by what
// a service sees of it.
#include "base/assert.h"
#include "bench/acts.h"
#include "bench/stopwatch.h"
#include "compare/costs.h"
#include "crypto/seeded_random.h"
#include "group/join.h"
#include "group/public_group.h"
#include "messages/wire.h"

namespace thicket::compare {
namespace {

// The medians of so many runs of each act.
constexpr std::uint32_t runs = 5;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class Act>
double timed_us(const Act& act) {
  const bench::Stopwatch watch;
  act();
  return watch.cpu_us();
}

class Acts final {
 public:
  Acts(const crypto::Provider& provider, const crypto::Suite& suite, std::uint32_t members)
      : provider_(provider), fixture_(provider, suite, plan_of(members)), members_(members) {
    const auto first = fixture_.member(LeafIndex{0}, provider);
    info_ = first->group_info({}).value();
    service_ = watched();
  }

  Cost join() {
    std::vector<double> add, take, check, enter;
    Cost out;
    for (std::uint32_t i = 0; i < runs; ++i) {
      bench::OneKeyPackage newcomer(fixture_.crypto(), bench::key_package_of(fixture_, i));
      group::CommitPlan plan;
      plan.proposals.push_back(Add{newcomer.key_package()});
      plan.tree_in_welcome = false;
      const Committed made = commit(i, plan);
      add.push_back(made.cpu_us);
      take.push_back(made.member_cpu_us);
      check.push_back(made.server_cpu_us);
      const Bytes& welcome = *made.own.outgoing.welcome;
      const Bytes tree = made.group->ratchet_tree().value();
      const std::size_t handed_out = welcome.size() + tree.size();
      enter.push_back(timed_us([&] { join_by(newcomer, welcome, tree); }));
      const std::size_t octets = made.own.outgoing.message.size();
      out.messages = 2;
      out.uploaded = octets + welcome.size();
      // To those who are there but for the one who adds, and to the newcomer.
      out.delivered = (members_ - 1) * octets + handed_out;
      out.actor_octets = handed_out;
      out.member_octets = octets;
    }
    out.actor_cpu_us = median(enter);
    out.member_cpu_us = median(take);
    out.server_cpu_us = median(check);
    out.total_cpu_us = out.actor_cpu_us + median(add) + (members_ - 1) * out.member_cpu_us;
    return out;
  }
  // Of `members` who stay and one who goes: the fixture has the one who goes.
  Cost leave() {
    return by_commit(members_ - 2, [&](std::uint32_t i) {
      group::CommitPlan plan;
      plan.proposals.push_back(Remove{gone(i)});
      return plan;
    });
  }
  Cost update() {
    return by_commit(members_ - 1,
                     [](std::uint32_t) { return group::CommitPlan{.force_path = true}; });
  }
  Cost message() {
    std::vector<double> say, hear;
    Cost out;
    const auto speaker = fixture_.member(committer(0), provider_);
    const auto hearer = fixture_.member(witness(0), provider_);
    crypto::SeededRandom random(7);
    for (std::uint32_t i = 0; i <= runs; ++i) {
      Bytes sent;
      const double said = timed_us([&] {
        auto outcome = speaker->send(Bytes(message_octets, 'a'), random).value();
        sent = bench::send_and_accept(*speaker, std::move(std::get<group::Staged>(outcome)))
                   .outgoing.message;
      });
      const double heard = timed_us([&] { bench::receive_and_accept(*hearer, sent); });
      if (i == 0) continue;  // a sender's first message derives its ratchet
      say.push_back(said);
      hear.push_back(heard);
      out.messages = 1;
      out.uploaded = out.actor_octets = out.member_octets = sent.size();
      out.delivered = (members_ - 1) * sent.size();
    }
    out.actor_cpu_us = median(say);
    out.member_cpu_us = median(hear);
    out.total_cpu_us = out.actor_cpu_us + (members_ - 1) * out.member_cpu_us;
    return out;
  }

 private:
  static group::WarmGroupPlan plan_of(std::uint32_t members) {
    group::WarmGroupPlan plan;
    plan.members = members;
    return plan;
  }
  std::unique_ptr<group::PublicGroup> watched() const {
    return group::PublicGroup::create({provider_, authenticator_, policy_},
                                      {info_, fixture_.encoded_tree(), group::warm_now, Bytes(16)})
        .value();
  }
  // Spread over the group, and three of their kind at least apart where there are as many.
  LeafIndex spread(std::uint32_t i, std::uint32_t of) const {
    return LeafIndex{static_cast<std::uint32_t>(std::uint64_t{i} * 2654435761U % of)};
  }
  LeafIndex committer(std::uint32_t i) const { return spread(3 * i + 1, members_); }
  LeafIndex witness(std::uint32_t i) const { return other_than(committer(i), {}, 3 * i + 2); }
  LeafIndex gone(std::uint32_t i) const { return other_than(committer(i), witness(i), 3 * i + 3); }
  LeafIndex other_than(LeafIndex one, std::optional<LeafIndex> two, std::uint32_t from) const {
    LeafIndex out = spread(from, members_);
    while (out == one || out == two) out.value = (out.value + 1) % members_;
    return out;
  }

  struct Committed {
    bench::Own own;
    double cpu_us = 0;
    double member_cpu_us = 0;
    double server_cpu_us = 0;
    std::unique_ptr<group::Group> group;  // afterwards
  };
  Committed commit(std::uint32_t i, const group::CommitPlan& plan) {
    Committed out;
    out.group = fixture_.member(committer(i), provider_);
    const auto other = fixture_.member(witness(i), provider_);
    crypto::SeededRandom random(i);
    out.cpu_us = timed_us([&] {
      out.own = bench::send_and_accept(*out.group,
                                       out.group->commit(plan, group::warm_now, random).value());
    });
    const Bytes& message = out.own.outgoing.message;
    out.member_cpu_us = timed_us([&] { bench::receive_and_accept(*other, message); });
    out.server_cpu_us = timed_us([&] { (void)service_->check(message, group::warm_now).value(); });
    THICKET_ASSERT(other->epoch() == out.group->epoch());
    return out;
  }
  Cost by_commit(std::uint32_t receivers,
                 const std::function<group::CommitPlan(std::uint32_t)>& plan) {
    std::vector<double> make, take, check, octets;
    for (std::uint32_t i = 0; i < runs; ++i) {
      const Committed made = commit(i, plan(i));
      make.push_back(made.cpu_us);
      take.push_back(made.member_cpu_us);
      check.push_back(made.server_cpu_us);
      octets.push_back(static_cast<double>(made.own.outgoing.message.size()));
    }
    Cost out;
    out.messages = 1;
    out.uploaded = out.actor_octets = out.member_octets =
        static_cast<std::uint64_t>(median(octets));
    out.delivered = receivers * out.uploaded;
    out.actor_cpu_us = median(make);
    out.member_cpu_us = median(take);
    out.server_cpu_us = median(check);
    out.total_cpu_us = out.actor_cpu_us + receivers * out.member_cpu_us;
    return out;
  }
  void join_by(bench::OneKeyPackage& newcomer, ByteView welcome, ByteView tree) {
    crypto::SeededRandom random(9);
    const group::NoGroups none;
    group::StagedGroup staged =
        group::join(fixture_.environment(provider_), {welcome, newcomer, none, tree},
                    group::warm_now, random)
            .value();
    bench::CountingSink sink;
    const group::Stored stored = group::store(sink, staged.delta()).value();
    (void)std::move(staged).open(stored).value();
  }

  const crypto::Provider& provider_;
  const group::BasicAuthenticator authenticator_;
  const group::Policy policy_;
  const group::WarmGroup fixture_;
  const std::uint32_t members_;
  GroupInfo info_;
  std::unique_ptr<group::PublicGroup> service_;
};

}  // namespace

Scheme mls(const crypto::Provider& provider, const crypto::Suite& suite, std::uint32_t members) {
  THICKET_ASSERT(members >= 2);
  Acts acts(provider, suite, members);
  Scheme out{std::string(suite.name), {acts.join(), {}, acts.update(), acts.message()}};
  // One more is there to go.
  Acts more(provider, suite, members + 1);
  out.costs[static_cast<std::size_t>(Act::leave)] = more.leave();
  return out;
}

}  // namespace thicket::compare
