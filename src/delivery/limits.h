// How much the service takes and keeps. Beyond a limit it refuses by name.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thicket::delivery {

struct Limits {
  std::size_t list_max = 10'000;                          // elements of a list in a request
  std::size_t reply_octets_max = std::size_t{8} << 20;    // of the entries in one reply
  std::size_t inline_octets_max = std::size_t{16} << 10;  // of the entries in a wake-up
  std::uint64_t late_epochs = 3;  // application messages of so many past epochs are taken
  std::size_t key_packages_a_client = 256;
  std::size_t welcomes_a_key_package = 16;  // a last resort may be welcomed to several groups
  std::uint64_t remember_seconds = 7 * 24 * 3600;  // answers, for requests that come again
  std::uint64_t blob_seconds = 24 * 3600;
};

}  // namespace thicket::delivery
