// Meets of capabilities and joins of credential types in use, one object for equal ones.
#include "tree/support.h"

#include <algorithm>

#include "tree/siphash.h"
#include "tree/validate_leaf.h"

namespace thicket::tree {
namespace {

template <class T>
void make_ascending(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

template <class T>
bool within(const std::vector<T>& some, const std::vector<T>& all) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

template <class T>
std::vector<T> meet(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  out.shrink_to_fit();
  return out;
}

template <class T>
std::vector<T> join(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  out.shrink_to_fit();
  return out;
}

// `low` is what combining the two gives.
bool is_below(const Support& low, const Support& other) {
  return within(low.extensions, other.extensions) && within(low.proposals, other.proposals) &&
         within(low.credentials, other.credentials) && within(other.in_use, low.in_use);
}

template <class T>
void put(Bytes& out, const std::vector<T>& list) {
  const auto number = [&](std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
  };
  number(list.size());
  for (const T value : list) number(static_cast<std::uint16_t>(value));
}

}  // namespace

bool Support::same_as(const Support& other) const {
  return extensions == other.extensions && proposals == other.proposals &&
         credentials == other.credentials && in_use == other.in_use;
}

bool is_grease(std::uint16_t value) {
  return (value & 0x0F0F) == 0x0A0A && (value >> 8) == (value & 0xFF) && value != 0xFAFA;
}

SupportTable::SupportTable(const std::array<std::uint8_t, 16>& seed) : seed_(seed) {}

SupportRef SupportTable::of_leaf(const LeafNode& leaf) {
  SupportRef made = SupportRef::adopt(new Support);
  for (const ExtensionType type : leaf.capabilities.extensions) {
    if (!is_default(type) && !is_grease(static_cast<std::uint16_t>(type)))
      made->extensions.push_back(type);
  }
  for (const ProposalType type : leaf.capabilities.proposals) {
    if (!is_default(type) && !is_grease(static_cast<std::uint16_t>(type)))
      made->proposals.push_back(type);
  }
  for (const CredentialType type : leaf.capabilities.credentials) {
    if (!is_grease(static_cast<std::uint16_t>(type))) made->credentials.push_back(type);
  }
  make_ascending(made->extensions);
  make_ascending(made->proposals);
  make_ascending(made->credentials);
  made->in_use.push_back(leaf.credential.tag());
  return intern(std::move(made));
}

SupportRef SupportTable::combine(const SupportRef& left, const SupportRef& right) {
  if (!left || left == right) return right;
  if (!right) return left;
  if (is_below(*left, *right)) return left;
  if (is_below(*right, *left)) return right;
  SupportRef made = SupportRef::adopt(new Support);
  made->extensions = meet(left->extensions, right->extensions);
  made->proposals = meet(left->proposals, right->proposals);
  made->credentials = meet(left->credentials, right->credentials);
  made->in_use = join(left->in_use, right->in_use);
  return intern(std::move(made));
}

SupportRef SupportTable::intern(SupportRef made) {
  Bytes octets;
  put(octets, made->extensions);
  put(octets, made->proposals);
  put(octets, made->credentials);
  put(octets, made->in_use);
  const std::uint64_t key = siphash(seed_, octets);
  const std::lock_guard lock(mutex_);
  const auto [first, last] = known_.equal_range(key);
  for (auto it = first; it != last; ++it) {
    if (it->second->same_as(*made)) return it->second;
  }
  if (known_.size() >= capacity) known_.clear();
  known_.emplace(key, made);
  return made;
}

}  // namespace thicket::tree
