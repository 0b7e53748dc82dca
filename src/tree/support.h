// What all members below a node support and which credential types they use.  RFC 9420 7.2, 7.3.
// Immutable and shared: members of one application have the same one. GREASE and default types are
// not in it: default types count as supported by all.
#pragma once

#include <array>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "messages/leaf_node.h"
#include "tree/ref.h"

namespace thicket::tree {

// Lists are strictly ascending.
class Support final : public Counted {
 public:
  std::vector<ExtensionType> extensions;    // listed by every member
  std::vector<ProposalType> proposals;      // listed by every member
  std::vector<CredentialType> credentials;  // listed by every member
  std::vector<CredentialType> in_use;       // of any member's credential

  bool same_as(const Support& other) const;
  static void destroy(Support* support) { delete support; }
};
using SupportRef = Ref<Support>;

// True for values reserved by 13.5: 0x0A0A, 0x1A1A, ... 0xEAEA.
bool is_grease(std::uint16_t value);

// One object for equal supports, as far as it remembers: bounded, an economy and not a promise.
class SupportTable final {
 public:
  explicit SupportTable(const std::array<std::uint8_t, 16>& seed);
  SupportRef of_leaf(const LeafNode& leaf);
  // Meet of what is supported, join of what is in use. Null stands for no members.
  SupportRef combine(const SupportRef& left, const SupportRef& right);
  SupportRef intern(SupportRef made);

 private:
  static constexpr std::size_t capacity = 4096;
  std::array<std::uint8_t, 16> seed_;
  std::mutex mutex_;
  std::unordered_multimap<std::uint64_t, SupportRef> known_;
};

}  // namespace thicket::tree
