// The operations that `thicket bench` times, each once: set up, done, measured, and its floor.
#pragma once

#include <functional>
#include <memory>

#include "bench/fixture.h"
#include "bench/floor.h"

namespace thicket::bench {

enum class OpKind : std::uint8_t {
  create,
  add,
  add_100,
  commit,
  remove,
  process,  // commit, add, add_100, remove, each at a receiver
  process_add,
  process_add_100,
  process_remove,
  join,
  join_outside,
  process_join_outside,
  send,
  receive_first,
  receive,
  keypackage,
};
inline constexpr std::size_t op_kinds = 16;
std::string_view name_of(OpKind kind);

struct OpOptions {
  bool tree_apart = false;    // create, add: joiners are handed the tree beside the Welcome
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
std::unique_ptr<Operation> prepare(OpKind kind, const Fixture& fixture,
                                   const crypto::Provider& provider, const Draw& draw,
                                   const OpOptions& options = {});

// Members of the fixture for a line of `members`: one where the operation needs no group.
std::uint32_t members_before(OpKind kind, std::uint32_t members);

}  // namespace thicket::bench
