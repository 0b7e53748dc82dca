// From the first step to the last, or to where it stops.
#include "interop-runner/play.h"

#include "interop-runner/actions.h"

namespace thicket::interop {
namespace {

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
  if (found == actions.end()) throw BadScript{"no action \"" + name + "\""};
  return found->second;
}

Ending ending_of(const Stopped& stopped, const std::string& place) {
  return {stopped.verdict, place + (stopped.who.empty() ? "" : ", " + stopped.who), stopped.why};
}

}  // namespace

Ending play(const Script& script, const Casting& casting) {
  Stage stage(casting);
  Ending ending;
  for (std::size_t i = 0; i < script.steps.size() && ending.verdict == Ending::passed; ++i) {
    const Step& step = script.steps[i];
    const std::string place = "step " + std::to_string(i) + " (" + step.action() + ")";
    try {
      action_named(step.action())({stage, step, i});
    } catch (const BadScript& bad) {
      // What only playing shows, as a proposal that its maker's epoch has not.
      ending = {Ending::failed, place, bad.what};
    } catch (const Stopped& stopped) {
      ending = ending_of(stopped, place);
    }
  }
  // Nothing can be asked of who is gone.
  if (ending.verdict == Ending::gone) return ending;
  const auto refused = stage.free_all();
  if (ending.verdict == Ending::passed && refused) ending = ending_of(*refused, "at the end");
  return ending;
}

}  // namespace thicket::interop
