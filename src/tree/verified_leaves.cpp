// A bounded set of digests, the oldest forgotten first.
#include "tree/verified_leaves.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace thicket::tree {

std::size_t VerifiedLeaves::Hash::operator()(const Key& key) const noexcept {
  std::size_t out = 0;
  std::memcpy(&out, key.data(), sizeof out);
  return out;
}

VerifiedLeaves::Key VerifiedLeaves::short_key(ByteView key) {
  Key out{};
  THICKET_ASSERT(key.size() >= out.size());
  std::copy_n(key.begin(), out.size(), out.begin());
  return out;
}

bool VerifiedLeaves::contains(ByteView key) const {
  return known_.contains(short_key(key));
}

void VerifiedLeaves::insert(ByteView key) {
  if (capacity_ == 0 || !known_.insert(short_key(key)).second) return;
  oldest_first_.push_back(short_key(key));
  if (oldest_first_.size() <= capacity_) return;
  known_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

}  // namespace thicket::tree
