// Key spaces that more than one file of this folder uses.
#pragma once

#include <string_view>

namespace thicket::delivery {

// Group to the MLSMessage with the GroupInfo of its present epoch.
inline constexpr std::string_view group_infos = "group_info";

}  // namespace thicket::delivery
