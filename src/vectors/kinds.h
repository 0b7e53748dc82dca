// The kinds of test vectors of the MLS working group: each checks a case and generates cases.
// Each file of this folder is a kind; kinds.cpp lists them.
#pragma once

#include <span>

#include "crypto/seeded_random.h"
#include "vectors/case.h"

namespace thicket::vectors {

// What a generator draws from. `suite` is null for kinds without one.
struct Source {
  const crypto::Provider& provider;
  const crypto::WireProfile& profile;
  const crypto::Suite* suite;
  crypto::SeededRandom& random;
  crypto::Crypto crypto() const { return crypto::Crypto(provider, *suite); }
};

struct Kind {
  std::string_view name;
  // Throws Difference.
  void (*check)(const Setting& setting, const Field& test);
  // A JSON array of cases for one suite.
  Json (*generate)(const Source& source);
  bool has_suite;
};

std::span<const Kind> all_kinds();
// By name; "_" and "-" are the same. Null if there is none.
const Kind* kind_named(std::string_view name);

// The kinds, in the order of the formats' description.
void check_tree_math(const Setting& setting, const Field& test);
void check_secret_tree(const Setting& setting, const Field& test);
void check_psk_secret(const Setting& setting, const Field& test);
void check_key_schedule(const Setting& setting, const Field& test);
void check_transcript_hashes(const Setting& setting, const Field& test);
void check_welcome(const Setting& setting, const Field& test);
void check_message_protection(const Setting& setting, const Field& test);
void check_crypto_basics(const Setting& setting, const Field& test);
void check_deserialization(const Setting& setting, const Field& test);
void check_tree_operations(const Setting& setting, const Field& test);
void check_tree_validation(const Setting& setting, const Field& test);
void check_treekem(const Setting& setting, const Field& test);
void check_passive_client(const Setting& setting, const Field& test);
void check_messages(const Setting& setting, const Field& test);

Json generate_tree_math(const Source& source);
Json generate_secret_tree(const Source& source);
Json generate_psk_secret(const Source& source);
Json generate_key_schedule(const Source& source);
Json generate_transcript_hashes(const Source& source);
Json generate_welcome(const Source& source);
Json generate_message_protection(const Source& source);
Json generate_crypto_basics(const Source& source);
Json generate_deserialization(const Source& source);
Json generate_tree_operations(const Source& source);
Json generate_tree_validation(const Source& source);
Json generate_treekem(const Source& source);
Json generate_passive_client(const Source& source);
Json generate_messages(const Source& source);

}  // namespace thicket::vectors
