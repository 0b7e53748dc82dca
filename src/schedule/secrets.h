// One type a secret of the key schedule, so that no two of them are mistaken for each other.  RFC
// 9420 8, figure 22 and table 4.
#pragma once

#include "crypto/crypto.h"
#include "crypto/path_secrets.h"

namespace thicket::schedule {

using thicket::CommitSecret;
using thicket::PathSecret;

// Carried from one epoch to the next; also what an external joiner encapsulates (8.3).
using InitSecret = Secret<crypto::InitSecretTag>;
using JoinerSecret = Secret<struct JoinerSecretTag>;
using PskSecret = Secret<struct PskSecretTag>;
using WelcomeSecret = Secret<struct WelcomeSecretTag>;
using EpochSecret = Secret<struct EpochSecretTag>;

// Table 4.
using SenderDataSecret = Secret<struct SenderDataSecretTag>;
using EncryptionSecret = Secret<struct EncryptionSecretTag>;
using ExporterSecret = Secret<struct ExporterSecretTag>;
using ExternalSecret = Secret<struct ExternalSecretTag>;
using ConfirmationKey = Secret<struct ConfirmationKeyTag>;
using MembershipKey = Secret<struct MembershipKeyTag>;
using ResumptionPskSecret = Secret<struct ResumptionPskSecretTag>;
using EpochAuthenticator = Secret<struct EpochAuthenticatorTag>;

// Secret tree and ratchets (9, 9.1).
using TreeNodeSecret = Secret<struct TreeNodeSecretTag>;
using RatchetSecret = Secret<struct RatchetSecretTag>;

}  // namespace thicket::schedule
