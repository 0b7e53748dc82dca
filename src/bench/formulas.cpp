// The closed formulas.
#include "bench/formulas.h"

namespace thicket::bench {

void add_commit(Floor& floor, const PathShape& shape) {
  const std::size_t nodes = shape.resolutions.size();
  floor.derive_key_pair();       // the leaf's
  floor.expand(2 * nodes);       // path_secret and node_secret of each node (7.4)
  floor.derive_key_pair(nodes);  // and its key pair
  floor.parent_hashes(nodes);
  floor.call(CallKind::sign, shape.leaf_size);
  floor.tree_hashes(1, shape.leaf_size, shape.depth);
  floor.hpke_info(shape.context_size);
  for (std::size_t resolution : shape.resolutions) floor.hpke_seal(floor.hash_size(), resolution);
  add_pathless_commit(floor, {shape.depth, {}, 0, shape.context_size, shape.content_size});
}

void add_pathless_commit(Floor& floor, const PathShape& shape) {
  floor.call(CallKind::sign, shape.content_size + shape.context_size);
  floor.transcript(shape.content_size);
  floor.epoch(shape.context_size);
  floor.call(CallKind::hmac, shape.content_size + shape.context_size);  // membership_tag
}

void add_process(Floor& floor, const PathShape& shape, std::size_t opened) {
  const std::size_t nodes = shape.resolutions.size();
  const std::size_t above = nodes - opened;
  floor.call(CallKind::hmac, shape.content_size + shape.context_size);
  floor.call(CallKind::verify, shape.content_size + shape.context_size);
  floor.call(CallKind::verify, shape.leaf_size);
  floor.parent_hashes(nodes);
  floor.tree_hashes(1, shape.leaf_size, shape.depth);
  floor.hpke_info(shape.context_size);
  floor.hpke_open(floor.hash_size());
  floor.expand(2 * above);
  floor.derive_key_pair(above);
  floor.transcript(shape.content_size);
  floor.epoch(shape.context_size);
}

void add_process_pathless(Floor& floor, const PathShape& shape) {
  floor.call(CallKind::hmac, shape.content_size + shape.context_size);
  floor.call(CallKind::verify, shape.content_size + shape.context_size);
  floor.transcript(shape.content_size);
  floor.epoch(shape.context_size);
}

void add_key_packages(Floor& floor, const WelcomeShape& shape, std::size_t leaf_size) {
  floor.call(CallKind::verify, shape.key_package_size, shape.joiners);
  floor.call(CallKind::verify, leaf_size, shape.joiners);
}

void add_welcome(Floor& floor, const WelcomeShape& shape) {
  floor.call(CallKind::sign, shape.group_info_size);
  floor.expand(3);  // welcome_secret, welcome_key, welcome_nonce
  floor.call(CallKind::seal, shape.group_info_size);
  floor.hpke_info(shape.group_info_size);
  floor.call(CallKind::hash, shape.key_package_size, shape.joiners);  // KeyPackageRef
  floor.hpke_seal(shape.secrets_size, shape.joiners);
}

// Of a tree that is handed in.
static void add_tree_checks(Floor& floor, const JoinShape& shape) {
  floor.call(CallKind::verify, shape.leaf_size, shape.members);
  floor.tree_hashes(shape.parents + 1, shape.leaf_size, shape.parents);
  floor.parent_hashes(shape.filled);
}

void add_join(Floor& floor, const WelcomeShape& welcome, const JoinShape& shape) {
  floor.call(CallKind::hash, welcome.key_package_size);
  floor.hpke_info(welcome.group_info_size);
  floor.hpke_open(welcome.secrets_size);
  floor.expand(3);
  floor.call(CallKind::open, welcome.group_info_size);
  floor.call(CallKind::verify, welcome.group_info_size);
  add_tree_checks(floor, shape);
  floor.extract(1);
  floor.expand(1, shape.context_size);
  floor.expand(9);
  floor.call(CallKind::hmac, floor.hash_size());  // confirmation_tag
  floor.call(CallKind::hash, 80);                 // interim transcript hash
}

void add_join_outside(Floor& floor, std::size_t group_info_size, const JoinShape& shape,
                      const PathShape& path) {
  floor.call(CallKind::verify, group_info_size);
  add_tree_checks(floor, shape);
  floor.call(CallKind::hash, 80);  // interim transcript hash
  floor.hpke_send_export();        // init_secret (8.3)
  add_commit(floor, path);
}

void add_send(Floor& floor, const MessageShape& shape) {
  if (shape.first_depth > 0) floor.ratchet_first(shape.first_depth);
  floor.call(CallKind::sign, shape.tbs_size);
  floor.ratchet_step();
  floor.call(CallKind::seal, shape.plaintext_size);
  floor.sender_data();
  floor.call(CallKind::seal, 12);
}

void add_receive(Floor& floor, const MessageShape& shape) {
  if (shape.first_depth > 0) floor.ratchet_first(shape.first_depth);
  floor.sender_data();
  floor.call(CallKind::open, 12);
  floor.ratchet_step();
  floor.call(CallKind::open, shape.plaintext_size);
  floor.call(CallKind::verify, shape.tbs_size);
}

void add_key_package_made(Floor& floor, std::size_t leaf_size, std::size_t key_package_size) {
  floor.derive_key_pair(2);
  floor.call(CallKind::sign, leaf_size);
  floor.call(CallKind::sign, key_package_size);
}

}  // namespace thicket::bench
