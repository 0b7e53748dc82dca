// Reflection over plain structs: the struct is the grammar, with no second list of its fields.
// Boost.PFR gives the fields; their names come from the compiler's spelling of a pointer to each of
// them.
#pragma once

#include <boost/pfr/core.hpp>
#include <string_view>
#include <utility>

namespace thicket::codec {

namespace detail {

template <class T>
struct Holder {
  T value;
};

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif
// Never defined: only the addresses of its fields are spelled.
template <class T>
extern const Holder<T> example;

template <class T>
struct Pointer {
  T* to;
};
template <class T>
Pointer(T*) -> Pointer<T>;

template <auto P>
consteval std::string_view spelled() {
  return __PRETTY_FUNCTION__;
}

// "... value.KeyPackage::init_key)}" (gcc) or "... value.init_key}]" (clang): the last identifier
// of the pointer.
consteval std::string_view last_identifier(std::string_view text) {
  std::size_t value = text.find("value.");
  std::string_view tail = text.substr(value + 6);
  std::size_t end = tail.find_first_of("})");
  tail = tail.substr(0, end);
  std::size_t colon = tail.rfind(':');
  return colon == std::string_view::npos ? tail : tail.substr(colon + 1);
}

template <class T, std::size_t I>
consteval std::string_view field_name() {
  return last_identifier(spelled<Pointer{&boost::pfr::get<I>(example<T>.value)}>());
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <class T, class F, std::size_t... I>
bool all_fields(T& value, F& visit, std::index_sequence<I...>) {
  return (visit(field_name<std::remove_const_t<T>, I>(), boost::pfr::get<I>(value)) && ...);
}

}  // namespace detail

template <class T>
constexpr std::size_t field_count = boost::pfr::tuple_size_v<T>;

// visit(name, field) for each field in order, until it answers false. True if none did.
template <class T, class F>
bool for_each_field(T& value, F&& visit) {
  return detail::all_fields(value, visit,
                            std::make_index_sequence<field_count<std::remove_const_t<T>>>{});
}

// The name of a type without namespaces: "KeyPackage".
template <class T>
consteval std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  std::size_t start = text.find("T = ") + 4;
  std::string_view tail = text.substr(start);
  tail = tail.substr(0, tail.find_first_of(";]<"));
  std::size_t colon = tail.rfind(':');
  return colon == std::string_view::npos ? tail : tail.substr(colon + 1);
}

}  // namespace thicket::codec
