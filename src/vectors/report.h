// What running a file of test vectors says: a verdict for each case, with the reason where it did
// not pass.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace thicket::vectors {

struct CaseResult {
  // outside: a primitive or parameter that no cipher suite of MLS uses. What cannot be run for any
  // other reason failed.
  enum Verdict : std::uint8_t { passed, failed, outside };
  Verdict verdict = failed;
  std::string name;
  std::string detail;  // why not; of a case that passed by less than its words, what was checked
  bool operator==(const CaseResult&) const = default;
};

using Report = std::vector<CaseResult>;

}  // namespace thicket::vectors
