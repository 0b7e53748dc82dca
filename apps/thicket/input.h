// Octets that a person hands in: a file or standard input, binary, hexadecimal or base64.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"

namespace thicket::cli {

// The whole of a file, or of standard input for "-". Throws UsageError if it cannot be opened,
// MachineFailure if it cannot be read.
Bytes read_input(const std::string& file);

// What `input` can mean, the likeliest first: hexadecimal or base64 (also the URL alphabet) if all
// of it is that once white space is dropped; and itself. Never empty.
std::vector<Bytes> readings_of(const Bytes& input);

}  // namespace thicket::cli
