// What is going on while a script is played: who has which numbers at which client, and what steps
// have made.
#pragma once

#include "interop-runner/play.h"
#include "mls_client.pb.h"

namespace thicket::interop {

// Thrown where a step does not come out.
struct Stopped {
  Ending::Verdict verdict = Ending::failed;
  std::string why;
};

class Stage final {
 public:
  explicit Stage(const Casting& casting) : casting_(casting), random_(casting.seed) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // The actor's client is called. Throws Stopped unless it answers.
  template <class Response>
  Response call(const std::string& actor, const std::string& method,
                const google::protobuf::Message& request) {
    Response response;
    call_into(actor, method, request, response);
    return response;
  }

  std::uint32_t suite = 0;  // of the casting, until a ReInit changes it
  bool encrypts() const { return casting_.encrypt_handshake; }
  // One of the suites that all clients of the casting have, another than the present one.
  void change_suite();
  std::string random_octets(std::size_t size);

  // Numbers of an actor. Throw BadScript where it has none.
  std::uint32_t state(const std::string& actor) const;
  std::uint32_t transaction(const std::string& actor) const;
  std::uint32_t signer(const std::string& actor) const;
  // The state if it has one, else the transaction, else 0.
  std::uint32_t state_or_transaction(const std::string& actor) const;
  void enter(const std::string& actor, std::uint32_t state) { states_[actor] = state; }
  void begin(const std::string& actor, std::uint32_t transaction) {
    transactions_[actor] = transaction;
  }
  void sign_as(const std::string& actor, std::uint32_t signer) { signers_[actor] = signer; }

  // What a step made, by name. Throws BadScript where it made nothing of that name.
  void note(std::size_t step, const std::string& name, std::string octets) {
    notes_[step][name] = std::move(octets);
  }
  const std::string& noted(std::size_t step, const std::string& name) const;

  // Everybody who handles this commit, or joins by this Welcome, must come to the same epoch.
  void agree(const std::string& actor, const std::string& message,
             const std::string& authenticator);
  // That these actors say the same of their epoch when asked.
  void compare(const std::vector<std::string>& actors);

  // Frees all states; the first refusal.
  std::string free_all();

 private:
  void call_into(const std::string& actor, const std::string& method,
                 const google::protobuf::Message& request, google::protobuf::Message& response);

  const Casting& casting_;
  std::mt19937_64 random_;
  std::map<std::string, std::uint32_t> states_;
  std::map<std::string, std::uint32_t> transactions_;
  std::map<std::string, std::uint32_t> signers_;
  std::map<std::size_t, std::map<std::string, std::string>> notes_;
  std::map<std::string, std::string> authenticators_;  // by commit or Welcome
};

}  // namespace thicket::interop
