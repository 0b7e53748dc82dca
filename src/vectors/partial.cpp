// Message syntax: what is given decodes, strictly, and encodes to the same octets.
#include "vectors/partial.h"

#include "extensions/partial/structs.h"
#include "messages/wire.h"
#include "vectors/case.h"

namespace thicket::vectors {
namespace {

using namespace extensions::partial;

template <class T>
void comes_back(const Field& test, std::string_view name) {
  const Field field = test[name];
  field.equals(codec::encode(field.decoded<T>()));
}

void check_message_syntax(const Field& test) {
  comes_back<CopathHash>(test, "copath_hash");
  comes_back<MembershipProof>(test, "membership_proof");
  comes_back<SenderAuthenticatedMessage<Welcome>>(test, "sender_authenticated_welcome");
  comes_back<SenderAuthenticatedMessage<GroupInfo>>(test, "sender_authenticated_group_info");
  comes_back<SenderAuthenticatedMessage<PublicMessage>>(test,
                                                        "sender_authenticated_public_message");
  comes_back<SenderAuthenticatedMessage<PrivateMessage>>(test,
                                                         "sender_authenticated_private_message");
  comes_back<AnnotatedWelcome>(test, "annotated_welcome");
  comes_back<AnnotatedCommit>(test, "annotated_commit");
}

bool is_message_syntax(const nlohmann::json& test) {
  return test.is_object() && test.contains("copath_hash");
}

CaseResult run_one(const nlohmann::json& test, std::string name) {
  if (!is_message_syntax(test)) {
    return {CaseResult::failed, std::move(name),
            "no runner for this kind of draft-ietf-mls-partial"};
  }
  try {
    check_message_syntax(Field(test));
  } catch (const Difference& difference) {
    return {CaseResult::failed, std::move(name), difference.field + ": " + difference.what};
  }
  return {CaseResult::passed, std::move(name), ""};
}

}  // namespace

bool is_partial(const nlohmann::json& file) {
  if (!file.is_array() || file.empty() || !file[0].is_object()) return false;
  for (const char* field : {"copath_hash", "annotated_commit", "annotated_welcome", "proofs",
                            "sender_authenticated_message", "receiver_path_state"}) {
    if (file[0].contains(field)) return true;
  }
  return false;
}

Report run_partial(const nlohmann::json& file) {
  Report report;
  for (const auto& test : file) {
    report.push_back(run_one(test, "case " + std::to_string(report.size())));
  }
  return report;
}

}  // namespace thicket::vectors
