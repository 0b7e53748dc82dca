// By the digits of the actors' numbers.
#include "interop-runner/casting.h"

#include <algorithm>
#include <random>

namespace thicket::interop {
namespace {

bool is_uniform(const Assignment& one) {
  return std::ranges::count(one, true) % static_cast<std::ptrdiff_t>(one.size()) == 0;
}

class Collected final {
 public:
  explicit Collected(const Choice& choice) : choice_(choice) {}

  void add(Assignment one) {
    if (full()) return;
    if (choice_.clients_differ && one.size() > 1 && is_uniform(one)) return;
    if (std::ranges::find(all_, one) == all_.end()) all_.push_back(std::move(one));
  }
  bool full() const { return all_.size() >= choice_.most; }
  std::vector<Assignment> take() { return std::move(all_); }

 private:
  const Choice& choice_;
  std::vector<Assignment> all_;
};

Assignment of_number(std::uint64_t number, std::size_t actors) {
  Assignment out(actors);
  for (std::size_t i = 0; i < actors; ++i) out[i] = ((number >> i) & 1) != 0;
  return out;
}

}  // namespace

std::vector<Assignment> assignments(const Choice& choice) {
  Collected collected(choice);
  // Two actors' numbers differ in some digit.
  for (std::size_t digit = 1; digit < choice.actors || digit == 1; digit *= 2) {
    Assignment one(choice.actors);
    for (std::size_t i = 0; i < choice.actors; ++i) one[i] = (i / digit) % 2 != 0;
    Assignment other = one;
    other.flip();
    collected.add(std::move(one));
    collected.add(std::move(other));
  }
  constexpr std::size_t few = 16;
  if (choice.actors <= few && choice.most >= (std::size_t{1} << choice.actors)) {
    for (std::uint64_t n = 0; n >> choice.actors == 0; ++n) {
      collected.add(of_number(n, choice.actors));
    }
    return collected.take();
  }
  std::mt19937_64 random(choice.seed);
  for (std::size_t tries = 0; !collected.full() && tries < 100 * choice.most; ++tries) {
    Assignment one(choice.actors);
    for (std::size_t i = 0; i < choice.actors; ++i) one[i] = random() % 2 != 0;
    collected.add(std::move(one));
  }
  return collected.take();
}

}  // namespace thicket::interop
