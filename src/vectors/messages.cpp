// Every kind of message decodes, encodes to the same octets, and is refused once it is damaged:
// cut, lengthened, with a length that is not minimal, with a wrong selector.  RFC 9420 2.1, 6, 12.
#include "messages/wire.h"
#include "vectors/kinds.h"

namespace thicket::vectors {

namespace {

// One field of a case. Which damage a struct can suffer at all follows from its definition.
struct Part {
  std::string_view name;
  Result<Bytes> (*encoded_again)(ByteView);
  bool has_length = true;
  bool has_selector = true;
};

template <class T>
Result<Bytes> encoded_again(ByteView input) {
  const T value = THICKET_TRY(codec::decode<T>(input));
  return codec::encode(value);
}

template <WireFormat Format>
Result<Bytes> message_again(ByteView input) {
  const MLSMessage message = THICKET_TRY(codec::decode<MLSMessage>(input));
  if (message.wire_format.tag() != Format) return broken(Rule::input_format).at("wire_format");
  return codec::encode(message);
}

template <ContentType Type>
Result<Bytes> public_message_again(ByteView input) {
  const MLSMessage message = THICKET_TRY(codec::decode<MLSMessage>(input));
  const auto* content = message.wire_format.as<PublicMessage>();
  if (content == nullptr) return broken(Rule::input_format).at("wire_format");
  if (content->content.content_type() != Type) {
    return broken(Rule::input_format).at("public_message.content.content_type");
  }
  return codec::encode(message);
}

constexpr Part parts[] = {
    {"mls_welcome", message_again<WireFormat::mls_welcome>},
    {"mls_group_info", message_again<WireFormat::mls_group_info>},
    {"mls_key_package", message_again<WireFormat::mls_key_package>},
    {"ratchet_tree", encoded_again<RatchetTreeExtension>},
    {"group_secrets", encoded_again<GroupSecrets>},
    {"add_proposal", encoded_again<Add>},
    {"update_proposal", encoded_again<Update>},
    {"remove_proposal", encoded_again<Remove>, false, false},
    {"pre_shared_key_proposal", encoded_again<PreSharedKey>},
    {"re_init_proposal", encoded_again<ReInit>, true, false},
    {"external_init_proposal", encoded_again<ExternalInit>, true, false},
    {"group_context_extensions_proposal", encoded_again<GroupContextExtensions>, true, false},
    {"commit", encoded_again<Commit>},
    {"public_message_application", public_message_again<ContentType::application>},
    {"public_message_proposal", public_message_again<ContentType::proposal>},
    {"public_message_commit", public_message_again<ContentType::commit>},
    {"private_message", message_again<WireFormat::mls_private_message>},
};

void check_cut_and_longer(const Field& field, const Part& part, const Bytes& message) {
  constexpr std::size_t cuts = 32;
  const std::size_t step = message.size() / cuts + 1;
  for (std::size_t left = message.size() - 1;; left -= step) {
    field.refused(part.encoded_again(ByteView(message).first(left)),
                  "cut to " + std::to_string(left) + " octets");
    if (left < step) break;
  }
  Bytes longer = message;
  longer.push_back(0);
  field.refused(part.encoded_again(longer), "with an octet appended");
}

// The same length at `at` in the next longer form.
Bytes with_longer_length(const Bytes& message, std::size_t at) {
  const std::uint8_t first = message[at];
  Bytes out(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(at));
  if (first < 0x40) {
    append(out, Bytes{0x40, first});
    append(out, ByteView(message).subspan(at + 1));
  } else {
    append(out, Bytes{0x80, 0, static_cast<std::uint8_t>(first & 0x3f)});
    append(out, ByteView(message).subspan(at + 1));
  }
  return out;
}

// An octet of ones starts an invalid length and is in no selector that is defined: where the
// decoder answers so, one of the two stands. The first of each is enough.
void check_lengths_and_selectors(const Field& field, const Part& part, const Bytes& message) {
  bool length_seen = !part.has_length;
  bool selector_seen = !part.has_selector;
  Bytes damaged = message;
  for (std::size_t at = 0; at < message.size() && !(length_seen && selector_seen); ++at) {
    damaged[at] = 0xff;
    const auto outcome = part.encoded_again(damaged);
    damaged[at] = message[at];
    if (outcome) continue;
    const Rule rule = outcome.error().rule;
    if (rule == Rule::varint_prefix && !length_seen && message[at] < 0x80) {
      length_seen = true;
      field.refused(part.encoded_again(with_longer_length(message, at)),
                    "with the length at octet " + std::to_string(at) + " not minimal");
    }
    selector_seen = selector_seen || rule == Rule::unknown_selector || rule == Rule::unknown_enum ||
                    rule == Rule::optional_presence;
  }
  field.holds(length_seen, "no wrong length was refused as such");
  field.holds(selector_seen, "no wrong selector was refused as such");
}

}  // namespace

void check_messages(const Setting&, const Field& test) {
  for (const Part& part : parts) {
    const Field field = test[part.name];
    const Bytes message = field.octets();
    field.equals(field.accepted(part.encoded_again(message)));
    check_cut_and_longer(field, part, message);
    check_lengths_and_selectors(field, part, message);
  }
}

}  // namespace thicket::vectors
