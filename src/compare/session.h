// What teams come from, small and real, on the primitives of suite 1: a session of two devices, set
// up by X3DH and kept by the Double Ratchet. For comparison only: no skipped messages, no storing.
#pragma once

#include <memory>
#include <optional>

#include "crypto/provider.h"

namespace thicket::compare {

using SessionSecret = Secret<struct SessionSecretTag>;

// An X25519 key pair.
struct KeyPair {
  std::unique_ptr<const crypto::DhPrivateKey> secret;
  Bytes public_key;
};

// What a device leaves at the server for others to begin with.
struct PrekeyBundle {
  Bytes identity_key;
  Bytes signing_key;
  Bytes signed_prekey;
  Bytes signature;  // over signed_prekey
  Bytes one_time_prekey;
  bool operator==(const PrekeyBundle&) const = default;
};
// Octets of one on the wire.
std::size_t size_of(const PrekeyBundle& bundle);

// One device's long-term keys. Hands out one-time prekeys as they are asked for.
class Device final {
 public:
  explicit Device(const crypto::Provider& provider);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  PrekeyBundle bundle();

 private:
  friend class Session;
  const crypto::Provider& provider_;
  KeyPair identity_;
  std::unique_ptr<const crypto::SigningKey> signer_;
  Bytes signing_key_;
  KeyPair signed_prekey_;
  KeyPair one_time_prekey_;
};

class Session final {
 public:
  // X3DH of the one who begins. Nothing if the bundle's signature does not verify, or a key in it
  // is none.
  static std::optional<Session> begin(const Device& own, const PrekeyBundle& peer);
  // Of the one who is written to, and what the first message said.
  struct Answered;
  static std::optional<Answered> answer(const Device& own, ByteView first_message);

  // A ratchet message; the first one with the head of X3DH before it.
  Bytes seal(ByteView plaintext);
  // A new key of the peer is one step of the Diffie-Hellman ratchet. Nothing if it does not open;
  // then the session is lost.
  std::optional<Bytes> open(ByteView message);

  static constexpr std::size_t first_head_octets = 32 + 32 + 4 + 4;

 private:
  explicit Session(const crypto::Provider& provider) : provider_(&provider) {}
  std::optional<SessionSecret> agree(const KeyPair& own, ByteView peer) const;
  // KDF_RK: the next root, and a chain.
  void mix(const SessionSecret& agreed, SessionSecret& chain);
  bool root_step(ByteView peer, SessionSecret& chain);
  // Opens what follows `start`, from the receiving chain.
  std::optional<Bytes> open_next(ByteView message, std::size_t start);

  const crypto::Provider* provider_;
  Bytes first_head_;
  SessionSecret root_;
  KeyPair own_;
  Bytes peer_;
  SessionSecret sending_;
  SessionSecret receiving_;
  std::uint32_t sent_ = 0;
  std::uint32_t sent_before_ = 0;
};

struct Session::Answered {
  Session session;
  Bytes plaintext;
};

// One HKDF from a message key, and AES-128-GCM under what comes of it.
Bytes seal_once(const crypto::Provider& provider, const SessionSecret& message_key, ByteView head,
                ByteView plaintext);
std::optional<Bytes> open_once(const crypto::Provider& provider, const SessionSecret& message_key,
                               ByteView head, ByteView ciphertext);
// The next link of a chain, which `chain` becomes, and the message key beside it.
SessionSecret chain_link(const crypto::Provider& provider, SessionSecret& chain);

}  // namespace thicket::compare
