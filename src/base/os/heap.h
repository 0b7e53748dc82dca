// How much memory the process has taken from its allocator.
#pragma once

#include <cstddef>

namespace thicket::os {

// Octets that are allocated now, as the allocator counts them. 0 where it does not say.
std::size_t live_heap();

// From now on peak_heap() counts, close to the octet: blocks of any size come from one heap, which
// grows no more than is asked for. To be called before anything is allocated that matters.
void count_peak_heap();
// The most that the heap has been since. On Windows: the most that the process has committed.
std::size_t peak_heap();

}  // namespace thicket::os
