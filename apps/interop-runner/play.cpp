// From the first step to the last, or to where it stops.
#include "interop-runner/play.h"

#include "interop-runner/actions.h"

namespace thicket::interop {

Action action_named(const std::string& name) {
  static const std::map<std::string, Action> actions = {
      {"createGroup", create_group},
      {"createKeyPackage", create_key_package},
      {"joinGroup", join_group},
      {"externalJoin", external_join},
      {"installExternalPSK", install_external_psk},
      {"groupInfo", group_info},
      {"addProposal", add_proposal},
      {"updateProposal", update_proposal},
      {"removeProposal", remove_proposal},
      {"externalPSKProposal", external_psk_proposal},
      {"resumptionPSKProposal", resumption_psk_proposal},
      {"groupContextExtensionsProposal", group_context_extensions_proposal},
      {"fullCommit", full_commit},
      {"commit", commit},
      {"handleCommit", handle_commit},
      {"handlePendingCommit", handle_pending_commit},
      {"protect", protect},
      {"unprotect", unprotect},
      {"reinit", reinit},
      {"branch", branch},
      {"newMemberAddProposal", new_member_add_proposal},
      {"addExternalSigner", add_external_signer},
      {"externalSignerProposal", external_signer_proposal},
  };
  const auto found = actions.find(name);
  return found == actions.end() ? nullptr : found->second;
}

Ending play(const Script& script, const Casting& casting) {
  Stage stage(casting);
  stage.suite = casting.suite;
  Ending ending;
  for (; ending.step < script.steps.size(); ++ending.step) {
    const Step& step = script.steps[ending.step];
    const std::string place =
        script.name + ", step " + std::to_string(ending.step) + " (" + step.action() + "): ";
    const Action action = action_named(step.action());
    if (action == nullptr) throw BadScript{place + "no such action"};
    try {
      action({stage, step, ending.step});
    } catch (const BadScript& bad) {
      stage.free_all();
      throw BadScript{place + bad.what};
    } catch (const Stopped& stopped) {
      ending.verdict = stopped.verdict;
      ending.why = stopped.why;
      break;
    }
  }
  const std::string refused = stage.free_all();
  if (ending.verdict == Ending::passed && !refused.empty()) {
    ending.verdict = Ending::failed;
    ending.why = refused;
  }
  return ending;
}

}  // namespace thicket::interop
