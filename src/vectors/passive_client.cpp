// A client that joins by Welcome and follows the group's commits, without sending.  RFC
// 9420 12.4.2, 12.4.3.1.
#include "vectors/passive_client.h"

#include "messages/wire.h"
#include "vectors/kinds.h"

namespace thicket::vectors {

namespace {

// Official files hold an MLSMessage; the description of the format says a bare KeyPackage.
KeyPackage key_package_of(const Field& field) {
  const Bytes octets = field.octets();
  if (auto bare = codec::decode<KeyPackage>(octets)) return *std::move(bare);
  const auto message = field.accepted(codec::decode<MLSMessage>(octets));
  const auto* key_package = message.wire_format.as<KeyPackage>();
  field.holds(key_package != nullptr, "an MLSMessage of another wire format");
  return *key_package;
}

}  // namespace

group::OwnKeyPackage passive_key_package(const crypto::Crypto& crypto, const Field& test) {
  group::OwnKeyPackage own;
  own.suite = &crypto.suite();
  own.key_package = key_package_of(test["key_package"]);
  const LeafNode& leaf = own.key_package.leaf_node;
  own.init_key = kem_key_of(crypto, test["init_priv"], own.key_package.init_key);
  own.leaf_key = kem_key_of(crypto, test["encryption_priv"], leaf.encryption_key);
  own.signer = signer_of(crypto, test["signature_priv"], leaf.signature_key);
  return own;
}

Person::Invitation passive_invitation(const Field& test) {
  Person::Invitation out;
  out.welcome = test["welcome"].octets();
  if (!test["ratchet_tree"].is_null()) out.ratchet_tree = test["ratchet_tree"].octets();
  return out;
}

void give_psks(Person& client, const Field& test) {
  for (const Field& psk : test["external_psks"].elements()) {
    client.psks().add(psk["psk_id"].octets(), psk["psk"].octets());
  }
}

void check_passive_client(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  Person client(setting);
  give_psks(client, test);
  test["welcome"].accepted(client.join(passive_invitation(test), passive_key_package(crypto, test),
                                       setting.provider.random()));
  test["initial_epoch_authenticator"].equals(client.group().epoch_authenticator());
  for (const Field& epoch : test["epochs"].elements()) {
    for (const Field& proposal : epoch["proposals"].elements()) {
      proposal.accepted(client.receive(proposal.octets()));
    }
    epoch["commit"].accepted(client.receive(epoch["commit"].octets()));
    epoch["commit"].holds(!client.group().removed(), "removes the client");
    epoch["epoch_authenticator"].equals(client.group().epoch_authenticator());
  }
}

}  // namespace thicket::vectors
