// The limits of a file: lines, columns, the length of a function, the head, `#pragma once`.
#pragma once

#include "house/source.h"

namespace thicket::house {

inline constexpr std::size_t file_lines_max = 500;
inline constexpr std::size_t test_lines_max = 800;
inline constexpr std::size_t function_lines_max = 70;
inline constexpr std::size_t columns_max = 100;
inline constexpr std::size_t head_lines_max = 3;

Findings check_limits(const Source& source);

}  // namespace thicket::house
