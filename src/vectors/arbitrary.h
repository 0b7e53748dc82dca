// Random values of any message struct, by reflection: well formed, of no meaning.
#pragma once

#include <algorithm>

#include "crypto/seeded_random.h"
#include "messages/wire.h"

namespace thicket::vectors {

struct Drawing {
  crypto::SeededRandom& random;
  // So that others can decode it, who do not decode what could not be used: extensions are of
  // private use (17.3), leaves such as a tree may have, unmerged ones in their order (7.1).
  bool for_peers = false;
};

template <class T>
void fill(T& value, const Drawing& from);

template <class T>
T arbitrary(const Drawing& from) {
  T value{};
  fill(value, from);
  return value;
}

namespace detail {

template <class S, std::size_t I>
void fill_alternative(S& value, const Drawing& from) {
  using T = std::variant_alternative_t<I, typename S::Base>;
  if constexpr (thicket::detail::is_unknown<T>::value) {
    T unknown{static_cast<typename S::Tag>(0x0a0a), from.random.bytes(from.random.size_below(20))};
    value.template emplace<I>(std::move(unknown));
  } else {
    value.template emplace<I>(arbitrary<T>(from));
  }
}

template <class S, std::size_t... I>
void fill_select(S& value, const Drawing& from, std::index_sequence<I...>) {
  const std::size_t chosen = from.random.size_below(sizeof...(I));
  ((chosen == I ? fill_alternative<S, I>(value, from) : void()), ...);
}

template <class E>
E arbitrary_enumerator(const Drawing& from) {
  if constexpr (codec::ClosedEnum<E>) {
    for (;;) {
      const E value = static_cast<E>(from.random.below(8));
      if (is_known(value)) return value;
    }
  } else {
    return static_cast<E>(1 + from.random.below(5));
  }
}

inline void fill_auth(FramedContentAuthData& auth, ContentType type, const Drawing& from) {
  auth.signature = from.random.bytes(64);
  if (type == ContentType::commit) auth.confirmation_tag = from.random.bytes(32);
}

}  // namespace detail

template <class T>
void fill(T& value, const Drawing& from) {
  if constexpr (std::is_same_v<T, ProtocolVersion>) {
    value = ProtocolVersion::mls10;
  } else if constexpr (std::is_enum_v<T>) {
    value = detail::arbitrary_enumerator<T>(from);
  } else if constexpr (std::is_integral_v<T>) {
    value = static_cast<T>(from.random.next());
  } else if constexpr (codec::detail::IsIndex<T>) {
    value.value = static_cast<decltype(value.value)>(from.random.next());
    if (std::is_same_v<T, LeafIndex> && from.for_peers) value.value %= 1 << 16;
  } else if constexpr (std::is_same_v<T, Bytes>) {
    value = from.random.bytes(from.random.size_below(40));
  } else if constexpr (codec::detail::is_octet_array<T>) {
    from.random.fill(value);
  } else if constexpr (codec::detail::is_vector<T>) {
    value.resize(from.random.size_below(4));
    for (auto& element : value) fill(element, from);
  } else if constexpr (codec::detail::is_optional<T>) {
    if (from.random.below(2) == 1) fill(value.emplace(), from);
  } else if constexpr (codec::detail::is_boxed<T>) {
    value = T(arbitrary<typename T::Content>(from));
  } else if constexpr (codec::detail::IsSelect<T>) {
    detail::fill_select(value, from,
                        std::make_index_sequence<std::variant_size_v<typename T::Base>>{});
  } else if constexpr (!std::is_empty_v<T>) {
    codec::for_each_field(value, [&](std::string_view, auto& field) {
      fill(field, from);
      return true;
    });
  }
}

template <>
inline void fill(AuthenticatedContent& value, const Drawing& from) {
  fill(value.wire_format, from);
  fill(value.content, from);
  detail::fill_auth(value.auth, value.content.content_type(), from);
}

template <>
inline void fill(std::vector<Extension>& value, const Drawing& from) {
  value.resize(from.random.size_below(4));
  for (std::size_t i = 0; i < value.size(); ++i) {
    fill(value[i], from);
    if (from.for_peers) {
      const std::size_t type = 0xf000 + 0x100 * i + from.random.size_below(0x100);
      value[i].extension_type = static_cast<ExtensionType>(type);
    }
  }
}

template <>
inline void fill(std::vector<LeafIndex>& value, const Drawing& from) {
  value.resize(from.random.size_below(4));
  for (LeafIndex& leaf : value) fill(leaf, from);
  if (!from.for_peers) return;
  std::sort(value.begin(), value.end());
  value.erase(std::unique(value.begin(), value.end()), value.end());
}

template <>
inline void fill(PublicMessage& value, const Drawing& from) {
  fill(value.content, from);
  detail::fill_auth(value.auth, value.content.content_type(), from);
  if (value.content.sender.tag() == SenderType::member)
    value.membership_tag = from.random.bytes(32);
}

template <>
inline void fill(GroupSecrets& value, const Drawing& from) {
  value.joiner_secret = SecretBytes(from.random.bytes(32));
  if (from.random.below(2) == 1) value.path_secret = SecretBytes(from.random.bytes(32));
  fill(value.psks, from);
}

}  // namespace thicket::vectors
