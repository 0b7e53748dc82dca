// Structs that are inputs of derivations and never sent by themselves.  RFC 9420 5.2, 6.3, 8.2.
#pragma once

#include "messages/framing.h"

namespace thicket {

// 6.3.1: additional data of the content of a PrivateMessage.
struct PrivateContentAAD {
  Bytes group_id;
  Epoch epoch;
  ContentType content_type{};
  Bytes authenticated_data;
  bool operator==(const PrivateContentAAD&) const = default;
};

// 6.3.2: who sent, and with which generation's key. reuse_guard is XORed into the nonce.
struct SenderData {
  LeafIndex leaf_index;
  Generation generation;
  std::array<std::uint8_t, 4> reuse_guard{};
  bool operator==(const SenderData&) const = default;
};

struct SenderDataAAD {
  Bytes group_id;
  Epoch epoch;
  ContentType content_type{};
  bool operator==(const SenderDataAAD&) const = default;
};

// 8.2. ConfirmedTranscriptHashInput is wire_format, content, signature; encoded by this struct in
// order.
struct ConfirmedTranscriptHashInput {
  WireFormat wire_format{};
  FramedContent content;
  Bytes signature;
  bool operator==(const ConfirmedTranscriptHashInput&) const = default;
};
struct InterimTranscriptHashInput {
  MAC confirmation_tag;
  bool operator==(const InterimTranscriptHashInput&) const = default;
};

}  // namespace thicket
