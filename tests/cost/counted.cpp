// The counters, and operator new that counts.
#include "cost/counted.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace thicket::cost {
namespace {

std::atomic<std::uint64_t> visits_made{0};
std::atomic<std::uint64_t> allocations_made{0};
std::atomic<std::uint64_t> octets_allocated{0};

}  // namespace

void visit_node() {
  visits_made.fetch_add(1, std::memory_order_relaxed);
}
std::uint64_t visits() {
  return visits_made;
}
std::uint64_t allocations() {
  return allocations_made;
}
std::uint64_t allocated_octets() {
  return octets_allocated;
}

void* counted_new(std::size_t size) {
  allocations_made.fetch_add(1, std::memory_order_relaxed);
  octets_allocated.fetch_add(size, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

double calls_of(const crypto::CallCounts& c) {
  return static_cast<double>(c.hashes + c.hmacs + c.seals + c.opens + c.key_generations +
                             c.agreements + c.keccaks + c.ml_kem_generations + c.encapsulations +
                             c.decapsulations + c.signatures + c.verifications);
}
double call_octets_of(const crypto::CallCounts& c) {
  return static_cast<double>(c.hash_octets + c.hmac_octets + c.seal_octets + c.open_octets +
                             c.keccak_octets);
}

}  // namespace thicket::cost

void* operator new(std::size_t size) {
  return thicket::cost::counted_new(size);
}
void* operator new[](std::size_t size) {
  return thicket::cost::counted_new(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return thicket::cost::counted_new(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return thicket::cost::counted_new(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
