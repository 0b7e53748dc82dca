// Reflection over plain structs: the struct is the grammar, with no second list of its fields.
// Boost.PFR gives the fields; their names come from the compiler's spelling of a pointer to each of
// them.
#pragma once

#include <boost/pfr/core.hpp>
#include <cstdint>
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

template <auto Value>
consteval std::string_view spelled_value() {
  // "... [with auto Value = space::E::name; ...]" (gcc), "... [Value = space::E::name]" (clang);
  // a value without a name is spelled as a cast: "(space::E)9".
  std::string_view text = __PRETTY_FUNCTION__;
  text = text.substr(text.find("Value = ") + 8);
  text = text.substr(0, text.find_first_of(";]"));
  if (text.front() == '(') return {};
  const std::size_t colon = text.rfind(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

template <class E, std::size_t... I>
std::string_view listed_name(E value, std::index_sequence<I...>) {
  static constexpr std::string_view names[] = {spelled_value<static_cast<E>(I)>()...};
  const auto number = static_cast<std::uint64_t>(value);
  return number < sizeof...(I) ? names[number] : std::string_view{};
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

// The enumerator's name, empty if the value has none. Values up to 31 are known by reflection.
template <class E>
std::string_view enumerator_name(E value) {
  return detail::listed_name(value, std::make_index_sequence<32>{});
}

}  // namespace thicket::codec
