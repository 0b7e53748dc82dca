// What is going on while a script is played: who has which numbers at which client, and what steps
// have made.
#pragma once

#include <optional>

#include "interop-runner/play.h"
#include "mls_client.pb.h"

namespace thicket::interop {

// Thrown where a step does not come out.
struct Stopped {
  Ending::Verdict verdict = Ending::failed;
  std::string who;  // "bob at Thicket, Commit"
  std::string why;
};

class Stage final {
 public:
  explicit Stage(const Casting& casting);
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
  bool has_noted(std::size_t step, const std::string& name) const;
  const std::string& noted(std::size_t step, const std::string& name) const;
  // The id of the group that the script began with.
  const std::string& first_group_id() const;

  // An epoch that a step makes: whoever comes to it must say the same authenticator. A ReInit makes
  // two.
  enum class Epoch { made, reborn };
  void agree(std::size_t step, Epoch epoch, const std::string& actor,
             const std::string& authenticator);
  void agree(std::size_t step, const std::string& actor, const std::string& authenticator) {
    agree(step, Epoch::made, actor, authenticator);
  }
  // That these actors say the same when asked in the epoch: StateAuth, and one Export. What a client
  // does not offer it is not asked.
  void compare(std::size_t step, Epoch epoch, const std::vector<std::string>& actors);
  // The step in which the actor committed, until it took what it made.
  void pend(const std::string& actor, std::size_t step) { pending_[actor] = step; }
  std::size_t pending(const std::string& actor) const;

  // Frees all states; the first refusal.
  std::optional<Stopped> free_all();

 private:
  struct Said {
    std::string actor;
    std::string octets;
  };
  void call_into(const std::string& actor, const std::string& method,
                 const google::protobuf::Message& request, google::protobuf::Message& response);
  // Nothing where the client does not offer the call.
  std::optional<std::string> authenticator_of(const std::string& actor);
  std::optional<std::string> exported_by(const std::string& actor, const std::string& context);

  const Casting& casting_;
  std::mt19937_64 random_;
  std::map<std::string, std::uint32_t> states_;
  std::map<std::string, std::uint32_t> transactions_;
  std::map<std::string, std::uint32_t> signers_;
  std::map<std::string, std::size_t> pending_;
  std::map<std::size_t, std::map<std::string, std::string>> notes_;
  std::map<std::size_t, std::map<Epoch, Said>> authenticators_;
};

}  // namespace thicket::interop
