// The operations that are commits, at who makes them and at who follows them; and joining from
// outside, which is one too.
#pragma once

#include "bench/formulas.h"
#include "bench/operations.h"

namespace thicket::bench {

struct Setting {
  const Fixture& fixture;
  const crypto::Provider& provider;
  Draw draw;
  OpOptions options{};
};

std::unique_ptr<Operation> make_commit(OpKind kind, const Setting& setting);
std::unique_ptr<Operation> make_process(OpKind kind, const Setting& setting);
std::unique_ptr<Operation> make_join_outside(const Setting& setting);
std::unique_ptr<Operation> make_process_join_outside(const Setting& setting);

// Of the plaintext, from a Welcome.
std::size_t group_info_size_of(const Bytes& welcome, const crypto::Suite& suite);
// Of one EncryptedGroupSecrets: joiner_secret, no path secret, no PSKs.
std::size_t secrets_size(const crypto::Crypto& crypto);
// What whoever joins with that tree has to verify and hash.
JoinShape join_shape(const tree::RatchetTree& tree, const GroupContext& context);

}  // namespace thicket::bench
