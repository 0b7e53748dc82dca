// A change to one place of a value of any wire type, told in a few octets: the fuzzers' inputs say
// what is changed, and the target signs, tags and encrypts around it.
#pragma once

#include "codec/describe.h"
#include "vectors/arbitrary.h"

namespace thicket::fuzz {

struct Edit {
  std::uint8_t stage = 0;   // which of the target's values
  std::uint16_t place = 0;  // counted through its fields, modulo how many there are
  std::uint8_t how = 0;
  Bytes octets;  // what to put there, or which part of it to change
};

// Low places and stages are the ones that every value has.
inline Edit any_edit(crypto::SeededRandom& random) {
  return {static_cast<std::uint8_t>(random.below(20)),
          static_cast<std::uint16_t>(random.below(random.below(2) == 0 ? 24 : 1024)),
          static_cast<std::uint8_t>(random.next()), random.bytes(random.below(9))};
}

// An input of a target that builds what it tests.
struct Script {
  std::uint8_t act = 0;
  Bytes octets;  // what the act asks for: a message as it is, a choice
  std::vector<Edit> edits;
};

namespace detail {

class Walk final {
 public:
  explicit Walk(const Edit& edit) : edit_(edit) {}

  template <class T>
  void change_one(T& value) {
    visit(value);
    if (count_ == 0) return;
    target_ = edit_.place % count_;
    count_ = 0;
    visit(value);
  }

 private:
  std::size_t number() const {
    std::size_t out = 0;
    for (std::size_t i = 0; i < edit_.octets.size() && i < 8; ++i) {
      out = out << 8 | edit_.octets[i];
    }
    return out;
  }

  // Counts a place; true if it is the one.
  bool here() { return count_++ == target_; }

  template <class T>
  void visit(T& value) {
    namespace traits = codec::detail;
    if constexpr (std::is_same_v<T, Bytes>) {
      if (here()) return change_octets(value);
      if (target_ == SIZE_MAX) seen_.push_back(value);
    } else if constexpr (std::is_same_v<T, SecretBytes>) {
      if (here()) change_secret(value);
    } else if constexpr (std::is_same_v<T, GroupSecrets>) {
      visit(value.joiner_secret);
      visit(value.path_secret);
      visit(value.psks);
    } else if constexpr (traits::is_octet_array<T>) {
      if (here() && !value.empty()) flip(value);
    } else if constexpr (std::is_same_v<T, bool>) {
      if (here()) value = !value;
    } else if constexpr (std::is_enum_v<T>) {
      if (here()) change_choice(value);
    } else if constexpr (std::is_integral_v<T>) {
      if (here()) value = changed<T>(value);
    } else if constexpr (traits::IsIndex<T>) {
      if (here()) value.value = changed(value.value);
    } else if constexpr (traits::is_vector<T>) {
      if (here()) return change_list(value);
      for (auto& element : value) visit(element);
    } else if constexpr (traits::is_conditional<T>) {
      if (value) visit(*value);
    } else if constexpr (traits::is_optional<T>) {
      if (here()) return change_presence(value);
      if (value) visit(*value);
    } else if constexpr (traits::is_boxed<T>) {
      typename T::Content content = *value;
      visit(content);
      value = T(std::move(content));
    } else if constexpr (traits::IsSelect<T>) {
      if (here()) return change_selected(value);
      std::visit([&](auto& alternative) { visit_alternative(alternative); }, value.variant());
    } else if constexpr (!std::is_empty_v<T>) {
      codec::for_each_field(value, [&](std::string_view, auto& field) {
        visit(field);
        return true;
      });
    }
  }

  template <class T>
  void visit_alternative(T& alternative) {
    if constexpr (thicket::detail::is_unknown<T>::value) {
      if (here()) change_octets(alternative.content);
    } else {
      visit(alternative);
    }
  }

  template <class T>
  T changed(T value) const {
    switch (edit_.how % 6) {
      case 0:
        return static_cast<T>(value + 1);
      case 1:
        return static_cast<T>(value - 1);
      case 2:
        return 0;
      case 3:
        return static_cast<T>(~T{0});
      case 4:
        return static_cast<T>(value ^ (T{1} << number() % (8 * sizeof(T))));
      default:
        return static_cast<T>(number());
    }
  }

  template <class E>
  void change_choice(E& value) const {
    const E other = static_cast<E>(changed(static_cast<std::underlying_type_t<E>>(value)));
    if constexpr (codec::ClosedEnum<E>) {
      if (!is_known(other)) return;
    }
    value = other;
  }

  template <class Octets>
  void flip(Octets& octets) const {
    const std::size_t bit = (number() + edit_.how) % (octets.size() * 8);
    octets[bit / 8] = static_cast<std::uint8_t>(octets[bit / 8] ^ (1U << (bit % 8)));
  }

  void change_octets(Bytes& value) const {
    switch (edit_.how % 8) {
      case 0:
        value.clear();
        break;
      case 1:
        if (!value.empty()) value.pop_back();
        break;
      case 2:
        value.push_back(edit_.how);
        break;
      case 3:
        // Something that stands elsewhere.
        if (!seen_.empty()) value = seen_[number() % seen_.size()];
        break;
      case 4:
        value = edit_.octets;
        break;
      case 5:
        append(value, edit_.octets);
        break;
      default:
        if (!value.empty()) flip(value);
    }
  }

  // Never longer by more than one: secrets in place have a capacity.
  void change_secret(SecretBytes& value) const {
    Bytes octets = to_bytes(value.reveal());
    if (edit_.how % 4 == 0 && !octets.empty()) octets.pop_back();
    if (edit_.how % 4 == 1 && octets.size() < 64) octets.push_back(edit_.how);
    if (edit_.how % 4 > 1 && !octets.empty()) flip(octets);
    value = SecretBytes(std::move(octets));
  }

  template <class T>
  T fresh() const {
    crypto::SeededRandom random(number() << 8 | edit_.how);
    return vectors::arbitrary<T>({random});
  }

  template <class T>
  void change_list(std::vector<T>& list) const {
    const std::size_t at = list.empty() ? 0 : number() % list.size();
    const auto place = list.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t how = edit_.how % 6;
    if (how == 0) return list.clear();
    if (how == 1 || list.empty()) {
      list.push_back(fresh<T>());
    } else if (how == 2) {
      list.erase(place);
    } else if (how == 3) {
      T again = *place;
      list.insert(list.begin() + edit_.how / 6 % (list.end() - list.begin() + 1), std::move(again));
    } else if (how == 4) {
      std::swap(list[at], list.back());
    } else {
      list.resize(at);
    }
  }

  template <class T>
  void change_presence(std::optional<T>& value) const {
    if (value) {
      value.reset();
    } else if constexpr (std::is_copy_constructible_v<T>) {
      value = fresh<T>();
    } else {
      value.emplace(Bytes(32, edit_.how));
    }
  }

  template <class S>
  void change_selected(S& value) const {
    value = fresh<S>();
  }

  const Edit& edit_;
  std::size_t count_ = 0;
  std::size_t target_ = SIZE_MAX;
  std::vector<Bytes> seen_;
};

}  // namespace detail

template <class T>
void apply(const Edit& edit, T& value) {
  detail::Walk(edit).change_one(value);
}

// Every edit of that stage.
template <class T>
void apply(const Script& script, std::uint8_t stage, T& value) {
  for (const Edit& edit : script.edits) {
    if (edit.stage == stage) apply(edit, value);
  }
}

}  // namespace thicket::fuzz
