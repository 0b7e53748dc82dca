// Handshakes made outside the product's own commit(), with one thing changed.
#include "kit/forger.h"

#include "framing/private_message.h"
#include "framing/sender_data.h"
#include "group/advance.h"
#include "group/check_commit.h"
#include "schedule/psk_secret.h"
#include "schedule/transcript.h"
#include "tree/editor.h"

namespace thicket::kit {

// The epoch that a commit begins, as far as it is known.
struct Forger::Change {
  explicit Change(const tree::RatchetTree& base) : editor(base) {}
  tree::TreeEditor editor;
  std::vector<Extension> extensions;
  std::vector<LeafIndex> added;
  std::vector<PreSharedKeyID> psks;
  LeafIndex committer;
  const group::Identity* joiner = nullptr;
  CommitSecret commit_secret;
  GroupContext provisional;
};

namespace {

struct Listed {
  Proposal proposal;
  std::optional<LeafIndex> sender;
};

std::vector<Listed> resolved(const group::EpochState& epoch, const ForgedCommit& script,
                             LeafIndex own) {
  std::vector<Listed> out;
  for (const ProposalOrRef& entry : script.proposals) {
    if (const auto* proposal = entry.as<Proposal>()) {
      out.push_back({*proposal, own});
      continue;
    }
    for (const group::CachedProposal& cached : epoch.proposals) {
      if (cached.reference != *entry.as<ProposalRef>()) continue;
      const auto* member = cached.sender.as<MemberSender>();
      out.push_back({cached.proposal, member ? std::optional(member->leaf_index) : std::nullopt});
    }
  }
  return out;
}

Bytes client_of(const LeafNode& leaf) {
  const auto* basic = leaf.credential.as<BasicCredential>();
  return basic ? basic->identity : leaf.signature_key;
}

}  // namespace

LeafNode Forger::update_leaf(const std::function<void(LeafNode&)>& spoil) const {
  LeafNode leaf = good(epoch().tree.leaf(own())).leaf_node();
  leaf.encryption_key = crypto().generate_key_pair(world_.random)->public_key();
  leaf.leaf_node_source = UpdateSource{};
  if (spoil) spoil(leaf);
  sign(leaf, {epoch().context.group_id, own()}, epoch().signer);
  return leaf;
}

void Forger::sign(LeafNode& leaf, const LeafPlace& place,
                  const crypto::SignaturePrivateKey& key) const {
  leaf.signature = crypto().sign_with_label(key, "LeafNodeTBS", leaf_node_tbs(leaf, place));
}

// 12.3, without a check: what cannot be applied is left out.
void Forger::apply(const ForgedCommit& script, Change& out) const {
  out.extensions = epoch().context.extensions;
  const auto list = resolved(epoch(), script, own());
  for (const Listed& one : list) {
    if (const auto* context = one.proposal.as<GroupContextExtensions>()) {
      out.extensions = context->extensions;
    }
    if (const auto* psk = one.proposal.as<PreSharedKey>()) out.psks.push_back(psk->psk);
  }
  const bool external = script.joiner.has_value();
  for (const Listed& one : list) {
    const auto* update = one.proposal.as<Update>();
    if (!update || !one.sender || *one.sender == own()) continue;
    static_cast<void>(
        out.editor.update(*one.sender, {*update->leaf_node, client_of(*update->leaf_node)}));
  }
  for (const Listed& one : list) {
    const auto* remove = one.proposal.as<Remove>();
    if (!remove || (!external && remove->removed == own())) continue;
    static_cast<void>(out.editor.remove(remove->removed));
  }
  for (const Listed& one : list) {
    const auto* add = one.proposal.as<Add>();
    if (!add) continue;
    const LeafNode& leaf = add->key_package->leaf_node;
    out.added.push_back(good(out.editor.add({leaf, client_of(leaf)})));
  }
  out.committer = own();
  if (external) {
    out.joiner = &world_[*script.joiner].identity;
    out.committer = out.editor.draft().next_free_leaf();
  }
}

void Forger::spoil_leaf(const ForgedCommit& script, Change& change, LeafNode& leaf) const {
  const auto& key = script.signer   ? *script.signer
                    : change.joiner ? change.joiner->signer
                                    : epoch().signer;
  if (script.made_leaf) script.made_leaf(leaf);
  sign(leaf, {epoch().context.group_id, change.committer}, key);
  if (script.signed_leaf) script.signed_leaf(leaf);
  static_cast<void>(change.editor.put_leaf(change.committer, {leaf, client_of(leaf)}));
}

std::optional<UpdatePath> Forger::make_path(const ForgedCommit& script, Change& change) const {
  if (!script.path) {
    change.commit_secret = schedule::zero_commit_secret(crypto());
    return std::nullopt;
  }
  LeafNode leaf;
  if (change.joiner) {
    leaf.signature_key = change.joiner->signer.public_key;
    leaf.credential = change.joiner->credential;
    leaf.capabilities = change.joiner->capabilities;
    leaf.extensions = change.joiner->extensions;
  } else {
    leaf = good(epoch().tree.leaf(own())).leaf_node();
  }
  if (script.leaf) script.leaf(leaf);
  const auto& key = script.signer   ? *script.signer
                    : change.joiner ? change.joiner->signer
                                    : epoch().signer;
  tree::NewPath path = good(tree::create_path(
      change.editor, {change.committer, leaf, client_of(leaf), key, epoch().context.group_id},
      world_.random));
  if (script.unsealed) {
    UpdatePath keys{path.leaf_node, {}};
    for (const auto& node : path.nodes) keys.nodes.push_back({node.encryption_key, {}});
    script.unsealed(keys);
    std::vector<ByteView> views;
    for (std::size_t i = 0; i < path.nodes.size(); ++i) {
      path.nodes[i].encryption_key = keys.nodes[i].encryption_key;
      views.push_back(path.nodes[i].encryption_key);
    }
    path.leaf_node.leaf_node_source =
        CommitSource{good(change.editor.put_path({change.committer, views, false}))};
  }
  spoil_leaf(script, change, path.leaf_node);
  if (script.path_secret) {
    for (auto& node : path.nodes) script.path_secret(node.path_secret);
  }
  const tree::RatchetTree& tree = change.editor.tree();
  change.provisional.tree_hash = to_bytes(tree.tree_hash());
  change.commit_secret = std::move(path.commit_secret);
  UpdatePath out = good(tree::seal_path(
      tree, path, {codec::encode(change.provisional), change.added}, world_.random));
  if (script.path_made) script.path_made(out);
  return out;
}

schedule::PskSecret Forger::psk_secret(const std::vector<PreSharedKeyID>& psks) const {
  std::vector<SecretBytes> secrets;
  std::vector<schedule::PskInput> inputs;
  for (const PreSharedKeyID& id : psks) {
    std::optional<SecretBytes> secret;
    if (const auto* external = id.psktype.as<ExternalPSK>()) {
      secret = world_[name_].psks.external(external->psk_id);
    } else if (auto kept = world_.group_of(name_).resumption_psk(
                   id.psktype.as<ResumptionPSK>()->psk_epoch)) {
      secret = *std::move(kept);
    }
    secrets.push_back(secret ? std::move(*secret) : SecretBytes(Bytes(crypto().hash_size())));
  }
  for (std::size_t i = 0; i < psks.size(); ++i) inputs.push_back({psks[i], secrets[i].reveal()});
  return schedule::psk_secret(crypto(), inputs);
}

FramedContent Forger::content(Content body) const {
  return {
      epoch().context.group_id, epoch().context.epoch, MemberSender{own()}, {}, std::move(body)};
}

Bytes Forger::commit(const ForgedCommit& script) const {
  Change next(epoch().tree);
  apply(script, next);
  next.provisional = epoch().context;
  next.provisional.epoch = next.provisional.epoch.next();
  next.provisional.extensions = next.extensions;
  Commit commit{script.proposals, make_path(script, next)};
  next.provisional.tree_hash = to_bytes(next.editor.tree().tree_hash());
  FramedContent framed = content(std::move(commit));
  if (script.joiner) framed.sender = NewMemberCommit{};
  if (script.frame.content) script.frame.content(framed);
  const auto& key = script.joiner                   ? next.joiner->signer
                    : script.signer && !script.path ? *script.signer
                                                    : epoch().signer;
  auto made = framing::authenticate(crypto(), WireFormat::mls_public_message, std::move(framed),
                                    epoch().encoded_context(), key);
  const schedule::InitSecret init =
      external_ && script.joiner ? external_->clone() : epoch().secrets.init_secret.clone();
  const group::Advanced advanced =
      group::advance(crypto(), next.provisional,
                     {init, next.commit_secret, psk_secret(next.psks),
                      epoch().interim_transcript_hash, made.transcript_input()});
  FramedContentAuthData auth = std::move(made.value.auth);
  auth.confirmation_tag = advanced.confirmation_tag;
  if (script.frame.auth) script.frame.auth(auth);
  PublicMessage out{std::move(made.value.content), std::move(auth), {}};
  if (out.content.sender.tag() == SenderType::member) {
    out.membership_tag = schedule::membership_tag(crypto(), epoch().secrets.membership_key,
                                                  made.octets.tbs(), out.auth);
  }
  if (script.frame.message) script.frame.message(out);
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(out)});
}

Bytes Forger::proposal(const Proposal& proposal, const FrameSpoil& spoil) const {
  return message(content(proposal), epoch().signer, spoil);
}

Bytes Forger::message(FramedContent framed, const crypto::SignaturePrivateKey& key,
                      const FrameSpoil& spoil) const {
  if (spoil.content) spoil.content(framed);
  auto made = framing::authenticate(crypto(), WireFormat::mls_public_message, std::move(framed),
                                    epoch().encoded_context(), key);
  PublicMessage out{std::move(made.value.content), std::move(made.value.auth), {}};
  if (out.content.content_type() == ContentType::commit && !out.auth.confirmation_tag) {
    out.auth.confirmation_tag = Bytes(crypto().hash_size());
  }
  if (spoil.auth) spoil.auth(out.auth);
  if (out.content.sender.tag() == SenderType::member) {
    out.membership_tag = schedule::membership_tag(crypto(), epoch().secrets.membership_key,
                                                  made.octets.tbs(), out.auth);
  }
  if (spoil.message) spoil.message(out);
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(out)});
}

Bytes Forger::application(std::string_view text, const PrivateSpoil& spoil) const {
  return private_message(framing::authenticate(crypto(), WireFormat::mls_private_message,
                                               content(ApplicationData{to_bytes(text)}),
                                               epoch().encoded_context(), epoch().signer),
                         spoil);
}

Bytes Forger::private_message(const framing::Authenticated& authenticated,
                              const PrivateSpoil& spoil) const {
  const FramedContent& framed = authenticated.content();
  const ContentType type = framed.content_type();
  codec::Writer body;
  if (const auto* data = framed.content.as<ApplicationData>()) codec::write(body, *data);
  if (const auto* proposal = framed.content.as<Proposal>()) codec::write(body, *proposal);
  if (const auto* commit = framed.content.as<Commit>()) codec::write(body, *commit);
  write_auth(body, authenticated.value.auth);
  Bytes plaintext = std::move(body).take();
  plaintext.resize(plaintext.size() + spoil.padding);
  if (spoil.plaintext) spoil.plaintext(plaintext);

  group::EpochKeys& keys = *epoch().keys;
  const auto kind = schedule::ratchet_of(type);
  const auto sending = good(keys.secret_tree.next_key(crypto(), own(), kind, plaintext.size()));
  SenderData sender{own(), sending.generation, {1, 2, 3, 4}};
  Bytes nonce = to_bytes(sending.key.nonce.reveal());
  for (std::size_t i = 0; i < 4; ++i) {
    nonce[i] = static_cast<std::uint8_t>(nonce[i] ^ sender.reuse_guard[i]);
  }
  const crypto::AeadKey key{sending.key.key.clone(), decltype(crypto::AeadKey::nonce)(nonce)};
  PrivateMessage out{framed.group_id, framed.epoch, type, framed.authenticated_data, {}, {}};
  out.ciphertext = crypto().seal(
      key, codec::encode(PrivateContentAAD{out.group_id, out.epoch, type, out.authenticated_data}),
      plaintext);
  if (spoil.sender_data) spoil.sender_data(sender);
  out.encrypted_sender_data = framing::seal_sender_data(
      crypto(), keys.sender_data_secret,
      {codec::encode(SenderDataAAD{out.group_id, out.epoch, type}), out.ciphertext}, sender);
  if (spoil.message) spoil.message(out);
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(out)});
}

Proposal Forger::external_init() {
  auto exported =
      good(crypto().external_init_sender(world_.group_of(name_).external_pub(), world_.random));
  external_ = std::move(exported.init_secret);
  return ExternalInit{std::move(exported.kem_output)};
}

KeyPackage key_package_of(World& world, const std::string& name, const KeyPackageSpoil& spoil) {
  Member& member = world[name];
  group::OwnKeyPackage own =
      good(group::make_key_package(world.provider, member.identity,
                                   {world.suite, world.lifetime, {}, false, false}, world.random));
  const crypto::Crypto crypto = world.crypto();
  KeyPackage& made = own.key_package;
  if (spoil.leaf) spoil.leaf(made.leaf_node);
  made.leaf_node.signature =
      crypto.sign_with_label(own.signer, "LeafNodeTBS", leaf_node_tbs(made.leaf_node, {}));
  if (spoil.signed_leaf) spoil.signed_leaf(made.leaf_node);
  if (spoil.key_package) spoil.key_package(made);
  made.signature = crypto.sign_with_label(own.signer, "KeyPackageTBS", key_package_tbs(made));
  if (spoil.signed_key_package) spoil.signed_key_package(made);
  KeyPackage out = made;
  member.key_packages.kept.emplace_back(group::key_package_ref(crypto, out), std::move(own));
  return out;
}

}  // namespace thicket::kit
