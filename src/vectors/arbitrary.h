// Random values of any message struct, by reflection: well formed, of no meaning.
#pragma once

#include "crypto/seeded_random.h"
#include "messages/wire.h"

namespace thicket::vectors {

template <class T>
void fill(T& value, crypto::SeededRandom& random);

template <class T>
T arbitrary(crypto::SeededRandom& random) {
  T value{};
  fill(value, random);
  return value;
}

namespace detail {

template <class S, std::size_t I>
void fill_alternative(S& value, crypto::SeededRandom& random) {
  using T = std::variant_alternative_t<I, typename S::Base>;
  if constexpr (thicket::detail::is_unknown<T>::value) {
    T unknown{static_cast<typename S::Tag>(0x0a0a), random.bytes(random.below(20))};
    value.template emplace<I>(std::move(unknown));
  } else {
    value.template emplace<I>(arbitrary<T>(random));
  }
}

template <class S, std::size_t... I>
void fill_select(S& value, crypto::SeededRandom& random, std::index_sequence<I...>) {
  const std::size_t chosen = random.below(sizeof...(I));
  ((chosen == I ? fill_alternative<S, I>(value, random) : void()), ...);
}

template <class E>
E arbitrary_enumerator(crypto::SeededRandom& random) {
  if constexpr (codec::ClosedEnum<E>) {
    for (;;) {
      const E value = static_cast<E>(random.below(8));
      if (is_known(value)) return value;
    }
  } else {
    return static_cast<E>(1 + random.below(5));
  }
}

inline void fill_auth(FramedContentAuthData& auth, ContentType type, crypto::SeededRandom& random) {
  auth.signature = random.bytes(64);
  if (type == ContentType::commit) auth.confirmation_tag = random.bytes(32);
}

}  // namespace detail

template <class T>
void fill(T& value, crypto::SeededRandom& random) {
  if constexpr (std::is_same_v<T, ProtocolVersion>) {
    value = ProtocolVersion::mls10;
  } else if constexpr (std::is_enum_v<T>) {
    value = detail::arbitrary_enumerator<T>(random);
  } else if constexpr (std::is_integral_v<T>) {
    value = static_cast<T>(random.next());
  } else if constexpr (codec::detail::IsIndex<T>) {
    value.value = static_cast<decltype(value.value)>(random.next());
  } else if constexpr (std::is_same_v<T, Bytes>) {
    value = random.bytes(random.below(40));
  } else if constexpr (codec::detail::is_octet_array<T>) {
    random.fill(value);
  } else if constexpr (codec::detail::is_vector<T>) {
    value.resize(random.below(4));
    for (auto& element : value) fill(element, random);
  } else if constexpr (codec::detail::is_optional<T>) {
    if (random.below(2) == 1) fill(value.emplace(), random);
  } else if constexpr (codec::detail::is_boxed<T>) {
    value = T(arbitrary<typename T::Content>(random));
  } else if constexpr (codec::detail::IsSelect<T>) {
    detail::fill_select(value, random,
                        std::make_index_sequence<std::variant_size_v<typename T::Base>>{});
  } else if constexpr (!std::is_empty_v<T>) {
    codec::for_each_field(value, [&](std::string_view, auto& field) {
      fill(field, random);
      return true;
    });
  }
}

template <>
inline void fill(AuthenticatedContent& value, crypto::SeededRandom& random) {
  fill(value.wire_format, random);
  fill(value.content, random);
  detail::fill_auth(value.auth, value.content.content_type(), random);
}

template <>
inline void fill(PublicMessage& value, crypto::SeededRandom& random) {
  fill(value.content, random);
  detail::fill_auth(value.auth, value.content.content_type(), random);
  if (value.content.sender.tag() == SenderType::member) value.membership_tag = random.bytes(32);
}

template <>
inline void fill(GroupSecrets& value, crypto::SeededRandom& random) {
  value.joiner_secret = SecretBytes(random.bytes(32));
  if (random.below(2) == 1) value.path_secret = SecretBytes(random.bytes(32));
  fill(value.psks, random);
}

}  // namespace thicket::vectors
