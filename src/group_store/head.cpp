// The head as octets.
#include "group_store/head.h"

#include "base/machine_failure.h"
#include "group_store/packed_rows.h"

namespace thicket::group_store {
namespace {

std::uint64_t integer(codec::Reader& in, std::size_t size) {
  const auto value = in.integer(size);
  if (!value) throw MachineFailure("store: the head of a group's state is not whole");
  return *value;
}

Segment segment(codec::Reader& in) {
  Segment out;
  out.slots = static_cast<std::uint32_t>(integer(in, 4));
  out.octets = static_cast<std::uint32_t>(integer(in, 4));
  return out;
}

}  // namespace

Bytes encode(const Head& head) {
  codec::Writer out(90 + head.folded_to.size() + head.tail.size());
  out.integer(format_version, 1);
  out.integer(head.band_height, 1);
  out.integer(head.active_at, 1);
  for (const std::uint64_t mark : {head.start, head.frozen_end, head.end}) out.integer(mark, 8);
  for (const Segment& of : {head.frozen, head.active}) {
    out.integer(of.slots, 4);
    out.integer(of.octets, 4);
  }
  out.integer(head.block_octets, 8);
  put_string(out, head.folded_to);
  put_string(out, head.tail);
  return std::move(out).take();
}

Head decode_head(ByteView octets) {
  codec::Reader in(octets);
  const std::uint64_t version = integer(in, 1);
  if (version != format_version) {
    throw MachineFailure("store: group state of format " + std::to_string(version) +
                         "; this program reads format " + std::to_string(format_version));
  }
  Head head;
  head.band_height = static_cast<std::uint8_t>(integer(in, 1));
  head.active_at = static_cast<std::uint8_t>(integer(in, 1));
  head.start = integer(in, 8);
  head.frozen_end = integer(in, 8);
  head.end = integer(in, 8);
  head.frozen = segment(in);
  head.active = segment(in);
  head.block_octets = integer(in, 8);
  head.folded_to = to_bytes(read_string(in));
  head.tail = to_bytes(read_string(in));
  const bool right = head.band_height >= 1 && head.band_height <= Placing::height_max &&
                     head.active_at <= 1 && in.done();
  if (!right) throw MachineFailure("store: the head of a group's state is not whole");
  return head;
}

}  // namespace thicket::group_store
