// Any struct of RFC 9420 by its name: decoded and described with the RFC's field names.
#pragma once

#include <span>

#include "codec/describe.h"

namespace thicket {

// The names that describe_as takes, in the order of the RFC's chapters.
std::vector<std::string_view> describable_types();

bool is_describable(std::string_view type);

// All of `input` decoded as `type` (one of describable_types()); the error of the decoder if it is
// not one, with the path of the field, or the type itself where that is at fault. The data of
// extensions that RFC 9420 defines is decoded inside.
Result<codec::Description> describe_as(std::string_view type, ByteView input);

}  // namespace thicket
