// Batches, and where a prefix ends.
#include "store/store.h"

#include "base/zeroise.h"

namespace thicket::store {

std::optional<Bytes> end_of_prefix(ByteView prefix) {
  Bytes end = to_bytes(prefix);
  while (!end.empty() && end.back() == 0xff) end.pop_back();
  if (end.empty()) return std::nullopt;
  ++end.back();
  return end;
}

Batch& Batch::operator=(Batch&& other) noexcept {
  if (this != &other) {
    wipe();
    expectations_ = std::move(other.expectations_);
    changes_ = std::move(other.changes_);
  }
  return *this;
}

Batch::~Batch() {
  wipe();
}

void Batch::put(std::string_view space, ByteView key, ByteView value) {
  changes_.push_back({std::string(space), to_bytes(key), to_bytes(value)});
}

void Batch::erase(std::string_view space, ByteView key) {
  changes_.push_back({std::string(space), to_bytes(key), std::nullopt});
}

void Batch::erase_under(std::string_view space, ByteView prefix) {
  changes_.push_back({std::string(space), to_bytes(prefix), std::nullopt, true});
}

void Batch::expect(std::string_view space, ByteView key, std::optional<Bytes> value) {
  expectations_.push_back({std::string(space), to_bytes(key), std::move(value)});
}

void Batch::append(Batch other) {
  for (Change& change : other.expectations_) expectations_.push_back(std::move(change));
  for (Change& change : other.changes_) changes_.push_back(std::move(change));
}

void Batch::wipe() {
  for (Change& change : changes_) {
    if (change.value) zeroise(*change.value);
  }
  changes_.clear();
  expectations_.clear();
}

}  // namespace thicket::store
