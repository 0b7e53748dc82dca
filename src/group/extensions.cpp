// Extensions of a GroupContext, read.  RFC 9420 11.1, 12.1.7, 12.1.8.1, 13.4.

#include "group/extensions.h"

#include <algorithm>

#include "codec/codec.h"
#include "messages/wire.h"

namespace thicket::group {
namespace {

template <class T>
Result<T> payload(const Extension& extension) {
  auto value = codec::decode<T>(extension.extension_data);
  if (!value) return broken(Rule::extension_payload).because(describe(value.error()));
  return std::move(*value);
}

Result<void> read_one(const Extension& extension, GroupExtensions& out) {
  switch (extension.extension_type) {
    case ExtensionType::required_capabilities:
      out.required = THICKET_TRY(payload<RequiredCapabilities>(extension));
      return {};
    case ExtensionType::external_senders:
      out.external_senders = THICKET_TRY(payload<std::vector<ExternalSender>>(extension));
      out.has_external_senders = true;
      return {};
    default:
      return {};
  }
}

}  // namespace

Result<GroupExtensions> read_group_extensions(const std::vector<Extension>& extensions) {
  // RFC 9420 13.4: "there MUST NOT be more than one extension of any type in a list".
  THICKET_TRY(tree::check_no_duplicates(extensions));
  GroupExtensions out;
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    auto read = read_one(extensions[i], out);
    if (!read) {
      return std::move(read).error().under("[" + std::to_string(i) + "].extension_data");
    }
    out.types.push_back(extensions[i].extension_type);
  }
  return out;
}

Result<void> check_external_senders(const Authenticator& authenticator,
                                    const GroupExtensions& before, const GroupExtensions& after,
                                    std::optional<Instant> now) {
  for (std::size_t i = 0; i < after.external_senders.size(); ++i) {
    const ExternalSender& sender = after.external_senders[i];
    const auto& known = before.external_senders;
    if (std::find(known.begin(), known.end(), sender) != known.end()) continue;
    const auto answer = authenticator.check(
        {sender.credential, sender.signature_key, CredentialUse::external_sender, now});
    if (!answer) {
      return broken(Rule::external_sender_rejected)
          .at("external_senders[" + std::to_string(i) + "].credential")
          .because(describe(answer.error()));
    }
  }
  return {};
}

tree::LeafPolicy leaf_policy(const Policy& policy, const GroupContext& context,
                             const GroupExtensions& extensions, std::optional<Instant> now) {
  return {.cipher_suite = context.cipher_suite,
          .version = context.version,
          .required = extensions.required,
          .group_extensions = extensions.types,
          .now = policy.check_lifetimes ? now : std::nullopt,
          .lifetime_seconds_max = policy.lifetime_seconds_max,
          .check_suite_listed = policy.check_suite_listed};
}

}  // namespace thicket::group
