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

std::string hex_of(const std::string& octets) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char octet : octets) {
    out.push_back(digits[(static_cast<unsigned>(octet) >> 4) & 15]);
    out.push_back(digits[static_cast<unsigned>(octet) & 15]);
  }
  return out;
}

Ending::Verdict verdict_of(Outcome::Verdict outcome) {
  if (outcome == Outcome::unimplemented) return Ending::not_offered;
  return outcome == Outcome::gone ? Ending::gone : Ending::failed;
}

template <class Ask>
std::optional<std::string> if_offered(const Ask& ask) {
  try {
    return ask();
  } catch (const Stopped& stopped) {
    if (stopped.verdict != Ending::not_offered) throw;
    return std::nullopt;
  }
}

}  // namespace

Stage::Stage(const Casting& casting)
    : suite(casting.suite), casting_(casting), random_(casting.seed) {}

void Stage::call_into(const std::string& actor, const std::string& method,
                      const google::protobuf::Message& request,
                      google::protobuf::Message& response) {
  const auto found = casting_.actors.find(actor);
  if (found == casting_.actors.end()) throw BadScript{"no actor \"" + actor + "\""};
  Client& client = *found->second;
  const Outcome outcome = client.peer->call(method, request, response);
  if (outcome.verdict == Outcome::answered) return;
  throw Stopped{verdict_of(outcome.verdict), actor + " at " + client.name + ", " + method,
                outcome.why.empty() ? "not offered" : outcome.why};
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
  if (common.empty()) {
    throw Stopped{Ending::not_offered, "", "no second suite that all clients have"};
  }
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

bool Stage::has_noted(std::size_t step, const std::string& name) const {
  const auto notes = notes_.find(step);
  return notes != notes_.end() && notes->second.contains(name);
}

const std::string& Stage::noted(std::size_t step, const std::string& name) const {
  if (has_noted(step, name)) return notes_.at(step).at(name);
  throw BadScript{"step " + std::to_string(step) + " made no " + name};
}

const std::string& Stage::first_group_id() const {
  for (const auto& [step, notes] : notes_) {
    const auto found = notes.find("group_id");
    if (found != notes.end()) return found->second;
  }
  throw BadScript{"no group was created"};
}

void Stage::agree(std::size_t step, Epoch epoch, const std::string& actor,
                  const std::string& authenticator) {
  if (authenticator.empty()) throw Stopped{Ending::failed, actor, "says no epoch authenticator"};
  const auto known = authenticators_[step].emplace(epoch, Said{actor, authenticator});
  const Said& first = known.first->second;
  if (first.octets == authenticator) return;
  throw Stopped{Ending::failed, actor,
                "the epoch authenticator is " + hex_of(authenticator) + ", for " + first.actor +
                    " it is " + hex_of(first.octets)};
}

std::optional<std::string> Stage::authenticator_of(const std::string& actor) {
  pb::StateAuthRequest request;
  request.set_state_id(state(actor));
  return if_offered([&] {
    return call<pb::StateAuthResponse>(actor, "StateAuth", request).state_auth_secret();
  });
}

std::optional<std::string> Stage::exported_by(const std::string& actor,
                                              const std::string& context) {
  pb::ExportRequest request;
  request.set_state_id(state(actor));
  request.set_label("interop");
  request.set_context(context);
  request.set_key_length(32);
  auto secret = if_offered(
      [&] { return call<pb::ExportResponse>(actor, "Export", request).exported_secret(); });
  if (secret && secret->size() != request.key_length()) {
    throw Stopped{Ending::failed, actor, "Export: not as many octets as asked for"};
  }
  return secret;
}

void Stage::compare(std::size_t step, Epoch epoch, const std::vector<std::string>& actors) {
  const std::string context = random_octets(16);
  std::optional<Said> first;
  for (const std::string& actor : actors) {
    const auto authenticator = authenticator_of(actor);
    if (authenticator) agree(step, epoch, actor, *authenticator);
    const auto secret = exported_by(actor, context);
    if (!secret) continue;
    if (!first) first = {actor, *secret};
    if (first->octets == *secret) continue;
    throw Stopped{Ending::failed, actor, "exports another secret than " + first->actor};
  }
}

std::size_t Stage::pending(const std::string& actor) const {
  const auto found = pending_.find(actor);
  if (found == pending_.end()) throw BadScript{actor + " has committed nothing"};
  return found->second;
}

std::optional<Stopped> Stage::free_all() {
  std::optional<Stopped> refused;
  for (const auto& [actor, state] : states_) {
    pb::FreeRequest request;
    request.set_state_id(state);
    try {
      call<pb::FreeResponse>(actor, "Free", request);
    } catch (const Stopped& stopped) {
      if (stopped.verdict == Ending::not_offered) continue;
      if (!refused) refused = stopped;
      if (stopped.verdict == Ending::gone) break;
    }
  }
  states_.clear();
  return refused;
}

}  // namespace thicket::interop
