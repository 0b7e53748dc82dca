// What a stored group or key package remembers of its suite: the wire profile that it was made
// under, and the suite's name, so that its code point never gets another meaning.
#pragma once

#include "codec/codec.h"
#include "crypto/wire_profile.h"

namespace thicket::group {

struct MadeUnder {
  Bytes profile;
  Bytes suite;
  bool operator==(const MadeUnder&) const = default;
};

Bytes encode_made_under(const crypto::Suite& suite);
Result<MadeUnder> read_made_under(codec::Reader& in);

// The suite of code point `id` in that profile, which is `configured` if it has that name, or else
// a ready-made one. Rules unknown_profile; profile_clash if the profile now says that `id` is
// another suite.
Result<const crypto::Suite*> suite_of(const MadeUnder& made_under, CipherSuite id,
                                      const crypto::WireProfile& configured);

}  // namespace thicket::group
