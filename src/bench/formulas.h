// The closed formula of each operation: the primitive calls that RFC 9420 makes it run.
// docs/performance/floor.md states them in words.
#pragma once

#include <vector>

#include "bench/floor.h"

namespace thicket::bench {

// Shapes that a formula depends on, taken from the tree and message that were drawn.
struct PathShape {
  std::size_t depth = 0;                 // levels of the tree
  std::vector<std::size_t> resolutions;  // of the copath, one entry a node of the filtered path
  std::size_t leaf_size = 0;             // of the encoded LeafNode
  std::size_t context_size = 0;          // of the encoded GroupContext
  std::size_t content_size = 0;          // of the encoded FramedContent
};

struct WelcomeShape {
  std::size_t joiners = 0;
  std::size_t key_package_size = 0;
  std::size_t group_info_size = 0;  // plaintext, with the tree if it is in it
  std::size_t secrets_size = 0;     // plaintext of one EncryptedGroupSecrets
};

// A commit with a path.
void add_commit(Floor& floor, const PathShape& shape);
// Processing it, where the receiver opens the secret of node `opened` of the filtered path.
void add_process(Floor& floor, const PathShape& shape, std::size_t opened);
// A commit without a path, of Adds only. Their key packages and leaves are not in it.
void add_pathless_commit(Floor& floor, const PathShape& shape);
// Processing it.
void add_process_pathless(Floor& floor, const PathShape& shape);
// Key packages validated: theirs and their leaves' signatures.
void add_key_packages(Floor& floor, const WelcomeShape& shape, std::size_t leaf_size);
// The GroupInfo signed and sealed, and one entry a joiner.
void add_welcome(Floor& floor, const WelcomeShape& shape);
// Joining by it: `members` leaves verified, `nodes` hashed.
struct JoinShape {
  std::size_t members = 0;
  std::size_t parents = 0;  // interior nodes, blank ones included
  std::size_t filled = 0;   // parents that are not blank
  std::size_t leaf_size = 0;
  std::size_t context_size = 0;
};
void add_join(Floor& floor, const WelcomeShape& welcome, const JoinShape& shape);
// From outside: the tree before it, and the path of the commit.
void add_join_outside(Floor& floor, std::size_t group_info_size, const JoinShape& shape,
                      const PathShape& path);

struct MessageShape {
  std::size_t tbs_size = 0;
  std::size_t plaintext_size = 0;  // PrivateMessageContent
  std::size_t first_depth = 0;     // levels of the secret tree, if it is a sender's first
};
void add_send(Floor& floor, const MessageShape& shape);
void add_receive(Floor& floor, const MessageShape& shape);
void add_key_package_made(Floor& floor, std::size_t leaf_size, std::size_t key_package_size);

}  // namespace thicket::bench
