// The codec of requests and replies, compiled once (wire.cpp): include this to encode or decode
// them.
#pragma once

#include "codec/codec.h"
#include "transport/replies.h"

#define THICKET_TRANSPORT_TYPES(X) \
  X(transport::Request)            \
  X(transport::Reply)              \
  X(transport::Entry)              \
  X(transport::Head)               \
  X(transport::Subscribe)          \
  X(transport::WakeUp)

namespace thicket::codec {

#define THICKET_DECLARE(Type)                                  \
  extern template void write<Type>(Writer & out, const Type&); \
  extern template Result<void> read<Type>(Reader & in, Type&);
THICKET_TRANSPORT_TYPES(THICKET_DECLARE)
#undef THICKET_DECLARE

}  // namespace thicket::codec
