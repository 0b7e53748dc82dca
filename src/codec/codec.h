// Encoding and decoding by reflection.  RFC 9420 chapter 2. One encoding of a value is accepted:
// what decode() takes, encode() gives back. A struct whose shape depends on a field elsewhere has
// members encode_to and decode_from.
#pragma once

#include <array>
#include <memory>

#include "base/secret.h"
#include "base/strong.h"
#include "codec/fields.h"
#include "codec/reader.h"
#include "codec/select.h"
#include "codec/writer.h"

namespace thicket::codec {

template <class T>
void write(Writer& out, const T& value);

// On an error `value` is in no particular state.
template <class T>
Result<void> read(Reader& in, T& value);

// `expected` octets are set aside at once: for what is large.
template <class T>
Bytes encode(const T& value, std::size_t expected = 128) {
  Writer out(expected);
  write(out, value);
  return std::move(out).take();
}

// The whole of `input` is one T. The error's path starts at T's field.
template <class T>
Result<T> decode(ByteView input) {
  Reader in(input);
  T value{};
  THICKET_TRY(read(in, value));
  THICKET_TRY(in.end());
  return value;
}

// How many enumerators a closed enumeration accepts is said by an overload of is_known found by
// argument-dependent lookup; enumerations without one are open: any value survives.
template <class E>
concept ClosedEnum = std::is_enum_v<E> && requires(E e) {
  { is_known(e) } -> std::same_as<bool>;
};

namespace detail {

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_octet_array = false;
template <std::size_t N>
inline constexpr bool is_octet_array<std::array<std::uint8_t, N>> = true;
template <class T>
inline constexpr bool is_boxed = false;
template <class T>
inline constexpr bool is_boxed<Boxed<T>> = true;
template <class T>
concept IsSelect = requires {
  typename T::Tag;
  typename T::Base;
};
template <class T>
concept HasOwnCodec = requires(const T& value, Writer& out, Reader& in) {
  value.encode_to(out);
  { T::decode_from(in) } -> std::same_as<Result<T>>;
};
template <class T>
concept IsIndex =
    std::is_same_v<T, LeafIndex> || std::is_same_v<T, NodeIndex> || std::is_same_v<T, Epoch> ||
    std::is_same_v<T, Generation> || std::is_same_v<T, LeafCount>;

template <class S, class T>
void write_case(Writer& out, const T& value) {
  write(out, S::tag_of(value));
  if constexpr (thicket::detail::is_unknown<T>::value) {
    out.opaque(value.content);
  } else {
    write(out, value);
  }
}

template <class S, std::size_t I>
Result<bool> read_case(Reader& in, typename S::Tag tag, S& value) {
  using T = std::variant_alternative_t<I, typename S::Base>;
  if constexpr (thicket::detail::is_unknown<T>::value) {
    T unknown{tag, {}};
    unknown.content = to_bytes(THICKET_TRY_AT("opaque", in.opaque()));
    value.template emplace<I>(std::move(unknown));
    return true;
  } else {
    if (S::tag_of(T{}) != tag) return false;
    T alternative{};
    THICKET_TRY(read(in, alternative));
    value.template emplace<I>(std::move(alternative));
    return true;
  }
}

// The place of an error in a select, as the RFC names it.
template <class S>
Error at_selector(Error&& error) {
  if constexpr (HasShape<S>) return std::move(error).under(SelectShape<S>::tag);
  return std::move(error);
}
template <class S>
Error at_selected(Error&& error, typename S::Tag tag) {
  if constexpr (HasShape<S>) {
    const std::string_view field = SelectShape<S>::field(tag);
    if (!field.empty()) return std::move(error).under(field);
  }
  return std::move(error);
}
// Whether the names of a select stand among those of the struct that holds it.
template <class T>
constexpr bool is_inlined() {
  if constexpr (HasShape<T>) return SelectShape<T>::inlined;
  return false;
}

template <class S, std::size_t... I>
Result<void> read_select(Reader& in, S& value, std::index_sequence<I...>) {
  typename S::Tag tag{};
  if (auto outcome = read(in, tag); !outcome) {
    return at_selector<S>(std::move(outcome).error());
  }
  std::optional<Error> failure;
  bool found = false;
  const auto attempt = [&](Result<bool> outcome) {
    if (outcome) return found = *outcome;
    failure = std::move(outcome).error();
    return true;
  };
  static_cast<void>((attempt(read_case<S, I>(in, tag, value)) || ...));
  if (failure) return at_selected<S>(std::move(*failure), tag);
  if (!found) {
    return at_selector<S>(broken(Rule::unknown_selector)
                              .because(std::string(type_name<typename S::Tag>()) + " " +
                                       std::to_string(static_cast<std::uint64_t>(tag))));
  }
  return {};
}

template <class T>
Result<void> read_elements(Reader& in, std::vector<T>& value) {
  Reader body(THICKET_TRY(in.opaque()));
  while (!body.done()) {
    T element{};
    auto outcome = read(body, element);
    if (!outcome) return std::move(outcome).error().under("[" + std::to_string(value.size()) + "]");
    value.push_back(std::move(element));
  }
  return {};
}

template <class T>
Result<void> read_fields(Reader& in, T& value) {
  std::optional<Error> failure;
  for_each_field(value, [&](std::string_view name, auto& field) {
    auto outcome = read(in, field);
    if (!outcome) {
      failure = std::move(outcome).error();
      if constexpr (!is_inlined<std::remove_cvref_t<decltype(field)>>())
        failure = std::move(*failure).under(name);
    }
    return outcome.has_value();
  });
  if (failure) return std::move(*failure);
  return {};
}

}  // namespace detail

template <class T>
void write(Writer& out, const T& value) {
  if constexpr (detail::HasOwnCodec<T>) {
    value.encode_to(out);
  } else if constexpr (std::is_same_v<T, bool>) {
    out.integer(value ? 1 : 0, 1);
  } else if constexpr (std::is_enum_v<T>) {
    out.integer(static_cast<std::uint64_t>(value), sizeof(T));
  } else if constexpr (std::is_integral_v<T>) {
    out.integer(value, sizeof(T));
  } else if constexpr (detail::IsIndex<T>) {
    out.integer(value.value, sizeof(value.value));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    out.opaque(value);
  } else if constexpr (std::is_same_v<T, SecretBytes>) {
    out.opaque(value.reveal());
  } else if constexpr (detail::is_octet_array<T>) {
    out.raw(value);
  } else if constexpr (detail::is_vector<T>) {
    out.vector([&] {
      for (const auto& element : value) write(out, element);
    });
  } else if constexpr (detail::is_optional<T>) {
    out.integer(value ? 1 : 0, 1);
    if (value) write(out, *value);
  } else if constexpr (detail::is_boxed<T>) {
    write(out, *value);
  } else if constexpr (detail::IsSelect<T>) {
    std::visit([&](const auto& alternative) { detail::write_case<T>(out, alternative); },
               value.variant());
  } else {
    static_assert(std::is_aggregate_v<T>, "a wire struct is a plain aggregate");
    if constexpr (!std::is_empty_v<T>) {
      for_each_field(value, [&](std::string_view, const auto& field) {
        write(out, field);
        return true;
      });
    }
  }
}

template <class T>
Result<void> read(Reader& in, T& value) {
  if constexpr (detail::HasOwnCodec<T>) {
    value = THICKET_TRY(T::decode_from(in));
  } else if constexpr (std::is_same_v<T, bool>) {
    const std::uint64_t octet = THICKET_TRY(in.integer(1));
    if (octet > 1) return broken(Rule::unknown_enum);
    value = octet == 1;
  } else if constexpr (std::is_enum_v<T>) {
    value = static_cast<T>(THICKET_TRY(in.integer(sizeof(T))));
    if constexpr (ClosedEnum<T>) {
      if (!is_known(value)) {
        return broken(Rule::unknown_enum)
            .because(std::to_string(static_cast<std::uint64_t>(value)));
      }
    }
  } else if constexpr (std::is_integral_v<T>) {
    value = static_cast<T>(THICKET_TRY(in.integer(sizeof(T))));
  } else if constexpr (detail::IsIndex<T>) {
    value.value = static_cast<decltype(value.value)>(THICKET_TRY(in.integer(sizeof(value.value))));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    value = to_bytes(THICKET_TRY(in.opaque()));
  } else if constexpr (std::is_same_v<T, SecretBytes>) {
    value = SecretBytes(THICKET_TRY(in.opaque()));
  } else if constexpr (detail::is_octet_array<T>) {
    const ByteView octets = THICKET_TRY(in.take(value.size()));
    std::copy(octets.begin(), octets.end(), value.begin());
  } else if constexpr (detail::is_vector<T>) {
    THICKET_TRY(detail::read_elements(in, value));
  } else if constexpr (detail::is_optional<T>) {
    const std::uint64_t presence = THICKET_TRY(in.integer(1));
    if (presence > 1)
      return broken(Rule::optional_presence).because("octet " + std::to_string(presence));
    if (presence == 1) THICKET_TRY(read(in, value.emplace()));
  } else if constexpr (detail::is_boxed<T>) {
    typename T::Content content{};
    THICKET_TRY(read(in, content));
    value = T(std::move(content));
  } else if constexpr (detail::IsSelect<T>) {
    THICKET_TRY(detail::read_select(
        in, value, std::make_index_sequence<std::variant_size_v<typename T::Base>>{}));
  } else {
    static_assert(std::is_aggregate_v<T>, "a wire struct is a plain aggregate");
    if constexpr (!std::is_empty_v<T>) THICKET_TRY(detail::read_fields(in, value));
  }
  return {};
}

}  // namespace thicket::codec
