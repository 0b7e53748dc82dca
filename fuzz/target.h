// What each fuzz target gives: libFuzzer's entry, and inputs to begin with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// libFuzzer's own mutations of octets; replay.cpp has others in their place.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace thicket::fuzz {

// Each reaches what the target is about.
std::vector<Bytes> seeds();

// Octets that stand in official vectors, the shortest first; none where there are no vectors.
std::vector<Bytes> official_octets();

}  // namespace thicket::fuzz
