// The harness as a gRPC service: what comes over the wire is handed to Client, one call at a time.
#pragma once

#include <mutex>

#include "mls_client.grpc.pb.h"
#include "thicket-interop/client.h"

namespace thicket::interop {

// An error of Rule::input_format is INVALID_ARGUMENT, of unknown_suite UNIMPLEMENTED, of any other
// rule FAILED_PRECONDITION, each with its description; a MachineFailure is INTERNAL.
std::unique_ptr<mls_client::MLSClient::Service> make_service(const Settings& settings,
                                                             std::string name);

}  // namespace thicket::interop
