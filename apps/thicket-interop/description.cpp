// Proposals in words.
#include "thicket-interop/description.h"

#include <algorithm>

#include "messages/wire.h"
#include "schedule/psk_secret.h"

namespace thicket::interop {
namespace {

Result<Proposal> removal(const ProposalDescription& description, const Described& group) {
  const auto leaf = THICKET_TRY(group.tree.leaf_of_client(description.removed_id));
  if (leaf) return Proposal(Remove{*leaf});
  return broken(Rule::input_format)
      .at("removed_id")
      .because("no member \"" + to_text(description.removed_id) + "\"");
}

Proposal psk_of(PSKKind kind, const Described& group, Random& random) {
  return PreSharedKey{{std::move(kind), schedule::fresh_psk_nonce(group.crypto, random)}};
}

}  // namespace

Result<KeyPackage> read_key_package(ByteView message) {
  MLSMessage decoded = THICKET_TRY_AT("key_package", codec::decode<MLSMessage>(message));
  auto* key_package = decoded.wire_format.as<KeyPackage>();
  if (key_package != nullptr) return std::move(*key_package);
  return broken(Rule::input_format).at("key_package").because("a message of another kind");
}

Result<Proposal> proposal_of(const ProposalDescription& description, const Described& group,
                             Random& random) {
  const std::string& type = description.proposal_type;
  if (type == "add") return Proposal(Add{THICKET_TRY(read_key_package(description.key_package))});
  if (type == "remove") return removal(description, group);
  if (type == "externalPSK") return psk_of(ExternalPSK{description.psk_id}, group, random);
  if (type == "resumptionPSK") {
    return psk_of(ResumptionPSK{ResumptionPSKUsage::application, group.context.group_id,
                                description.epoch_id},
                  group, random);
  }
  if (type == "groupContextExtensions") {
    return Proposal(GroupContextExtensions{description.extensions});
  }
  if (type == "reinit") {
    return Proposal(ReInit{description.group_id, group.context.version, description.cipher_suite,
                           description.extensions});
  }
  return broken(Rule::input_format).at("proposal_type").because("\"" + type + "\"");
}

Result<std::vector<Extension>> with_sender(const GroupContext& context, ByteView external_sender) {
  const auto added =
      THICKET_TRY_AT("external_sender", codec::decode<ExternalSender>(external_sender));
  std::vector<Extension> extensions = context.extensions;
  auto known =
      std::ranges::find(extensions, ExtensionType::external_senders, &Extension::extension_type);
  if (known == extensions.end()) {
    known = extensions.insert(known, Extension{ExtensionType::external_senders, {0}});
  }
  auto senders = THICKET_TRY_AT("extensions",
                                codec::decode<std::vector<ExternalSender>>(known->extension_data));
  senders.push_back(added);
  known->extension_data = codec::encode(senders);
  return extensions;
}

}  // namespace thicket::interop
