// A PrivateMessage opened with a reader's keys, edited at a chosen stage, and sealed again under
// the same key, which nobody uses up.
#pragma once

#include "edit.h"
#include "framing/private_message.h"
#include "house.h"

namespace thicket::fuzz {

class LeafKeys final : public framing::SenderKeys {
 public:
  explicit LeafKeys(const tree::RatchetTree& tree) : tree_(tree) {}
  Result<ByteView> member_key(LeafIndex leaf) const override {
    key_ = THICKET_TRY(tree_.leaf(leaf)).leaf_node().signature_key;
    return ByteView(key_);
  }
  Result<ByteView> external_key(std::uint32_t) const override {
    return broken(Rule::external_sender_index).at("sender");
  }

 private:
  const tree::RatchetTree& tree_;
  mutable Bytes key_;
};

// Stages from `first` on: content, auth, plaintext, sender data, message.
inline Bytes sealed_anew(House& there, const Script& script, std::uint8_t first) {
  const auto stage = [&](int number) { return static_cast<std::uint8_t>(first + number); };
  group::EpochState& epoch = there.epoch_of("bob");
  group::EpochKeys& keys = *epoch.keys;
  const crypto::Crypto crypto = there.world.crypto();
  const std::size_t letter = script.octets.empty() ? 0 : script.octets[0];
  const Bytes& octets = there.letters[letter % there.letters.size()];
  const LeafKeys senders(epoch.tree);
  const auto opened = kit::good(framing::unprotect_private(
      crypto, kit::good(framing::view_private(octets)),
      {keys.group_context, keys.sender_data_secret, keys.secret_tree, senders}));
  PrivateMessage out =
      *kit::good(codec::decode<MLSMessage>(octets)).wire_format.as<PrivateMessage>();

  FramedContent content = opened.authenticated.content();
  FramedContentAuthData auth = opened.authenticated.value.auth;
  apply(script, stage(0), content);
  if (content != opened.authenticated.content()) {
    auth.signature = framing::authenticate(crypto, WireFormat::mls_private_message, content,
                                           keys.group_context, there.epoch_of("ana").signer)
                         .value.auth.signature;
  }
  apply(script, stage(1), auth);
  codec::Writer body;
  std::visit([&](const auto& one) { codec::write(body, one); }, content.content.variant());
  write_auth(body, auth);
  Bytes plaintext = std::move(body).take();
  apply(script, stage(2), plaintext);

  const ContentType type = content.content_type();
  out.content_type = type;
  out.authenticated_data = content.authenticated_data;
  Bytes nonce = to_bytes(opened.key.key().nonce.reveal());
  SenderData sender = opened.sender_data;
  for (std::size_t i = 0; i < sender.reuse_guard.size(); ++i) {
    nonce[i] = static_cast<std::uint8_t>(nonce[i] ^ sender.reuse_guard[i]);
  }
  const crypto::AeadKey key{opened.key.key().key.clone(), decltype(crypto::AeadKey::nonce)(nonce)};
  out.ciphertext = crypto.seal(
      key, codec::encode(PrivateContentAAD{out.group_id, out.epoch, type, out.authenticated_data}),
      plaintext);
  apply(script, stage(3), sender);
  out.encrypted_sender_data = framing::seal_sender_data(
      crypto, keys.sender_data_secret,
      {codec::encode(SenderDataAAD{out.group_id, out.epoch, type}), out.ciphertext}, sender);
  apply(script, stage(4), out);
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(out)});
}

}  // namespace thicket::fuzz
