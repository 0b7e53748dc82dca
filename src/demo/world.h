// The members, the service they talk through, and a thread for each core.
#pragma once

#include <functional>

#include "demo/member.h"
#include "demo/progress.h"
#include "demo/served.h"

namespace thicket::demo {

struct WorldPlan {
  std::uint32_t members = 1024;
  Bytes say;  // the text of the third scene
  // None: the one that a new group gets by default.
  const crypto::Suite* suite = nullptr;
};

// What a new group gets where nobody asks for another suite.
const crypto::Suite& default_suite(const crypto::Provider& provider);

class World final {
 public:
  World(const crypto::Provider& provider, WorldPlan plan);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const crypto::Crypto crypto;  // the library, in the suite of the group
  const WorldPlan plan;
  Progress progress;
  os::TemporaryDirectory directory;
  Served served;
  const Bytes group_id;
  // Who is in the group, or about to be. The first is ana.
  std::vector<std::unique_ptr<Member>> members;

  Member& ana() { return *members.front(); }
  Member& ben() { return *members[1]; }
  // Of the calling thread, where only one works.
  Line& line() { return *lines_.front(); }

  Member& invite(std::string name);
  // Out of `members`, and kept.
  std::unique_ptr<Member> take_out(std::size_t position);

  // work(member, line), members spread over the threads. What the first one throws is thrown.
  using Work = std::function<void(Member&, Line&)>;
  void each(std::string_view doing, const Work& work);
  // Everybody reads the log to its end; `seen` is told what each has met, from several threads at
  // once. The CPU time of all of them.
  using Seen = std::function<void(const Member&, const std::vector<group::Event>&)>;
  double catch_up(const Seen& seen = {});
  // All are in one epoch and have its authenticator. Throws Failed.
  void agree() const;

 private:
  std::vector<std::unique_ptr<Line>> lines_;
};

}  // namespace thicket::demo
