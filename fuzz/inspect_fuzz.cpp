// What `thicket inspect` does with a file: its readings, decoded and described as a type that the
// first octet chooses, as text and as JSON.
#include "base/assert.h"
#include "messages/describe.h"
#include "target.h"
#include "thicket/input.h"

namespace {

using namespace thicket;

const std::vector<std::string_view>& types() {
  static const std::vector<std::string_view> all = describable_types();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view type = types()[data[0] % types().size()];
  for (const Bytes& reading : cli::readings_of(Bytes(data + 1, data + size))) {
    const auto described = describe_as(type, reading);
    if (described) {
      THICKET_ASSERT(!codec::to_json(*described).empty());
      static_cast<void>(codec::to_text(*described));
    } else {
      THICKET_ASSERT(!describe(described.error()).empty());
    }
  }
  return 0;
}

// The smallest official octets of each type, as they are, and in hexadecimal for one.
std::vector<Bytes> thicket::fuzz::seeds() {
  std::vector<Bytes> out;
  const std::vector<Bytes> official = official_octets();
  for (std::size_t i = 0; i < types().size(); ++i) {
    std::size_t found = 0;
    for (const Bytes& octets : official) {
      if (found == 2) break;
      if (!describe_as(types()[i], octets)) continue;
      ++found;
      const Bytes choice(1, static_cast<std::uint8_t>(i));
      out.push_back(concat({choice, octets}));
      if (i == 0) out.push_back(concat({choice, to_bytes(to_hex(octets))}));
    }
  }
  return out;
}
