// HKDF and HPKE's labelled derivations.  RFC 5869; RFC 9180 4.
#include "crypto/kdf.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/zeroise.h"

namespace thicket::crypto {
namespace {

// A list of views of bounded length, on the stack.
class Views final {
 public:
  Views() = default;
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;
  void add(ByteView part) {
    THICKET_ASSERT(size_ < parts_.size());
    parts_[size_++] = part;
  }
  void add(Parts parts) {
    for (const ByteView part : parts) add(part);
  }
  std::span<const ByteView> view() const { return {parts_.data(), size_}; }

 private:
  std::array<ByteView, 16> parts_{};
  std::size_t size_ = 0;
};

// T(1) | T(2) | ..., as many octets as `out` has. `info` starts with an empty place for T(i-1).
void expand_into(const Provider& provider, HashId hash, ByteView prk, Views& info, ByteSpan out) {
  const std::size_t size = size_of(hash);
  THICKET_ASSERT(out.size() <= hkdf_expand_max(hash));
  std::uint8_t counter = 1;
  info.add(ByteView(&counter, 1));
  const std::span<const ByteView> parts = info.view();
  if (out.size() == size) return provider.hmac(hash, prk, parts.subspan(1), out);

  std::array<ByteView, 16> chained{};
  std::copy(parts.begin(), parts.end(), chained.begin());
  std::array<std::uint8_t, 64> block{};
  for (std::size_t done = 0; done < out.size(); done += size, ++counter) {
    if (done > 0) chained[0] = ByteView(out.data() + done - size, size);
    const std::size_t wanted = std::min(size, out.size() - done);
    const ByteSpan whole = wanted == size ? out.subspan(done, size) : ByteSpan(block.data(), size);
    provider.hmac(hash, prk, {chained.data(), parts.size()}, whole);
    if (wanted < size) std::copy_n(block.begin(), wanted, out.begin() + static_cast<long>(done));
  }
  zeroise(block);
}

}  // namespace

void hkdf_extract(const Provider& provider, HashId hash, ByteView salt, Parts ikm, ByteSpan out) {
  provider.hmac(hash, salt, {ikm.begin(), ikm.size()}, out);
}

void hkdf_expand(const Provider& provider, HashId hash, ByteView prk, Parts info, ByteSpan out) {
  Views parts;
  parts.add(ByteView());
  parts.add(info);
  expand_into(provider, hash, prk, parts, out);
}

void LabelledKdf::extract(ByteView salt, std::string_view label, Parts ikm, ByteSpan out) const {
  Views parts;
  parts.add({view_of("HPKE-v1"), suite_id, view_of(label)});
  parts.add(ikm);
  provider.hmac(hash, salt, parts.view(), out);
}

void LabelledKdf::expand(ByteView prk, std::string_view label, Parts info, ByteSpan out) const {
  const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(out.size() >> 8),
                                           static_cast<std::uint8_t>(out.size())};
  Views parts;
  parts.add({ByteView(), length, view_of("HPKE-v1"), suite_id, view_of(label)});
  parts.add(info);
  expand_into(provider, hash, prk, parts, out);
}

}  // namespace thicket::crypto
