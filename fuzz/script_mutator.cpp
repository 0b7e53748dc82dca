// Mutations of Scripts, for the targets that take them: an edit more, less or otherwise; what comes
// out is a Script again.
#include "edit.h"
#include "target.h"

namespace {

using thicket::Bytes;
using thicket::ByteView;
using thicket::fuzz::any_edit;
using thicket::fuzz::Edit;
using thicket::fuzz::Script;
using Random = thicket::crypto::SeededRandom;

constexpr std::size_t edits_max = 8;

Bytes mutated(Bytes octets, std::size_t size_max) {
  const std::size_t size = octets.size();
  octets.resize(std::max(size, size_max));
  octets.resize(LLVMFuzzerMutate(octets.data(), size, octets.size()));
  return octets;
}

std::uint8_t octet(Random& random) {
  return static_cast<std::uint8_t>(random.next());
}

void change(Edit& edit, Random& random) {
  switch (random.below(5)) {
    case 0:
      edit.stage = static_cast<std::uint8_t>(random.below(20));
      break;
    case 1:
      edit.place = static_cast<std::uint16_t>(random.below(1024));
      break;
    case 2:
      edit.place = static_cast<std::uint16_t>(edit.place + random.below(5) - 2);
      break;
    case 3:
      edit.how = octet(random);
      break;
    default:
      edit.octets = mutated(std::move(edit.octets), 64);
  }
}

void mutate(Script& script, Random& random, std::size_t size_max) {
  const std::size_t what = random.below(10);
  if (what == 0) {
    script.act = octet(random);
  } else if (what <= 2) {
    script.octets = mutated(std::move(script.octets), size_max);
  } else if (script.edits.empty() || (what <= 5 && script.edits.size() < edits_max)) {
    script.edits.push_back(any_edit(random));
  } else if (what == 6) {
    script.edits.erase(script.edits.begin() +
                       static_cast<std::ptrdiff_t>(random.below(script.edits.size())));
  } else {
    change(script.edits[random.below(script.edits.size())], random);
  }
}

Script script_of(const std::uint8_t* data, std::size_t size) {
  auto script = thicket::codec::decode<Script>(ByteView(data, size));
  return script ? *std::move(script) : Script{};
}

std::size_t put(const Script& script, std::uint8_t* out, std::size_t size_max) {
  const Bytes octets = thicket::codec::encode(script);
  if (octets.size() > size_max) return 0;
  std::copy(octets.begin(), octets.end(), out);
  return octets.size();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  Random random(seed);
  Script script = script_of(data, size);
  for (std::size_t left = 1 + random.below(3); left > 0; --left) {
    mutate(script, random, std::min<std::size_t>(max_size, script.octets.size() + 64));
  }
  const std::size_t made = put(script, data, max_size);
  return made > 0 ? made : size;
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data, std::size_t size,
                                                 const std::uint8_t* other, std::size_t other_size,
                                                 std::uint8_t* out, std::size_t max_size,
                                                 unsigned int seed) {
  Random random(seed);
  Script script = script_of(data, size);
  const Script donor = script_of(other, other_size);
  for (const Edit& edit : donor.edits) {
    if (script.edits.size() < edits_max && random.below(2) == 0) script.edits.push_back(edit);
  }
  return put(script, out, max_size);
}
