// A table, and a walk over the steps by it.
#include "interop-runner/grammar.h"

#include <algorithm>
#include <map>
#include <set>

namespace thicket::interop {
namespace {

enum class Kind {
  flag,
  text,
  number,
  extensions,
  one_proposal,  // in words
  proposals,
  reference,  // to a step that made what is named
  references,
  // Actors: who is in a group; who comes into one; who comes by a key package; who offers one; who
  // may sign from outside; who is let to; anybody.
  member,
  members,
  newcomer,
  newcomers,
  invited,
  inviteds,
  offering,
  new_signer,
  signer,
  anybodies,
};

struct FieldRule {
  std::string name;
  Kind kind;
  std::string made = {};  // of references
  bool may_lack = false;  // of one actor
};

struct ActionRule {
  std::vector<FieldRule> fields;
  std::vector<std::string> makes;
};

using enum Kind;

const std::map<std::string, ActionRule>& actions() {
  static const FieldRule actor{"actor", member};
  static const std::vector<FieldRule> committed{actor,
                                                {"byreference", references, "proposal"},
                                                {"byvalue", proposals},
                                                {"forcepath", flag},
                                                {"externaltree", flag}};
  static const auto with = [](std::vector<FieldRule> rules, std::vector<FieldRule> more) {
    rules.insert(rules.end(), more.begin(), more.end());
    return rules;
  };
  static const std::map<std::string, ActionRule> all = {
      {"createGroup", {{{"actor", newcomer}, {"members", newcomers}}, {"group_id"}}},
      {"createKeyPackage", {{{"actor", offering}}, {"key_package"}}},
      {"joinGroup", {{{"actor", invited}, {"welcome", reference, "welcome"}}, {}}},
      {"externalJoin",
       {{actor,
         {"joiner", newcomer},
         {"members", members},
         {"externaltree", flag},
         {"removeprior", flag},
         {"psks", references, "psk_id"}},
        {"group_info", "commit"}}},
      {"installExternalPSK", {{{"clients", anybodies}}, {"psk_id"}}},
      {"groupInfo", {{actor, {"externaltree", flag}}, {"group_info"}}},
      {"addProposal", {{actor, {"keypackage", reference, "key_package"}}, {"proposal"}}},
      {"updateProposal", {{actor}, {"proposal"}}},
      {"removeProposal", {{actor, {"removed", text}}, {"proposal"}}},
      {"externalPSKProposal", {{actor, {"pskid", reference, "psk_id"}}, {"proposal"}}},
      {"resumptionPSKProposal", {{actor, {"epochid", number}}, {"proposal"}}},
      {"groupContextExtensionsProposal", {{actor, {"extensions", extensions}}, {"proposal"}}},
      {"fullCommit",
       {with(committed, {{"members", members}, {"joiners", inviteds}}), {"commit", "welcome"}}},
      {"commit", {committed, {"commit", "welcome"}}},
      {"handleCommit",
       {{actor, {"commit", reference, "commit"}, {"byreference", references, "proposal"}}, {}}},
      {"handlePendingCommit", {{actor}, {}}},
      {"protect", {{actor, {"authenticateddata", text}, {"plaintext", text}}, {"ciphertext"}}},
      {"unprotect", {{actor, {"ciphertext", reference, "ciphertext"}}, {}}},
      {"reinit",
       {{{"proposer", member, {}, true},
         {"committer", member},
         {"welcomer", member},
         {"members", members},
         {"changeciphersuite", flag},
         {"changegroupid", flag},
         {"extensions", extensions},
         {"forcepath", flag},
         {"externaltree", flag},
         {"externalreinitproposal", reference, "proposal"}},
        {}}},
      {"branch",
       {{actor,
         {"members", members},
         {"extensions", extensions},
         {"forcepath", flag},
         {"externaltree", flag}},
        {}}},
      {"newMemberAddProposal", {{actor, {"joiner", offering}}, {"proposal"}}},
      {"addExternalSigner", {{actor, {"signer", new_signer}}, {"proposal"}}},
      {"externalSignerProposal",
       {{{"actor", signer}, {"member", member}, {"description", one_proposal}}, {"proposal"}}},
  };
  return all;
}

const std::map<std::string, std::vector<FieldRule>>& proposal_types() {
  static const std::map<std::string, std::vector<FieldRule>> all = {
      {"add", {{"keypackage", reference, "key_package"}}},
      {"remove", {{"removed", text}}},
      {"externalPSK", {{"pskid", reference, "psk_id"}}},
      {"resumptionPSK", {{"epochid", number}}},
      {"groupContextExtensions", {{"extensions", extensions}}},
      {"reinit",
       {{"extensions", extensions}, {"changegroupid", flag}, {"changeciphersuite", flag}}},
  };
  return all;
}

const ActionRule& rule_of(const Step& step) {
  const auto found = actions().find(step.action());
  if (found == actions().end()) throw BadScript{"no action \"" + step.action() + "\""};
  return found->second;
}

bool names_actors(Kind kind) { return kind >= member; }
bool names_many(Kind kind) {
  return kind == members || kind == newcomers || kind == inviteds || kind == anybodies;
}

std::vector<std::string> actors_in(const Step& step, const FieldRule& rule) {
  if (!names_actors(rule.kind)) return {};
  if (names_many(rule.kind)) return step.texts(rule.name);
  const std::string one = step.text(rule.name);
  if (one.empty() && !rule.may_lack) throw BadScript{"no " + rule.name};
  return one.empty() ? std::vector<std::string>{} : std::vector{one};
}

class Walk final {
 public:
  void over(const Step& step) {
    const ActionRule& rule = rule_of(step);
    for (const FieldRule& field : rule.fields) check(step, field);
    for (const FieldRule& field : rule.fields) move(step, field);
    made_.emplace_back(rule.makes.begin(), rule.makes.end());
  }

 private:
  void check(const Step& step, const FieldRule& field) const {
    switch (field.kind) {
      case flag: step.flag(field.name); break;
      case text: step.text(field.name); break;
      case number: step.number(field.name); break;
      case extensions: check_extensions(step); break;
      case one_proposal:
        if (step.parts(field.name).size() != 1) throw BadScript{"no one " + field.name};
        [[fallthrough]];
      case proposals:
        for (const Step& words : step.parts(field.name)) check_words(words);
        break;
      case reference:
        // A ReInit with a proposer does not need another's proposal.
        if (step.action() == "reinit" && !step.text("proposer").empty()) break;
        find(step.number(field.name), field);
        break;
      case references:
        for (const std::size_t made : step.numbers(field.name)) find(made, field);
        break;
      default:
        for (const std::string& actor : actors_in(step, field)) check_actor(actor, field);
    }
  }

  void check_words(const Step& words) const {
    const std::string type = words.text("proposaltype");
    const auto found = proposal_types().find(type);
    if (found == proposal_types().end()) throw BadScript{"no proposal type \"" + type + "\""};
    for (const FieldRule& field : found->second) check(words, field);
  }

  static void check_extensions(const Step& step) {
    for (const Step& extension : step.parts("extensions")) {
      extension.octets("extensiondata");
      if (extension.number("extensiontype") > 0xffff) {
        throw BadScript{"extensions: no type of two octets"};
      }
    }
  }

  void find(std::size_t step, const FieldRule& field) const {
    if (step >= made_.size()) {
      throw BadScript{field.name + ": step " + std::to_string(step) + " does not come before"};
    }
    if (!made_[step].contains(field.made)) {
      throw BadScript{field.name + ": step " + std::to_string(step) + " makes no " + field.made};
    }
  }

  void check_actor(const std::string& actor, const FieldRule& field) const {
    const auto need = [&](const std::set<std::string>& known, const char* what) {
      if (!known.contains(actor)) throw BadScript{field.name + ": " + actor + what};
    };
    if (actor.empty()) throw BadScript{field.name + " names nobody"};
    if (field.kind == member || field.kind == members) need(inside_, " is in no group");
    if (field.kind == invited || field.kind == inviteds) need(offered_, " offered no key package");
    if (field.kind == signer) need(signers_, " may not sign from outside");
  }

  void move(const Step& step, const FieldRule& field) {
    for (const std::string& actor : actors_in(step, field)) {
      if (field.kind == newcomer || field.kind == newcomers) inside_.insert(actor);
      if (field.kind == invited || field.kind == inviteds) inside_.insert(actor);
      if (field.kind == offering) offered_.insert(actor);
      if (field.kind == new_signer) signers_.insert(actor);
    }
  }

  std::set<std::string> inside_;
  std::set<std::string> offered_;
  std::set<std::string> signers_;
  std::vector<std::set<std::string>> made_;  // by step
};

// The names that the action, or proposal, does not have.
std::vector<std::string> strange(const Step& step, const std::vector<FieldRule>& rules) {
  std::vector<std::string> out;
  for (const std::string& name : step.names()) {
    const bool known = name == "action" || name == "actor" || name == "proposaltype" ||
                       std::ranges::find(rules, name, &FieldRule::name) != rules.end();
    if (!known) out.push_back(name);
  }
  return out;
}

}  // namespace

std::vector<std::string> actors_of(const Script& script) {
  std::vector<std::string> out;
  for (const Step& step : script.steps) {
    for (const FieldRule& field : rule_of(step).fields) {
      for (std::string& name : actors_in(step, field)) {
        if (std::ranges::find(out, name) == out.end()) out.push_back(std::move(name));
      }
    }
  }
  return out;
}

std::vector<std::string> check(const Script& script) {
  std::vector<std::string> remarks;
  Walk walk;
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    const std::string place =
        script.name + ", step " + std::to_string(i) + " (" + step.action() + "): ";
    try {
      walk.over(step);
    } catch (const BadScript& bad) {
      throw BadScript{place + bad.what};
    }
    std::vector<std::string> unknown = strange(step, rule_of(step).fields);
    for (const char* field : {"byvalue", "description"}) {
      for (const Step& words : step.parts(field)) {
        const auto type = proposal_types().find(words.text("proposaltype"));
        if (type != proposal_types().end()) {
          std::ranges::move(strange(words, type->second), std::back_inserter(unknown));
        }
      }
    }
    for (const std::string& name : unknown) remarks.push_back(place + "unknown field " + name);
  }
  return remarks;
}

}  // namespace thicket::interop
