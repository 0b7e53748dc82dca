// A sender key, as groups on pairwise sessions use it: a chain and a signature key of each member,
// handed to the others over their sessions, so that a message goes out once. For comparison only.
#pragma once

#include "compare/session.h"

namespace thicket::compare {

// The chain as its receivers hold it.
class SenderKeyCopy final {
 public:
  // From what the sender handed out; nothing if it is none.
  static std::optional<SenderKeyCopy> from(const crypto::Provider& provider, ByteView handed_out);
  // In order. Nothing if signature or tag does not match.
  std::optional<Bytes> open(ByteView message);

 private:
  explicit SenderKeyCopy(const crypto::Provider& provider) : provider_(&provider) {}
  const crypto::Provider* provider_;
  Bytes id_;
  SessionSecret chain_;
  std::unique_ptr<const crypto::VerifyingKey> verifier_;
};

// The sender's own.
class SenderKey final {
 public:
  explicit SenderKey(const crypto::Provider& provider);
  // What the others are handed: id, iteration, chain key, signature key.
  Bytes handed_out() const;
  Bytes seal(ByteView plaintext);

 private:
  const crypto::Provider* provider_;
  Bytes id_;
  SessionSecret chain_;
  std::unique_ptr<const crypto::SigningKey> signer_;
  Bytes signing_key_;
  std::uint32_t iteration_ = 0;
};

}  // namespace thicket::compare
