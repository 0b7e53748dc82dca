// Numbers, notes, and what must agree.
#include "interop-runner/stage.h"

#include <algorithm>

namespace thicket::interop {
namespace {

namespace pb = mls_client;

std::uint32_t number_of(const std::map<std::string, std::uint32_t>& numbers,
                        const std::string& actor, const std::string& what) {
  const auto found = numbers.find(actor);
  if (found == numbers.end()) throw BadScript{actor + " has no " + what};
  return found->second;
}

}  // namespace

void Stage::call_into(const std::string& actor, const std::string& method,
                      const google::protobuf::Message& request,
                      google::protobuf::Message& response) {
  const auto found = casting_.actors.find(actor);
  if (found == casting_.actors.end()) throw BadScript{"no actor \"" + actor + "\""};
  Client& client = *found->second;
  const Outcome outcome = client.peer->call(method, request, response);
  if (outcome.verdict == Outcome::answered) return;
  const bool lacks = outcome.verdict == Outcome::unimplemented;
  throw Stopped{lacks ? Ending::not_had : Ending::failed,
                actor + " at " + client.name + ", " + method + ": " +
                    (outcome.why.empty() && lacks ? "unimplemented" : outcome.why)};
}

void Stage::change_suite() {
  std::set<std::uint32_t> common;
  bool first = true;
  for (const auto& [actor, client] : casting_.actors) {
    if (first) common = client->suites;
    first = false;
    std::erase_if(common, [&](std::uint32_t one) { return !client->suites.contains(one); });
  }
  common.erase(suite);
  if (common.empty()) throw Stopped{Ending::not_had, "no second suite that all clients have"};
  suite = *std::next(common.begin(), static_cast<std::ptrdiff_t>(random_() % common.size()));
}

std::string Stage::random_octets(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(random_() & 0xff));
  return out;
}

std::uint32_t Stage::state(const std::string& actor) const {
  return number_of(states_, actor, "state");
}
std::uint32_t Stage::transaction(const std::string& actor) const {
  return number_of(transactions_, actor, "transaction");
}
std::uint32_t Stage::signer(const std::string& actor) const {
  return number_of(signers_, actor, "signer");
}
std::uint32_t Stage::state_or_transaction(const std::string& actor) const {
  if (states_.contains(actor)) return states_.at(actor);
  return transactions_.contains(actor) ? transactions_.at(actor) : 0;
}

const std::string& Stage::noted(std::size_t step, const std::string& name) const {
  const auto notes = notes_.find(step);
  if (notes != notes_.end()) {
    const auto found = notes->second.find(name);
    if (found != notes->second.end()) return found->second;
  }
  throw BadScript{"step " + std::to_string(step) + " made no " + name};
}

void Stage::agree(const std::string& actor, const std::string& message,
                  const std::string& authenticator) {
  const auto known = authenticators_.emplace(message, authenticator);
  if (known.first->second == authenticator) return;
  throw Stopped{Ending::failed, actor + " does not agree on the epoch authenticator"};
}

void Stage::compare(const std::vector<std::string>& actors) {
  pb::ExportRequest wanted;
  wanted.set_label("interop");
  wanted.set_context(random_octets(16));
  wanted.set_key_length(32);
  std::string first_secret;
  std::string first_authenticator;
  for (const std::string& actor : actors) {
    wanted.set_state_id(state(actor));
    pb::StateAuthRequest asked;
    asked.set_state_id(state(actor));
    const auto secret = call<pb::ExportResponse>(actor, "Export", wanted).exported_secret();
    const auto authenticator =
        call<pb::StateAuthResponse>(actor, "StateAuth", asked).state_auth_secret();
    if (first_secret.empty()) {
      first_secret = secret;
      first_authenticator = authenticator;
    }
    const bool same = secret == first_secret && authenticator == first_authenticator;
    if (!same || secret.size() != wanted.key_length()) {
      throw Stopped{Ending::failed, actor + " does not agree on the epoch's exports"};
    }
  }
}

std::string Stage::free_all() {
  std::string refused;
  for (const auto& [actor, state] : states_) {
    pb::FreeRequest request;
    request.set_state_id(state);
    try {
      call<pb::FreeResponse>(actor, "Free", request);
    } catch (const Stopped& stopped) {
      if (stopped.verdict == Ending::failed && refused.empty()) refused = stopped.why;
    }
  }
  states_.clear();
  return refused;
}

}  // namespace thicket::interop
