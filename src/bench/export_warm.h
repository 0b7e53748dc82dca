// A warm or churned group handed out: a Welcome for somebody's key package and the tree beside it,
// so that any implementation can enter it.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "bench/fixture.h"
#include "crypto/provider.h"

namespace thicket::bench {

struct WarmExport {
  Bytes welcome;       // an encoded MLSMessage
  Bytes ratchet_tree;  // the data of the extension
  // group_id, epoch, cipher_suite, members, own_leaf, epoch_authenticator; octets as hexadecimal.
  std::string info_json;
};

struct WarmExportPlan {
  std::uint32_t members = 0;  // the joiner included: 2 to group::warm_members_max
  std::uint64_t seed = 1;
  ByteView key_package;  // an encoded MLSMessage
  Instant now;
  Shape shape = Shape::warm;
};
// The suite is the key package's; its lifetime is the joiner's affair. Rules of the codec,
// unknown_suite, and the other ones of an Add.
Result<WarmExport> export_warm(const crypto::Provider& provider, const WarmExportPlan& plan);

}  // namespace thicket::bench
