// What the fuzzers of `process` and of joining begin with: a group with a past, a blank leaf,
// cached proposals and a service that watches it. The same in every process, before every input.
#pragma once

#include <doctest/doctest.h>

#include <functional>

#include "base/assert.h"
#include "group/public_group.h"
#include "kit/standing.h"
#include "kit/world.h"

namespace thicket::fuzz {

struct House {
  enum class Readers : std::uint8_t {
    own,
    anybody,  // other implementations: no GREASE, and leaves that never expire
  };
  explicit House(WireFormat handshakes, Readers readers = Readers::own);
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  group::EpochState& epoch_of(const std::string& name) {
    return *world.group_of(name).state().current;
  }
  // Before what is made of an input draws from it.
  void renew_random();
  // Fay joins, by a Welcome that is returned, and everybody is an epoch on; the proposals and
  // letters are those of the new one, and hal is whom they add. There is no service any more.
  Bytes let_in_fay();

  kit::World world;
  kit::MemoryRows service_rows;
  std::unique_ptr<group::PublicGroup> service;  // where handshakes are public
  // Made by ana, and not seen by anybody: an application message, a proposal, a commit. The commit
  // adds fay by the Welcome; gus may join by the GroupInfo.
  std::vector<Bytes> letters;
  Bytes welcome;
  Bytes tree;
  Bytes group_info;
  Bytes whole_info;  // with the tree
  // What a commit may hold, each valid by itself; ana's cached ones are there by reference too.
  std::vector<Proposal> proposals;
  kit::Standing before;  // of bob
  crypto::SignaturePrivateKey outsider;
};

// Assertions of the tests' kit, which stand outside of a test here, throw from now on.
void prepare_kit();

// One whose handshakes are public, or private ones.
House& house(WireFormat handshakes);

// The outcome of `make`, which uses the tests' kit; nothing where the kit cannot make that.
std::optional<Bytes> made(const std::function<Bytes()>& make);

// A refusal says why.
template <class T>
void named(const Result<T>& outcome) {
  if (!outcome) THICKET_ASSERT(!describe(outcome.error()).empty());
}

}  // namespace thicket::fuzz
