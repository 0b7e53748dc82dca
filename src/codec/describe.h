// A value as people and programs read it: fields by the names of the RFC, enumerators by name and
// number, octets in hexadecimal; as indented text or as JSON. The structs are walked by reflection.
#pragma once

#include <string>
#include <vector>

#include "codec/codec.h"

namespace thicket::codec {

// One described value. `parts` are the elements of a list, or the fields named by `names`.
struct Description {
  enum class Kind : std::uint8_t { nothing, number, choice, octets, list, fields };
  Kind kind = Kind::nothing;
  std::uint64_t number = 0;  // number, choice
  std::string name;          // choice: the enumerator, "GREASE", or empty if it is unknown
  Bytes octets;
  std::vector<Description> parts;
  std::vector<std::string> names;
  bool operator==(const Description&) const = default;

  void add(std::string_view field, Description part);
};

Description described_number(std::uint64_t number);
Description described_octets(ByteView octets);
Description described_choice(std::uint64_t number, std::string_view name, std::size_t size);

// Two spaces an indentation level, a line a field, "\n" after each.
std::string to_text(const Description& description);
// One JSON value, indented; enumerators are {"name": ..., "value": ...}, octets hexadecimal
// strings.
std::string to_json(const Description& description);

// A type with an overload of describe_value(value) found by argument-dependent lookup is shown by
// it.
template <class T>
concept HasOwnDescription = requires(const T& value) {
  { describe_value(value) } -> std::same_as<Description>;
};

template <class T>
Description describe(const T& value);

namespace detail {

template <class T>
inline constexpr bool is_conditional = false;
template <class T>
inline constexpr bool is_conditional<Conditional<T>> = true;

template <class T>
void add_field(Description& out, std::string_view name, const T& field);

template <class S>
void add_select(Description& out, const S& value);

template <class T>
void add_fields(Description& out, const T& value) {
  if constexpr (IsSelect<T>) {
    add_select(out, value);
  } else if constexpr (!std::is_empty_v<T>) {
    for_each_field(value, [&](std::string_view name, const auto& field) {
      add_field(out, name, field);
      return true;
    });
  }
}

template <class S>
void add_select(Description& out, const S& value) {
  using Shape = SelectShape<S>;
  out.add(Shape::tag, describe(value.tag()));
  std::visit(
      [&](const auto& alternative) {
        using T = std::remove_cvref_t<decltype(alternative)>;
        if constexpr (thicket::detail::is_unknown<T>::value) {
          out.add("opaque", described_octets(alternative.content));
        } else {
          const std::string_view field = Shape::field(value.tag());
          if (field.empty()) {
            add_fields(out, alternative);
          } else {
            out.add(field, describe(alternative));
          }
        }
      },
      value.variant());
}

template <class T>
void add_field(Description& out, std::string_view name, const T& field) {
  if constexpr (is_conditional<T>) {
    if (field) out.add(name, describe(*field));
  } else if constexpr (IsSelect<T>) {
    if constexpr (SelectShape<T>::inlined) {
      add_select(out, field);
    } else {
      out.add(name, describe(field));
    }
  } else {
    out.add(name, describe(field));
  }
}

}  // namespace detail

template <class T>
Description describe(const T& value) {
  if constexpr (HasOwnDescription<T>) {
    return describe_value(value);
  } else if constexpr (std::is_enum_v<T>) {
    return described_choice(static_cast<std::uint64_t>(value), enumerator_name(value), sizeof(T));
  } else if constexpr (std::is_integral_v<T>) {
    return described_number(value);
  } else if constexpr (detail::IsIndex<T>) {
    return described_number(value.value);
  } else if constexpr (std::is_same_v<T, Bytes> || detail::is_octet_array<T>) {
    return described_octets(value);
  } else if constexpr (detail::is_vector<T>) {
    Description out;
    out.kind = Description::Kind::list;
    for (const auto& element : value) out.parts.push_back(describe(element));
    return out;
  } else if constexpr (detail::is_optional<T>) {
    return value ? describe(*value) : Description{};
  } else if constexpr (detail::is_boxed<T>) {
    return describe(*value);
  } else {
    Description out;
    out.kind = Description::Kind::fields;
    detail::add_fields(out, value);
    return out;
  }
}

}  // namespace thicket::codec
