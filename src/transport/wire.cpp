// The codec of every request and reply, instantiated once.
#include "transport/wire.h"

namespace thicket::codec {

#define THICKET_DEFINE(Type)                            \
  template void write<Type>(Writer & out, const Type&); \
  template Result<void> read<Type>(Reader & in, Type&);
THICKET_TRANSPORT_TYPES(THICKET_DEFINE)
#undef THICKET_DEFINE

}  // namespace thicket::codec
