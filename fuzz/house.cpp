// Six people; dan has left.
#define DOCTEST_CONFIG_IMPLEMENT
#include "house.h"

#include "kit/forger.h"

namespace thicket::fuzz {
namespace {

using kit::good;

// Thrown by an assertion of the tests' kit, which stands outside of a test here.
struct CannotBeMade {};

Extension external_senders(const crypto::SignaturePrivateKey& outsider) {
  const std::vector<ExternalSender> senders{
      {outsider.public_key, BasicCredential{to_bytes("outsider")}}};
  return {ExtensionType::external_senders, codec::encode(senders)};
}

PreSharedKeyID external_psk() {
  return {ExternalPSK{to_bytes("psk")}, Bytes(kit::usual_nh(), 3)};
}

void gather(House& there) {
  kit::World& world = there.world;
  there.outsider = world.crypto().generate_signature_key(world.random);
  for (const char* name : {"ana", "bob", "cid", "dan", "eve", "fay", "gus"}) {
    world[name].psks.keys[to_bytes("psk")] = Bytes(32, 9);
  }
  world.create("ana", {external_senders(there.outsider)});
  world.add("ana", {"bob", "cid", "dan", "eve"});
  world.commit("eve", {.force_path = true});
  world.commit("bob", {.force_path = true});
  world.remove("ana", "dan");
  group::CommitPlan plan;
  plan.force_path = true;
  plan.proposals.push_back(PreSharedKey{external_psk()});
  world.commit("cid", plan);
}

// The service has seen all proposals that the members have.
void watch(House& there) {
  kit::World& world = there.world;
  const group::Group& ana = world.group_of("ana");
  there.service = good(group::PublicGroup::create(
      {world.provider, world.authenticator, world.policy},
      {good(ana.group_info({})), good(ana.ratchet_tree()), world.now, Bytes(16)}));
  good(group::store(there.service_rows, there.service->snapshot()));
}

void tell_service(House& there, ByteView message) {
  if (!there.service) return;
  auto staged = good(there.service->check(message, there.world.now));
  const auto stored = good(group::store(there.service_rows, staged.delta()));
  good(there.service->accept(std::move(staged), stored));
}

void cache_proposals(House& there) {
  kit::World& world = there.world;
  kit::Member& cid = world["cid"];
  const auto update = good(cid.group->propose_update(std::nullopt, world.random));
  const Bytes updated = world.release(cid, update).message;
  world.deliver(updated, "");
  tell_service(there, updated);
  const LeafIndex eve = world.group_of("eve").own_leaf();
  tell_service(there, world.propose("bob", Remove{eve}).message);
}

void list_proposals(House& there) {
  kit::World& world = there.world;
  const kit::Forger ana(world, "ana");
  there.proposals.push_back(world.add_of("gus"));
  there.proposals.push_back(Remove{world.group_of("eve").own_leaf()});
  there.proposals.push_back(PreSharedKey{external_psk()});
  there.proposals.push_back(
      PreSharedKey{{ResumptionPSK{ResumptionPSKUsage::application, to_bytes("the group"),
                                  Epoch{world.group_of("ana").epoch().value - 1}},
                    Bytes(kit::usual_nh(), 4)}});
  there.proposals.push_back(GroupContextExtensions{{external_senders(there.outsider)}});
  there.proposals.push_back(ReInit{to_bytes("another"), ProtocolVersion::mls10, world.suite, {}});
  there.proposals.push_back(Update{ana.update_leaf()});
  there.proposals.push_back(CustomProposal{ProposalType{0xf00d}, Bytes(8, 5)});
}

void write_letters(House& there, const std::string& newcomer) {
  kit::World& world = there.world;
  kit::Member& ana = world["ana"];
  const group::Group& group = *ana.group;
  const auto encoded = [](GroupInfo info) {
    return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(info)});
  };
  there.tree = good(group.ratchet_tree());
  there.group_info = encoded(good(group.group_info({})));
  there.whole_info = encoded(good(group.group_info({true, true, {}})));
  auto said = good(ana.group->send(to_bytes("a word"), world.random));
  there.letters.push_back(world.release(ana, std::get<group::Staged>(said)).message);
  const auto proposed = good(ana.group->propose(there.proposals[2], world.random));
  there.letters.push_back(world.release(ana, proposed).message);
  group::CommitPlan plan;
  plan.proposals.push_back(world.add_of(newcomer));
  plan.proposals.push_back(PreSharedKey{external_psk()});
  plan.force_path = true;
  const auto committed = good(ana.group->commit(plan, world.now, world.random));
  const auto outgoing = world.release(ana, committed);
  there.letters.push_back(outgoing.message);
  there.welcome = *outgoing.welcome;
}

}  // namespace

void prepare_kit() {
  static doctest::Context context;
  static const bool once = [] {
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler([](const doctest::AssertData& data) {
      if (data.m_failed) throw CannotBeMade();
    });
    return true;
  }();
  static_cast<void>(once);
}

House::House(WireFormat handshakes, Readers readers) : world(9420) {
  world.policy.handshakes = handshakes;
  world.policy.commit_first = false;
  if (readers == Readers::anybody) {
    world.policy.grease = false;
    world.policy.lifetime_seconds_max = std::nullopt;
    world.lifetime = {0, UINT64_MAX};
  }
  gather(*this);
  if (handshakes == WireFormat::mls_public_message) watch(*this);
  cache_proposals(*this);
  list_proposals(*this);
  write_letters(*this, "fay");
  before = kit::standing_of(*world["bob"].group);
}

void House::renew_random() {
  std::destroy_at(&world.random);
  std::construct_at(&world.random, 6);
}

Bytes House::let_in_fay() {
  service.reset();
  world["hal"].psks.keys = world["fay"].psks.keys;
  group::CommitPlan plan;
  plan.pending = group::PendingChoice::none;
  plan.proposals.push_back(world.add_of("fay"));
  plan.force_path = true;
  const auto outgoing = world.commit("ana", plan);
  proposals.clear();
  letters.clear();
  list_proposals(*this);
  write_letters(*this, "hal");
  return *outgoing.welcome;
}

House& house(WireFormat handshakes) {
  prepare_kit();
  static House open(WireFormat::mls_public_message);
  static House closed(WireFormat::mls_private_message);
  return handshakes == WireFormat::mls_public_message ? open : closed;
}

std::optional<Bytes> made(const std::function<Bytes()>& make) {
  try {
    return make();
  } catch (const CannotBeMade&) {
    return std::nullopt;
  } catch (const doctest::detail::TestFailureException&) {
    return std::nullopt;
  }
}

}  // namespace thicket::fuzz
