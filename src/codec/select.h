// A tagged union of the presentation language: the value of an enumeration, then the struct that it
// selects. RFC 9420 2.1.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "codec/fields.h"

namespace thicket {

template <auto Tag, class T>
struct Case {
  static constexpr auto tag = Tag;
  using type = T;
};

// A value that no case names: kept as the octets of an opaque<V>, so that it survives.
template <class Enum>
struct Unknown {
  Enum type{};
  Bytes content;
  bool operator==(const Unknown&) const = default;
};

namespace detail {

template <class T>
struct is_unknown : std::false_type {};
template <class Enum>
struct is_unknown<Unknown<Enum>> : std::true_type {};

// The last case of a Select that keeps what it does not know.
template <class Enum>
struct Otherwise {
  using type = Unknown<Enum>;
};

}  // namespace detail

// Select<Enum, Case<Enum::a, A>, Case<Enum::b, B>>: one alternative a case, in order. Every type
// stands once.
template <class Enum, class... Cases>
struct Select : std::variant<typename Cases::type...> {
  using Tag = Enum;
  using Base = std::variant<typename Cases::type...>;
  using Base::Base;
  Select() = default;

  const Base& variant() const { return *this; }
  Base& variant() { return *this; }

  Enum tag() const {
    return std::visit([](const auto& value) { return tag_of(value); }, variant());
  }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&variant());
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&variant());
  }
  bool operator==(const Select& other) const { return variant() == other.variant(); }

  // The tag that selects alternative T.
  template <class T>
  static Enum tag_of(const T& value) {
    if constexpr (detail::is_unknown<T>::value) {
      return value.type;
    } else {
      Enum tag{};
      (match<Cases, T>(tag) || ...);
      return tag;
    }
  }

 private:
  template <class C, class T>
  static bool match(Enum& tag) {
    if constexpr (!detail::is_unknown<typename C::type>::value) {
      if constexpr (std::is_same_v<typename C::type, T>) {
        tag = C::tag;
        return true;
      }
    }
    return false;
  }
};

// The same, with unknown values kept.
template <class Enum, class... Cases>
using OpenSelect = Select<Enum, Cases..., detail::Otherwise<Enum>>;

// A large struct held by reference inside a small one: a value still (compared by content,
// immutable, copied in O(1)). It keeps an octet on the wire from costing hundreds in memory where a
// vector holds variants.
template <class T>
class Boxed final {
 public:
  using Content = T;
  Boxed() : content_(std::make_shared<const T>()) {}
  Boxed(T content) : content_(std::make_shared<const T>(std::move(content))) {}
  const T& operator*() const { return *content_; }
  const T* operator->() const { return content_.get(); }
  bool operator==(const Boxed& other) const {
    return content_ == other.content_ || *content_ == *other.content_;
  }

 private:
  std::shared_ptr<const T> content_;
};

// A field that is there or not by what stands elsewhere in the message: no presence octet.
template <class T>
struct Conditional : std::optional<T> {
  using std::optional<T>::optional;
  using std::optional<T>::operator=;
  bool operator==(const Conditional& other) const {
    return static_cast<const std::optional<T>&>(*this) ==
           static_cast<const std::optional<T>&>(other);
  }
};

namespace codec {

// How a Select is written in the RFC, for what is shown and for the paths of errors: specialised
// beside the type. `tag` is the RFC's name of the selector; `inlined` says that the RFC writes the
// select inside the struct that holds it; field(tag) is the name of the selected field, empty where
// its own fields stand there.
template <class S>
struct SelectShape;

template <class S>
concept HasShape = requires { SelectShape<S>::tag; };

}  // namespace codec

}  // namespace thicket
