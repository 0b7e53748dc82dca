// What a scene asserts: it holds, or the demo ends with what did not.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace thicket::demo {

// Thrown; caught where the scenes are run.
struct Failed {
  std::string what;
};

inline void expect(bool holds, std::string_view what) {
  if (!holds) throw Failed{std::string(what)};
}

// The value of an outcome; Failed with the error where there is none.
template <class T>
T good(Result<T> outcome, std::string_view whose) {
  if (!outcome) throw Failed{std::string(whose) + ": " + describe(outcome.error())};
  return *std::move(outcome);
}

}  // namespace thicket::demo
