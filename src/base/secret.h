// Secrets: move-only, overwritten when they end or are moved from, no ==, no <<.
// reveal() is the one door to the octets; clone() the one way to a copy.
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/zeroise.h"

namespace thicket {

// At most `capacity` octets in place, without allocation. One alias per secret of RFC 9420; `Tag`
// keeps them apart.
template <class Tag>
class Secret final {
 public:
  static constexpr std::size_t capacity = 72;

  Secret() = default;
  explicit Secret(ByteView octets) : size_(static_cast<std::uint8_t>(octets.size())) {
    THICKET_ASSERT(octets.size() <= capacity);
    std::copy(octets.begin(), octets.end(), octets_.begin());
  }
  // A secret of `size` octets written by `write(ByteSpan)`.
  template <class Write>
  static Secret filled(std::size_t size, Write&& write) {
    THICKET_ASSERT(size <= capacity);
    Secret out;
    out.size_ = static_cast<std::uint8_t>(size);
    write(ByteSpan(out.octets_.data(), size));
    return out;
  }
  // The same for what is written later: `size` octets in place, zero so far.
  ByteSpan fill(std::size_t size) {
    THICKET_ASSERT(size <= capacity);
    wipe();
    size_ = static_cast<std::uint8_t>(size);
    return ByteSpan(octets_.data(), size_);
  }
  Secret(Secret&& other) noexcept { take(other); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      take(other);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  ByteView reveal() const { return ByteView(octets_.data(), size_); }
  Secret clone() const { return Secret(reveal()); }
  // The same octets under another name, where the RFC renames a secret.
  template <class Other>
  Secret<Other> renamed() const {
    return Secret<Other>(reveal());
  }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  void wipe() {
    zeroise(ByteSpan(octets_.data(), octets_.size()));
    size_ = 0;
  }

 private:
  void take(Secret& other) {
    octets_ = other.octets_;
    size_ = other.size_;
    other.wipe();
  }

  std::array<std::uint8_t, capacity> octets_{};
  std::uint8_t size_ = 0;
};

// Secrets of any length: external PSKs, plaintexts, encoded private state.
class SecretBytes final {
 public:
  SecretBytes() = default;
  explicit SecretBytes(Bytes&& octets) : octets_(std::move(octets)) {}
  explicit SecretBytes(ByteView octets) : octets_(octets.begin(), octets.end()) {}
  SecretBytes(SecretBytes&& other) noexcept : octets_(std::move(other.octets_)) {
    other.octets_.clear();
  }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      zeroise(octets_);
      octets_ = std::move(other.octets_);
      other.octets_.clear();
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { zeroise(octets_); }

  ByteView reveal() const { return octets_; }
  ByteSpan reveal() { return octets_; }
  SecretBytes clone() const { return SecretBytes(ByteView(octets_)); }
  bool empty() const { return octets_.empty(); }
  std::size_t size() const { return octets_.size(); }

 private:
  Bytes octets_;
};

}  // namespace thicket
