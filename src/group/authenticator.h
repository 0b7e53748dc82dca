// The authentication service as the protocol sees it.  RFC 9420 5.3.1; RFC 9750 4.
// Asked at every place that 5.3.1 names; what a credential means is decided behind it.
#pragma once

#include <optional>

#include "base/result.h"
#include "messages/group_context.h"

namespace thicket::group {

// Why a credential is presented.
enum class CredentialUse : std::uint8_t {
  fetched_for_add,      // in a key package that we are about to add
  added,                // in an Add that we received
  joined,               // in a leaf of the tree of a group that we join
  updated,              // in an Update
  committed,            // in the path of a member's Commit
  joined_from_outside,  // in the path of an external commit, by who is new or comes back
  external_sender,      // in the external_senders extension
};

struct CredentialCheck {
  const Credential& credential;
  ByteView signature_key;
  CredentialUse use{};
  std::optional<Instant> now;  // none: times are not checked
};

// A leaf that was, and the one that replaces it.
struct Succession {
  const Credential& old_credential;
  ByteView old_signature_key;
  const Credential& next_credential;
  ByteView next_signature_key;
};

// Paths of errors start inside the credential: "" or "certificates[0]".
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Rules credential_rejected, credential_x509_key, credential_x509_chain,
  // external_sender_rejected. Paths of errors start inside the credential.
  virtual Result<void> check(const CredentialCheck& presented) const = 0;
  // 5.3.1: a new credential is a valid successor of the old one. Rule::credential_successor.
  virtual Result<void> check_successor(const Succession& succession) const = 0;
  // Equal for the same client, different for others: two leaves of one group never share it.
  virtual Result<Bytes> client_id(const Credential& credential, ByteView signature_key) const = 0;
};

}  // namespace thicket::group
