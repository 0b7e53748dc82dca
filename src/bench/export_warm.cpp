// A group handed out.
#include "bench/export_warm.h"

#include "bench/fixture.h"
#include "crypto/seeded_random.h"
#include "messages/wire.h"

namespace thicket::bench {

namespace {

class NoStore final : public group::DeltaSink {
 public:
  void write(const group::PublicDelta&, std::span<const group::SecretRow>) override {}
};

}  // namespace

Result<WarmExport> export_warm(const crypto::Provider& provider, const WarmExportPlan& plan) {
  const MLSMessage message =
      THICKET_TRY_AT("key_package", codec::decode<MLSMessage>(plan.key_package));
  const KeyPackage* joiner = message.wire_format.as<KeyPackage>();
  if (!joiner) return broken(Rule::input_format).at("key_package").because("no KeyPackage");
  const crypto::Suite* suite =
      THICKET_TRY_AT("key_package.cipher_suite", crypto::suite_of(joiner->cipher_suite));
  constexpr std::uint64_t day = 24UL * 3600;
  const Lifetime lifetime{plan.now.seconds - day, plan.now.seconds + 80 * day};
  const Fixture fixture(provider, *suite,
                        {plan.members - 1, plan.shape, plan.seed, true, lifetime});
  crypto::SeededRandom random(plan.seed);
  const auto member = fixture.member(fixture.draw(random, 0).committer, provider);
  group::CommitPlan commit;
  commit.proposals = {Add{*joiner}};
  commit.tree_in_welcome = false;
  group::Staged staged = THICKET_TRY(member->commit(commit, plan.now, random));
  NoStore sink;
  const group::Stored before = THICKET_TRY(group::store(sink, staged.before_send()));
  const group::Outgoing outgoing = THICKET_TRY(staged.release(before));
  const group::Stored after = THICKET_TRY(group::store(sink, staged.on_accept()));
  THICKET_TRY(member->accept(std::move(staged), after));

  WarmExport out;
  out.welcome = outgoing.welcome.value();
  out.ratchet_tree = THICKET_TRY(member->ratchet_tree());
  out.info_json = "{\"group_id\": \"" + to_hex(member->group_id()) +
                  "\", \"epoch\": " + std::to_string(member->epoch().value) +
                  ", \"cipher_suite\": " + std::to_string(static_cast<unsigned>(suite->id)) +
                  ", \"members\": " + std::to_string(member->member_count()) +
                  ", \"own_leaf\": " + std::to_string(fixture.free_leaves().front().value) +
                  ", \"epoch_authenticator\": \"" + to_hex(member->epoch_authenticator()) + "\"}\n";
  return out;
}

}  // namespace thicket::bench
