// The key schedule: from one epoch's init_secret to the next epoch's secrets.  RFC 9420 8.
// Functions of their inputs; `group_context` is always the encoded GroupContext of the new epoch.
#pragma once

#include "schedule/secrets.h"

namespace thicket::schedule {

// What an epoch lives on. The intermediate epoch_secret is never kept (9.2), and encryption_secret
// only until the secret tree takes it: SecretTree(std::move(secrets.encryption_secret), ...).
struct EpochSecrets {
  // For the Welcomes of the commit that opens the epoch; forget_joining() when they are made.
  JoinerSecret joiner_secret;
  WelcomeSecret welcome_secret;

  InitSecret init_secret;  // of this epoch: input of the next
  SenderDataSecret sender_data_secret;
  EncryptionSecret encryption_secret;
  ExporterSecret exporter_secret;
  ExternalSecret external_secret;
  ConfirmationKey confirmation_key;
  MembershipKey membership_key;
  ResumptionPskSecret resumption_psk;
  EpochAuthenticator epoch_authenticator;

  void forget_joining();
  EpochSecrets clone() const;
};

// joiner_secret = ExpandWithLabel(Extract(init, commit), "joiner", GroupContext, Nh).
// Without a path, commit_secret is all zeros: zero_commit_secret().
JoinerSecret joiner_secret(const crypto::Crypto& crypto, const InitSecret& init_secret,
                           const CommitSecret& commit_secret, ByteView group_context);
// 8: "0 represents an all-zero byte string of length KDF.Nh".
CommitSecret zero_commit_secret(const crypto::Crypto& crypto);

// What a joiner opens the GroupInfo with, before it knows the GroupContext.
WelcomeSecret welcome_secret(const crypto::Crypto& crypto, const JoinerSecret& joiner_secret,
                             const PskSecret& psk_secret);
// 12.4.3.1: welcome_nonce and welcome_key.
crypto::AeadKey welcome_key_nonce(const crypto::Crypto& crypto,
                                  const WelcomeSecret& welcome_secret);

// Everything below joiner_secret.
EpochSecrets derive_epoch(const crypto::Crypto& crypto, JoinerSecret joiner_secret,
                          const PskSecret& psk_secret, ByteView group_context);

// 11: epoch 0 of a new group: "a fresh random value of size KDF.Nh" as init_secret of the epoch
// before, with zero commit_secret and psk_secret.
EpochSecrets derive_first_epoch(const crypto::Crypto& crypto, ByteView group_context,
                                Random& random);

// KEM.DeriveKeyPair(external_secret): the key pair of an external init.
crypto::KemPrivateKeyRef external_key_pair(const crypto::Crypto& crypto,
                                           const ExternalSecret& external_secret);

// The secrets as one row of a store, and back. The joining secrets and encryption_secret are
// written as they are: empty where they are gone. Rule::store_row.
SecretBytes encode(const EpochSecrets& secrets);
Result<EpochSecrets> decode_epoch_secrets(const crypto::Crypto& crypto, ByteView row);

}  // namespace thicket::schedule
