// A member with a state of its own: keys, group, tree, store. It shares nothing with the others but
// the process; what it knows of them came through the service.
#pragma once

#include "demo/line.h"
#include "group/basic_authenticator.h"
#include "group/group.h"
#include "group_store/group_rows.h"
#include "group_store/own_key_packages.h"
#include "store/memory/memory_store.h"

namespace thicket::demo {

Instant clock_now();

class Member final {
 public:
  Member(crypto::Crypto crypto, std::string name);
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  const std::string& name() const { return name_; }
  const group::Group& group() const { return *group_; }

  // Stored, then uploaded.
  void publish_key_package(Line& line);
  void create(Line& line, ByteView group_id);
  // By the Welcome for the published key package, and the tree that is handed out apart. Octets of
  // both.
  struct Joined {
    std::size_t welcome = 0;
    std::size_t tree = 0;
  };
  Joined join(Line& line);
  // By a commit from outside, on what the service hands to everybody who asks. Octets of it.
  std::size_t join_from_outside(Line& line, ByteView group_id);

  // A commit that is stored and may leave.
  struct Prepared {
    group::Staged staged;
    group::Outgoing outgoing;
    transport::Request request;
  };
  Prepared prepare(Line& line, group::CommitPlan plan);
  // After the service said so.
  void won(Prepared prepared, const transport::Won& won);
  // Prepared, posted, won. Throws Failed if another was first.
  group::Outgoing commit(Line& line, group::CommitPlan plan);
  // Key packages of these, as Adds.
  group::CommitPlan adding(Line& line, const std::vector<std::string>& names);

  // The message, as it left.
  Bytes say(Line& line, ByteView text);

  // Everything that the log has and this member has not.
  struct CaughtUp {
    std::vector<group::Event> events;
    double cpu_us = 0;  // of processing and storing, without asking the service
  };
  CaughtUp catch_up(Line& line);
  // What a message means to the state as it is; nothing changes.
  Result<group::Staged> look_at(ByteView message);

 private:
  group::Environment environment() { return {crypto_.provider(), authenticator_, psks_, policy_}; }
  Lifetime lifetime() const;
  Random& random() { return crypto_.provider().random(); }
  group::Event take(ByteView message);
  // What `act` answers once everything that it needs is loaded from the store.
  template <class Act>
  auto loaded(const Act& act);

  const crypto::Crypto crypto_;  // the provider, in the suite of the group
  const std::string name_;
  group::Identity identity_;
  Bytes key_package_ref_;
  group::BasicAuthenticator authenticator_;
  group::NoPsks psks_;
  group::Policy policy_;
  store::MemoryStore store_;
  group_store::StoreSink sink_{store_};
  std::optional<group_store::StoredRows> rows_;
  std::unique_ptr<group::Group> group_;
  std::uint64_t next_ = 0;  // the first entry of the log that we have not seen
};

}  // namespace thicket::demo
