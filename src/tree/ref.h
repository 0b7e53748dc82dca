// Owning references with the count inside the object: one word a reference, one allocation an
// object. Counts are atomic, so that trees of past epochs may be read by other threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace thicket::tree {

// Base of what a Ref counts. A class T says how it ends by `static void destroy(T*)`.
class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  template <class T>
  friend class Ref;
  mutable std::atomic<std::uint32_t> references_{1};
};

template <class T>
class Ref final {
 public:
  Ref() = default;
  // Takes over the one reference that a new object has.
  static Ref adopt(T* object) {
    Ref out;
    out.object_ = object;
    return out;
  }
  // One more reference to an object that somebody holds.
  static Ref share(T* object) {
    if (object != nullptr) object->references_.fetch_add(1, std::memory_order_relaxed);
    return adopt(object);
  }
  Ref(const Ref& other) : object_(other.object_) {
    if (object_ != nullptr) object_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ == nullptr) return;
    if (object_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) T::destroy(object_);
  }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  bool operator==(const Ref& other) const { return object_ == other.object_; }  // the same object
  // Nobody else can see the object: it may be changed in place.
  bool is_sole() const {
    return object_ != nullptr && object_->references_.load(std::memory_order_acquire) == 1;
  }

 private:
  T* object_ = nullptr;
};

}  // namespace thicket::tree
