// The client of a passive-client case, before it follows anybody.
#pragma once

#include "vectors/case.h"
#include "vectors/people.h"

namespace thicket::vectors {

// What its key package, keys and PSKs are for: `test` is the whole case.
group::OwnKeyPackage passive_key_package(const crypto::Crypto& crypto, const Field& test);
Person::Invitation passive_invitation(const Field& test);
void give_psks(Person& client, const Field& test);

}  // namespace thicket::vectors
