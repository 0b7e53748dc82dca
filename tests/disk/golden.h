// The groups of tests/golden: what this version writes when randomness and clock are given, and
// what is said to them next.
#pragma once

#include "base/bytes.h"
#include "group_store/group_rows.h"
#include "store/store.h"

namespace thicket::disk {

inline const Bytes golden_group = to_bytes("the group");

// Beside the group in its store: what comes next, and what the group is then.
inline constexpr std::string_view golden_space = "golden";
inline constexpr std::string_view next_commit = "next commit";
inline constexpr std::string_view late_message = "late message";
inline constexpr std::string_view next_authenticator = "epoch authenticator after it";
inline constexpr std::string_view next_tree_hash = "tree hash after it";

// The log of a small group has every part at once: frozen and half folded, active, tail.
inline constexpr group_store::FoldPolicy golden_policy{
    .segment_min = 6000, .segment_max = 6000, .step_octets = 1, .step_record_min = 100'000};

// A member with cached proposals, past epochs, pending messages and an unused key package.
void write_golden_member(store::Store& store);
// A service's half of the same group.
void write_golden_service(store::Store& store);

}  // namespace thicket::disk
