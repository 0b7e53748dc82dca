// Result<T>: a value, or the Error of a peer or caller. std::expected's names, for C++20.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "base/error.h"

namespace thicket {

template <class T>
class [[nodiscard]] Result final {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return checked(), std::get<0>(state_); }
  const T& value() const& { return checked(), std::get<0>(state_); }
  // By value: `for (auto& x : *f())` then iterates over what lives as long as the loop.
  T value() && { return checked(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  void checked() const { THICKET_ASSERT(has_value()); }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> final {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_; }
  explicit operator bool() const { return has_value(); }
  void value() const { THICKET_ASSERT(has_value()); }
  void operator*() const { value(); }
  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;  // empty, it costs nothing to make or end
};

}  // namespace thicket

// The value of a Result, or return of its error from the calling function. A GNU statement
// expression. Not after a member of a braced initialiser: what was made of it before the return is
// not destroyed by g++ 12. tools/house looks for that.
#define THICKET_TRY(expression)                                                        \
  __extension__({                                                                      \
    auto thicket_try_result = (expression);                                            \
    if (!thicket_try_result.has_value()) return std::move(thicket_try_result).error(); \
    *std::move(thicket_try_result);                                                    \
  })
// The same, with the error seen from `field`.
#define THICKET_TRY_AT(field, expression)                        \
  __extension__({                                                \
    auto thicket_try_result = (expression);                      \
    if (!thicket_try_result.has_value())                         \
      return std::move(thicket_try_result).error().under(field); \
    *std::move(thicket_try_result);                              \
  })
