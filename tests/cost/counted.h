// What an operation uses up, counted and not timed: primitive calls and the octets they work on,
// steps over nodes, allocations and their octets, octets for the store.
#pragma once

#include <cstdint>
#include <string>

#include "crypto/counting.h"

namespace thicket::cost {

// A step from a node to its children (src/tree/node.cpp, built for this test with its switch on).
void visit_node();
std::uint64_t visits();
// Of operator new, in this process.
std::uint64_t allocations();
std::uint64_t allocated_octets();

struct Counts {
  double calls = 0;  // of the library
  double call_octets = 0;
  double visits = 0;
  double allocations = 0;
  double allocated_octets = 0;
  double stored_octets = 0;
};

struct Metric {
  const char* name;
  double Counts::*count;
};
inline constexpr Metric all_metrics[] = {
    {"primitive calls", &Counts::calls},
    {"octets of them", &Counts::call_octets},
    {"node visits", &Counts::visits},
    {"allocations", &Counts::allocations},
    {"octets allocated", &Counts::allocated_octets},
    {"octets stored", &Counts::stored_octets},
};

double calls_of(const crypto::CallCounts& counts);
double call_octets_of(const crypto::CallCounts& counts);

}  // namespace thicket::cost
