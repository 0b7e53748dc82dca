// The outermost message.  RFC 9420 6.
#pragma once

#include "messages/welcome.h"

namespace thicket {

// wire_format and what it selects.
using MLSMessageBody =
    Select<WireFormat, Case<WireFormat::mls_public_message, PublicMessage>,
           Case<WireFormat::mls_private_message, PrivateMessage>,
           Case<WireFormat::mls_welcome, Welcome>, Case<WireFormat::mls_group_info, GroupInfo>,
           Case<WireFormat::mls_key_package, KeyPackage>>;

template <>
struct codec::SelectShape<MLSMessageBody> {
  static constexpr std::string_view tag = "wire_format";
  static constexpr bool inlined = true;
  // "mls_public_message" selects PublicMessage public_message, and so on.
  static std::string_view field(WireFormat format) {
    return codec::enumerator_name(format).substr(4);
  }
};

// Decoding refuses a version other than mls10 (Rule::unknown_version): what follows it would be a
// guess.
struct MLSMessage {
  ProtocolVersion version = ProtocolVersion::mls10;
  MLSMessageBody wire_format;
  bool operator==(const MLSMessage&) const = default;
  void encode_to(codec::Writer& out) const;
  static Result<MLSMessage> decode_from(codec::Reader& in);
};

}  // namespace thicket
