// The members of a group that is walked with, and the calls that every step is made of.
#pragma once

#include <random>

#include "interop-runner/walk.h"
#include "mls_client.pb.h"

namespace thicket::interop {

// Thrown where a call is refused, or two members differ.
struct Disagreed {
  std::string why;
};

struct Member {
  Client* client = nullptr;
  std::uint32_t state = 0;
  std::uint64_t joined = 0;  // the epoch
};

// Somebody whose key package is in a commit.
struct Joiner {
  std::string name;
  Client* client = nullptr;
  std::uint32_t transaction = 0;
};

struct ExternalPsk {
  std::string id;
  std::string secret;
};

// What a commit is to have.
struct Changes {
  std::vector<std::string> by_reference;
  std::vector<mls_client::ProposalDescription> by_value;
  std::vector<Joiner> joiners;
  std::set<std::string> removed;
  bool force_path = false;
  bool external_tree = false;
};

class Walkers final {
 public:
  explicit Walkers(const WalkPlan& plan) : plan_(plan), random_(plan.seed) {}
  Walkers(const Walkers&) = delete;
  Walkers& operator=(const Walkers&) = delete;

  // Whatever is thrown is Disagreed.
  template <class Response>
  static Response call(Client& client, const std::string& method,
                       const google::protobuf::Message& request) {
    Response response;
    call_into(client, method, request, response);
    return response;
  }

  // Below `bound`.
  std::size_t draw(std::size_t bound) { return random_() % bound; }
  bool chance(std::size_t in) { return draw(in) == 0; }
  std::string octets(std::size_t size);
  Client& any_client() { return chance(2) ? plan_.first : plan_.second; }
  Client& other(const Client& client) {
    return &client == &plan_.first ? plan_.second : plan_.first;
  }
  template <class List>
  void shuffle(List& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[draw(i)]);
  }

  std::map<std::string, Member> members;
  std::vector<ExternalPsk> psks;  // all members have them
  std::uint64_t epoch = 0;

  std::vector<std::string> names() const;
  std::vector<std::string> names_at(const Client& client) const;
  std::string any_member() { return pick(names()); }
  std::string any_member_at(const Client& client) { return pick(names_at(client)); }
  std::string next_name() { return "member " + std::to_string(++named_); }
  std::string pick(const std::vector<std::string>& from) { return from[draw(from.size())]; }

  void create(Client& client);
  Joiner new_joiner(Client& client, std::string& key_package);
  void store_psks(Client& client, std::uint32_t state_or_transaction);
  void new_psk();

  mls_client::CommitResponse commit(const std::string& committer, const Changes& changes);
  // Everybody goes to the epoch that this commit begins.
  void take(const std::string& committer, const Changes& changes,
            const mls_client::CommitResponse& made);
  // Everybody but `besides`; who is removed must know it, and is forgotten.
  void handle(const std::string& besides, const Changes& changes, const std::string& commit,
              const std::string& authenticator);
  void forget(const std::string& name);
  void compare();
  void free_all();

 private:
  static void call_into(Client& client, const std::string& method,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response);

  const WalkPlan& plan_;
  std::mt19937_64 random_;
  std::size_t named_ = 0;
};

// Throws Disagreed unless they are the same.
void require_same(const std::string& who, const std::string& what, const std::string& said,
                  const std::string& expected);

}  // namespace thicket::interop
