// The machine broke (disk, memory, randomness, a library that refuses what it must accept): an
// exception, caught only where a transaction ends or at an edge to another language.
#pragma once

#include <stdexcept>
#include <string>

namespace thicket {

class MachineFailure final : public std::runtime_error {
 public:
  explicit MachineFailure(const std::string& what) : std::runtime_error(what) {}
};

}  // namespace thicket
