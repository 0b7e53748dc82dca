// What the operations' files share: the member measured, and the shapes of messages that a floor
// is filled in with. For src/bench only.
#pragma once

#include "bench/acts.h"
#include "bench/formulas.h"
#include "bench/operations.h"
#include "messages/wire.h"

namespace thicket::bench {

struct Setting {
  const group::WarmGroup& fixture;
  const crypto::Provider& provider;
  Draw draw;
  OpOptions options;

  std::unique_ptr<group::Group> member(LeafIndex leaf) const {
    return fixture.member(leaf, provider, options.own_tree);
  }
  // Somebody who is neither the committer nor the other, where there are three.
  LeafIndex third() const;
};

// A commit's shape, as whoever receives it sees it.
struct CommitSeen {
  PathShape shape;
  std::size_t adds = 0;
  std::size_t key_package_size = 0;
  std::size_t added_leaf_size = 0;
  std::optional<LeafIndex> removed;
};
CommitSeen shape_of(const group::WarmGroup& fixture, const Bytes& message);
WelcomeShape shape_of_welcome(const crypto::Crypto& crypto, const Bytes& welcome,
                              const CommitSeen& seen);
// What a commit by the member at `leaf` adds to a floor for its proposals, whoever does it.
void add_proposals(Floor& floor, const CommitSeen& seen, LeafIndex leaf);

group::CommitPlan plan_of(const Setting& setting, OpKind kind);
std::unique_ptr<Operation> make_commit(const Setting& setting, group::CommitPlan plan);
// Of the commit that `kind` says: process, process_add, process_remove, process_join_outside.
std::unique_ptr<Operation> make_process(const Setting& setting, OpKind kind);
std::unique_ptr<Operation> make_join(const Setting& setting);
std::unique_ptr<Operation> make_join_outside(const Setting& setting);
// The commit that such a join sends.
Bytes message_from_outside(const Setting& setting);

}  // namespace thicket::bench
