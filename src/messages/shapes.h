// Structs that are shown in a way of their own.
#pragma once

#include "codec/describe.h"
#include "messages/wire.h"

namespace thicket {

// The data of an extension that RFC 9420 defines is decoded inside, if it decodes.
codec::Description describe_value(const Extension& extension);
codec::Description describe_value(const GroupSecrets& secrets);

}  // namespace thicket
