// Damage to an encoded message: bits flipped, octets changed that may be lengths or selectors, put
// in or taken out, and the end cut off. From a seed, so that a failure comes again.
#pragma once

#include <cstdlib>
#include <iterator>
#include <random>

#include "base/bytes.h"

namespace thicket::fuzz {

inline bool long_run() {
  return std::getenv("THICKET_LONG") != nullptr;
}

// How often to try: `usual` times, and a hundred times as often in a long run.
inline std::size_t rounds(std::size_t usual) {
  return long_run() ? usual * 100 : usual;
}

class Damage final {
 public:
  explicit Damage(std::uint64_t seed) : random_(seed) {}

  // One to three edits. It may come out as it went in.
  Bytes of(Bytes message) {
    for (std::size_t left = 1 + below(3); left > 0; --left) edit(message);
    return message;
  }

  // An octet that may be the length of what follows it, one more or one less.
  Bytes misjudged(Bytes message) {
    for (std::size_t tries = 0; tries < 64; ++tries) {
      const std::size_t at = below(message.size());
      const std::size_t length = message[at];
      if (length == 0 || length >= 0x40 || at + 1 + length > message.size()) continue;
      message[at] = static_cast<std::uint8_t>(below(2) == 0 ? length - 1 : length + 1);
      return message;
    }
    flip(message);
    return message;
  }

  Bytes flipped(Bytes message) {
    flip(message);
    return message;
  }

 private:
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  void flip(Bytes& message) {
    const std::size_t bit = below(message.size() * 8);
    message[bit / 8] = static_cast<std::uint8_t>(message[bit / 8] ^ (1U << (bit % 8)));
  }

  // Octets that mean something at the start of a length, a presence or a selector.
  std::uint8_t telling() {
    constexpr std::uint8_t octets[] = {0x00, 0x01, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xff};
    return octets[below(std::size(octets))];
  }

  void edit(Bytes& message) {
    if (message.size() < 2) return;
    const std::size_t at = below(message.size());
    const auto place = message.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(8)) {
      case 0:
        *place = telling();
        break;
      case 1:
        message.insert(place, telling());
        break;
      case 2:
        message.erase(place);
        break;
      case 3:
        message.resize(1 + at);
        break;
      default:
        flip(message);
    }
  }

  std::mt19937_64 random_;
};

}  // namespace thicket::fuzz
