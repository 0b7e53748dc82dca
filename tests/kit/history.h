// Random histories: whatever people do, and whoever is restarted from rows in between, all agree,
// and so does a service that watches the public half. The rows were written by deltas alone, into
// stores that were empty at the start.
#pragma once

#include <set>

#include "group/join_external.h"
#include "group/public_group.h"
#include "kit/world.h"

namespace thicket::kit {

class History final {
 public:
  using MakeBacking = std::function<std::unique_ptr<Backing>()>;
  explicit History(std::uint64_t seed, MakeBacking backing = {});

  void steps(int count);
  // From now on: some messages are also processed by a member opened from its rows, some members
  // are compared with what their rows say; and of the people of the first hour some are never
  // restarted.
  void reopen_beside();

  // What happened at least once; `all_kinds()` of them there are.
  std::set<std::string> seen;
  static std::size_t all_kinds();

 private:
  struct Late {
    Bytes message;
    std::set<std::string> readers;
  };
  struct Kind {
    const char* name;
    bool (History::*happens)();
  };
  static const std::vector<Kind>& kinds();

  std::string fresh();
  group::Identity named(const std::string& name);
  Member& anybody();
  group::CommitPlan plan();
  std::vector<Extension> extensions();
  void draw_format();

  void committed(ByteView message);
  void proposed(ByteView message);
  void watched(ByteView message);
  void watch();
  void deliver_late();
  group::PublicEnvironment watcher() {
    return {world_.provider, world_.authenticator, world_.policy};
  }
  group::ExternalJoin join(Member& member);

  // Each answers whether it could happen.
  bool commit();
  bool add();
  bool remove();
  bool rotate();
  bool commit_psk();
  bool commit_context();
  bool commit_killed();
  bool lose_race();
  bool propose_update();
  bool propose_rotation();
  bool propose_add();
  bool propose_remove();
  bool propose_context();
  bool office_proposes();
  bool ask();
  bool join_outside();
  bool resync();
  bool restart();
  bool say();
  bool say_late();
  void compare();
  bool stays(const Member& member) const;  // never restarted

  World world_;
  bool beside_ = false;
  group::Identity office_;
  MemoryRows watcher_rows_;
  std::unique_ptr<group::PublicGroup> watcher_;
  bool blind_ = false;  // a proposal of this epoch went past the watcher
  std::optional<Late> late_;
  unsigned names_ = 0;
};

}  // namespace thicket::kit
