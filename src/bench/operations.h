// The operations that `thicket bench` times, each once: set up, done, measured, and its floor.
#pragma once

#include <functional>
#include <memory>

#include "bench/floor.h"
#include "group/warm_group.h"

namespace thicket::bench {

enum class OpKind : std::uint8_t {
  create,
  add,
  commit,
  process,
  remove,
  join,
  send,
  receive_first,
  receive,
  keypackage,
};
std::string_view name_of(OpKind kind);

struct Draw {
  LeafIndex committer;
  LeafIndex other;  // the receiver, or who is removed
  std::uint32_t number = 0;
};

struct OpOptions {
  bool tree_apart = false;    // add: the joiner is handed the tree beside the Welcome
  bool own_tree = false;      // the member's tree shares no node with the fixture's
  std::uint32_t members = 0;  // create: members of the group afterwards
};

// One operation on one draw, ready to run. What run() needs is made before; what it made is judged
// after. Drawn groups are fresh: nothing of ours is cached.
class Operation {
 public:
  virtual ~Operation() = default;
  virtual void run() = 0;
  virtual Floor floor() const = 0;
  virtual std::size_t bytes_sent() const { return 0; }
  virtual std::size_t welcome_bytes() const { return 0; }  // of these
  virtual std::size_t delta_bytes() const { return 0; }
  // The group of the member measured, if it has one.
  virtual const group::Group* member() const { return nullptr; }
  // Ends the group of the member that was measured: the heap that it frees was its own.
  virtual void drop_member() {}
};

// `provider` is what the member measured works on; others in the set-up work on the fixture's.
// `fixture` holds as many members as the operation's group has before it: members_before().
std::unique_ptr<Operation> prepare(OpKind kind, const group::WarmGroup& fixture,
                                   const crypto::Provider& provider, const Draw& draw,
                                   const OpOptions& options = {});

// Members of the fixture for a line of `members`: one fewer where one is added.
std::uint32_t members_before(OpKind kind, std::uint32_t members);

}  // namespace thicket::bench
