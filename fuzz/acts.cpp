// A script's edits, at the stages of the tests' forgers.
#include "acts.h"

#include "kit/welcome_forger.h"
#include "sealed.h"

namespace thicket::fuzz {
namespace {

using kit::Forger;

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

enum EntryStage : std::uint8_t {
  tree,
  tree_octets,
  context,
  secrets,
  late_secrets,
  info,
  signed_info,
  welcome
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

template <class T, class OneStage>
std::function<void(T&)> at(const Script& script, OneStage stage) {
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

// Leaves that were changed are signed by whom their name is of.
std::function<void(RatchetTreeExtension&)> tree_at(House& there, const Script& script) {
  return [&](RatchetTreeExtension& nodes) {
    const RatchetTreeExtension before = nodes;
    fuzz::apply(script, tree, nodes);
    for (std::size_t i = 0; i < nodes.size(); i += 2) {
      auto* leaf = nodes[i] ? nodes[i]->as<LeafNode>() : nullptr;
      if (leaf == nullptr || (i < before.size() && nodes[i] == before[i])) continue;
      for (const auto& [name, member] : there.world.people) {
        if (member->identity.signer.public_key != leaf->signature_key) continue;
        kit::sign_leaf(there.world, name, *leaf, LeafIndex{static_cast<std::uint32_t>(i / 2)});
      }
    }
  };
}

kit::WelcomeSpoil spoil_of(House& there, const Script& script) {
  return {tree_at(there, script),
          at<Bytes>(script, tree_octets),
          at<GroupContext>(script, context),
          at<GroupSecrets>(script, secrets),
          at<GroupSecrets>(script, late_secrets),
          at<GroupInfo>(script, info),
          at<GroupInfo>(script, signed_info),
          at<Welcome>(script, welcome)};
}

}  // namespace

std::optional<Bytes> message_of(House& there, const Script& script) {
  const Act act = act_of(script);
  switch (act) {
    case Act::public_octets:
    case Act::private_octets:
      return script.octets;
    case Act::commit:
    case Act::path_commit:
    case Act::external_join:
      return made([&] { return forged_commit(there, script, act); });
    case Act::proposal:
      return made([&] { return forged_proposal(there, script); });
    case Act::sealed:
      return made([&] { return sealed_anew(there, script, first_sealed); });
    case Act::from_outside:
    case Act::new_member:
      return made([&] { return forged_from_outside(there, script, act); });
  }
  return std::nullopt;
}

std::optional<Bytes> welcome_of(House& there, const Script& script) {
  return made([&] {
    return kit::forge_welcome(there.world, {"fay", "ana"}, there.welcome, spoil_of(there, script));
  });
}

std::optional<Bytes> group_info_of(House& there, const Script& script) {
  return made([&] {
    return kit::forge_group_info(there.world, "ana", there.whole_info, spoil_of(there, script));
  });
}

}  // namespace thicket::fuzz
