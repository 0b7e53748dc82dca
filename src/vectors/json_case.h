// Reading the cases of JSON vector files, and running one so that no surprise in it stops the
// others.
#pragma once

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "vectors/report.h"

namespace thicket::vectors {

// Hexadecimal text of `object[field]`. Throws nlohmann::json::exception or std::runtime_error if it
// is not that.
Bytes octets_at(const nlohmann::json& object, const char* field);

// The result of `run(object)`, or `failed` with what it threw: a case that does not have the form
// of its kind has not passed.
template <class Run>
CaseResult guarded(std::string name, const nlohmann::json& object, Run&& run) {
  try {
    return run(name, object);
  } catch (const std::exception& thrown) {
    return {CaseResult::failed, std::move(name), std::string("cannot be run: ") + thrown.what()};
  }
}

}  // namespace thicket::vectors
