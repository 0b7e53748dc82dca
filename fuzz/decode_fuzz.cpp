// Any bytes, decoded as any type of RFC 9420: either an error that names a rule, or a value that
// encodes to the same bytes. The first octet chooses the type.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "messages/wire.h"

namespace {

using namespace thicket;

template <class T>
void one(ByteView input) {
  const Result<T> value = codec::decode<T>(input);
  if (value) {
    const Bytes again = codec::encode(*value);
    THICKET_ASSERT(std::equal(again.begin(), again.end(), input.begin(), input.end()));
  } else {
    THICKET_ASSERT(!describe(value.error()).empty());
  }
}

using Decoder = void (*)(ByteView);

const std::vector<Decoder>& decoders() {
#define THICKET_ONE(Type) one<Type>,
  static const std::vector<Decoder> all = {THICKET_WIRE_TYPES(THICKET_ONE)};
#undef THICKET_ONE
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  decoders()[data[0] % decoders().size()](ByteView(data + 1, size - 1));
  return 0;
}
