// GREASE values drawn and dropped.  RFC 9420 13.5.
#include "group/grease.h"

#include <algorithm>

#include "tree/validate_leaf.h"

namespace thicket::group {
namespace {

std::uint8_t octet(Random& random) {
  std::uint8_t value = 0;
  random.fill(ByteSpan(&value, 1));
  return value;
}

// 0x0A0A, 0x1A1A, ... 0xEAEA: fifteen values.
std::uint16_t grease_value(Random& random) {
  const auto step = static_cast<unsigned>(octet(random)) % 15;
  return static_cast<std::uint16_t>(0x0A0A + 0x1010 * step);
}

template <class T>
void mix_in(std::vector<T>& list, Random& random) {
  const auto count = 1 + octet(random) % 3;
  for (int i = 0; i < count; ++i) {
    const T value{grease_value(random)};
    if (std::find(list.begin(), list.end(), value) != list.end()) continue;
    const auto place = octet(random) % (list.size() + 1);
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(place), value);
  }
}

template <class T>
void drop_from(std::vector<T>& list) {
  std::erase_if(list, [](T value) { return tree::is_grease(static_cast<std::uint16_t>(value)); });
}

}  // namespace

void add_grease(Capabilities& capabilities, Random& random) {
  mix_in(capabilities.cipher_suites, random);
  mix_in(capabilities.extensions, random);
  mix_in(capabilities.proposals, random);
  mix_in(capabilities.credentials, random);
}

Extension grease_extension(Random& random) {
  const ExtensionType type{grease_value(random)};
  return Extension{type, random.bytes(octet(random) % 33u)};
}

void list_extension(Capabilities& capabilities, ExtensionType type) {
  auto& listed = capabilities.extensions;
  if (tree::is_default(type)) return;
  if (std::find(listed.begin(), listed.end(), type) == listed.end()) listed.push_back(type);
}

Capabilities without_grease(Capabilities capabilities) {
  drop_from(capabilities.cipher_suites);
  drop_from(capabilities.extensions);
  drop_from(capabilities.proposals);
  drop_from(capabilities.credentials);
  return capabilities;
}

}  // namespace thicket::group
