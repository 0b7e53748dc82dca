// Basic credentials.  RFC 9420 5.3, 5.3.1.
#include "group/basic_authenticator.h"

namespace thicket::group {
namespace {

Result<const BasicCredential*> basic(const Credential& credential, Rule rule) {
  if (const auto* found = credential.as<BasicCredential>()) return found;
  return broken(rule).because("credential type " +
                              std::to_string(static_cast<unsigned>(credential.tag())) +
                              " where only basic ones are accepted");
}

}  // namespace

Result<void> BasicAuthenticator::check(const CredentialCheck& presented) const {
  const bool external = presented.use == CredentialUse::external_sender;
  THICKET_TRY(basic(presented.credential,
                    external ? Rule::external_sender_rejected : Rule::credential_rejected));
  return {};
}

Result<void> BasicAuthenticator::check_successor(const Succession& succession) const {
  const auto* old = THICKET_TRY(basic(succession.old_credential, Rule::credential_successor));
  const auto* next = THICKET_TRY(basic(succession.next_credential, Rule::credential_successor));
  if (old->identity == next->identity) return {};
  return broken(Rule::credential_successor).because("another identity");
}

Result<Bytes> BasicAuthenticator::client_id(const Credential& credential, ByteView) const {
  const BasicCredential* found = THICKET_TRY(basic(credential, Rule::credential_rejected));
  return found->identity;
}

}  // namespace thicket::group
