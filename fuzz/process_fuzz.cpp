// What a member of a living group may be sent: octets as they are, or any handshake and message of
// another member with edits at any stage, signed, tagged and encrypted anew around them. What is
// refused says why; nothing changes, because nothing is accepted.
#include "edit.h"
#include "house.h"
#include "kit/forger.h"
#include "sealed.h"
#include "target.h"

namespace {

using namespace thicket;
using fuzz::House;
using fuzz::Script;
using kit::Forger;

enum class Act : std::uint8_t {
  public_octets,
  private_octets,
  proposal,
  commit,         // script.octets choose its proposals
  path_commit,    // the same
  external_join,  // the same
  sealed,         // script.octets choose the letter
  from_outside,   // a proposal of an external sender
  new_member,
};
constexpr std::size_t acts = 9;

// Stages of edits.
enum Stage : std::uint8_t {
  list,
  leaf,
  made_leaf,
  signed_leaf,
  unsealed,
  path_made,
  content,
  auth,
  message,
  first_sealed  // those of sealed.h
};

const Proposal& chosen(const House& there, std::uint8_t octet) {
  return there.proposals[octet % there.proposals.size()];
}

std::vector<ProposalOrRef> chosen_list(House& there, const Script& script) {
  std::vector<ProposalOrRef> out;
  const auto& cached = there.epoch_of("ana").proposals;
  for (const std::uint8_t octet :
       ByteView(script.octets).first(std::min<std::size_t>(script.octets.size(), 8))) {
    if (octet < 0x80 || cached.empty()) {
      out.push_back(chosen(there, octet));
    } else {
      out.push_back(cached[octet % cached.size()].reference);
    }
  }
  return out;
}

// Leaves of Adds and Updates are signed by whom their key is of, where it is of somebody.
void sign_leaves(House& there, std::vector<ProposalOrRef>& list) {
  const Forger ana(there.world, "ana");
  for (ProposalOrRef& entry : list) {
    auto* proposal = entry.as<Proposal>();
    if (proposal == nullptr) continue;
    if (auto* update = proposal->as<Update>()) {
      LeafNode leaf = *update->leaf_node;
      ana.sign(leaf, {there.world.group_of("ana").group_id(), ana.own()}, ana.epoch().signer);
      *update = Update{std::move(leaf)};
    }
    if (auto* add = proposal->as<Add>()) {
      KeyPackage package = *add->key_package;
      const auto& key = there.world["gus"].identity.signer;
      ana.sign(package.leaf_node, {}, key);
      package.signature =
          there.world.crypto().sign_with_label(key, "KeyPackageTBS", key_package_tbs(package));
      *add = Add{std::move(package)};
    }
  }
}

template <class T>
std::function<void(T&)> at(const Script& script, Stage stage) {
  return [&script, stage](T& value) { fuzz::apply(script, stage, value); };
}

kit::FrameSpoil frame_of(const Script& script) {
  return {at<FramedContent>(script, content), at<FramedContentAuthData>(script, auth),
          at<PublicMessage>(script, message)};
}

Bytes forged_commit(House& there, const Script& script, Act act) {
  Forger ana(there.world, "ana");
  kit::ForgedCommit plan;
  plan.proposals = chosen_list(there, script);
  plan.path = act != Act::commit;
  if (act == Act::external_join) {
    plan.joiner = "gus";
    plan.proposals.insert(plan.proposals.begin(), ana.external_init());
  }
  const Bytes before = codec::encode(plan.proposals);
  fuzz::apply(script, list, plan.proposals);
  if (codec::encode(plan.proposals) != before) sign_leaves(there, plan.proposals);
  plan.leaf = at<LeafNode>(script, leaf);
  plan.made_leaf = at<LeafNode>(script, made_leaf);
  plan.signed_leaf = at<LeafNode>(script, signed_leaf);
  const auto has = [&](Stage stage) {
    return std::any_of(script.edits.begin(), script.edits.end(),
                       [&](const fuzz::Edit& edit) { return edit.stage == stage; });
  };
  // The Forger asks for as many nodes as there were.
  if (has(unsealed)) {
    plan.unsealed = [&](UpdatePath& path) {
      const std::size_t nodes = path.nodes.size();
      fuzz::apply(script, unsealed, path.nodes);
      path.nodes.resize(nodes);
    };
  }
  plan.path_made = at<UpdatePath>(script, path_made);
  plan.frame = frame_of(script);
  return ana.commit(plan);
}

Bytes forged_proposal(House& there, const Script& script) {
  const Forger ana(there.world, "ana");
  const std::uint8_t choice = script.octets.empty() ? 0 : script.octets[0];
  std::vector<ProposalOrRef> one{chosen(there, choice)};
  fuzz::apply(script, list, one);
  sign_leaves(there, one);
  const auto* proposal = one.empty() ? nullptr : one[0].as<Proposal>();
  return ana.proposal(proposal ? *proposal : chosen(there, choice), frame_of(script));
}

Bytes forged_from_outside(House& there, const Script& script, Act act) {
  const Forger ana(there.world, "ana");
  const bool outsider = act == Act::from_outside;
  const std::uint8_t choice = outsider && !script.octets.empty() ? script.octets[0] : 0;
  FramedContent framed = ana.content(chosen(there, choice));
  if (outsider) {
    framed.sender = ExternalSenderRef{0};
  } else {
    framed.sender = NewMemberProposal{};
  }
  return ana.message(std::move(framed),
                     outsider ? there.outsider : there.world["gus"].identity.signer,
                     frame_of(script));
}

std::optional<Bytes> message_of(House& there, const Script& script, Act act) {
  switch (act) {
    case Act::public_octets:
    case Act::private_octets:
      return script.octets;
    case Act::commit:
    case Act::path_commit:
    case Act::external_join:
      return fuzz::made([&] { return forged_commit(there, script, act); });
    case Act::proposal:
      return fuzz::made([&] { return forged_proposal(there, script); });
    case Act::sealed:
      return fuzz::made([&] { return fuzz::sealed_anew(there, script, first_sealed); });
    case Act::from_outside:
    case Act::new_member:
      return fuzz::made([&] { return forged_from_outside(there, script, act); });
  }
  return std::nullopt;
}

// A service passes whatever a member takes: else the group goes on without it.
void show(House& there, ByteView message) {
  kit::Member& bob = there.world["bob"];
  const auto outcome = bob.group->process(message, there.world.now);
  fuzz::named(outcome);
  if (there.service) {
    const auto checked = there.service->check(message, there.world.now);
    fuzz::named(checked);
    const auto outer = codec::decode<MLSMessage>(message);
    if (outcome && outer->wire_format.as<PublicMessage>() != nullptr) {
      THICKET_ASSERT(checked.has_value());
    }
  }
  THICKET_ASSERT(kit::standing_of(*bob.group) == there.before);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto script = codec::decode<Script>(ByteView(data, size));
  if (!script) return 0;
  const Act act = static_cast<Act>(script->act % acts);
  const bool is_private = act == Act::private_octets || act == Act::sealed;
  House& there =
      fuzz::house(is_private ? WireFormat::mls_private_message : WireFormat::mls_public_message);
  there.renew_random();
  if (const auto message = message_of(there, *script, act)) show(there, *message);
  return 0;
}

std::vector<Bytes> thicket::fuzz::seeds() {
  std::vector<Script> out;
  House& open = house(WireFormat::mls_public_message);
  House& closed = house(WireFormat::mls_private_message);
  for (std::uint8_t act = 0; act < acts; ++act) out.push_back({act, {}, {}});
  for (std::uint8_t i = 0; i < 3; ++i) {
    out.push_back({static_cast<std::uint8_t>(Act::public_octets), open.letters[i], {}});
    out.push_back({static_cast<std::uint8_t>(Act::private_octets), closed.letters[i], {}});
    out.push_back({static_cast<std::uint8_t>(Act::sealed), {i}, {}});
  }
  for (std::uint8_t i = 0; i < 8; ++i) {
    for (const Act act :
         {Act::proposal, Act::commit, Act::path_commit, Act::external_join, Act::from_outside}) {
      out.push_back({static_cast<std::uint8_t>(act), {i}, {}});
    }
  }
  out.push_back({static_cast<std::uint8_t>(Act::path_commit), {0x80, 0x81, 0, 2, 3}, {}});
  std::vector<Bytes> encoded;
  for (const Script& script : out) encoded.push_back(codec::encode(script));
  return encoded;
}
