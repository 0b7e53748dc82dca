// The octets of a message, patched one at a time.  RFC 9420 2.1, 6, 8.4.
#include "rules/doors.h"

namespace thicket::rules {
namespace {

// Where the fields of a PublicMessage of a member of "the group" (nine octets) begin.
constexpr std::size_t version = 1;
constexpr std::size_t wire_format = 3;
constexpr std::size_t group_id = 4;
constexpr std::size_t sender_type = group_id + 1 + 9 + 8;

// A Commit without path that adds nothing: a PreSharedKey.
struct Scene {
  Scene() {
    all_have_psk(stage.world, "p");
    whole = commit_of(stage, {by_value(PreSharedKey{psk_named(stage.world, "p")})});
  }
  // The commit with `change` made to its octets is refused; as it was, it is accepted.
  void refused(const std::function<void(Bytes&)>& change, Rule rule, std::string_view path) {
    Bytes broken = whole;
    change(broken);
    stage.refuses("bob", {broken, whole}, {rule, path});
  }
  // Its last octets: the presence of the path, then signature<V>, confirmation_tag<V> and
  // membership_tag<V>.
  std::size_t path_from_end() const {
    const auto message = good(codec::decode<MLSMessage>(whole));
    const auto& framed = *message.wire_format.as<PublicMessage>();
    codec::Writer rest;
    write_auth(rest, framed.auth);
    rest.opaque(*framed.membership_tag);
    return 1 + rest.size();
  }
  Stage stage;
  Bytes whole;
};

void put(Bytes& octets, std::size_t at, std::uint8_t value) {
  octets[at] = value;
}

}  // namespace

TEST_CASE("rule truncated: a message that ends early") {
  Scene().refused([](Bytes& octets) { octets.pop_back(); }, Rule::truncated,
                  "public_message.membership_tag");
}

TEST_CASE("rule truncated: a vector that announces more than there is, and none of it is kept") {
  Scene().refused([](Bytes& octets) { put(octets, group_id, 0x80); }, Rule::truncated,
                  "public_message.content.group_id");
}

TEST_CASE("rule trailing_bytes: nothing follows a message") {
  Scene().refused([](Bytes& octets) { octets.push_back(0); }, Rule::trailing_bytes, "");
}

TEST_CASE("rule optional_presence: neither 0 nor 1") {
  Scene scene;
  scene.refused(
      [&](Bytes& octets) {
        const std::size_t at = octets.size() - scene.path_from_end();
        REQUIRE(octets[at] == 0);
        put(octets, at, 2);
      },
      Rule::optional_presence, "public_message.content.commit.path");
}

TEST_CASE("rule varint_minimal: a length in more octets than it needs") {
  Scene().refused(
      [](Bytes& octets) {
        REQUIRE(octets[group_id] == 9);
        put(octets, group_id, 0x40);
        octets.insert(octets.begin() + group_id + 1, 9);
      },
      Rule::varint_minimal, "public_message.content.group_id");
}

TEST_CASE("rule varint_prefix: the bits 11") {
  Scene().refused([](Bytes& octets) { put(octets, group_id, 0xc9); }, Rule::varint_prefix,
                  "public_message.content.group_id");
}

TEST_CASE("rule unknown_selector: a wire format and a sender that do not exist") {
  Scene().refused([](Bytes& octets) { put(octets, wire_format, 9); }, Rule::unknown_selector,
                  "wire_format");
  Scene().refused(
      [](Bytes& octets) {
        REQUIRE(octets[sender_type] == 1);
        put(octets, sender_type, 9);
      },
      Rule::unknown_selector, "public_message.content.sender.sender_type");
}

TEST_CASE("rule unknown_enum: a resumption PSK of no usage") {
  Scene scene;
  const auto psk = [](std::uint8_t usage) {
    return PreSharedKey{{ResumptionPSK{ResumptionPSKUsage{usage}, to_bytes("the group"), Epoch{1}},
                         Bytes(kit::usual_nh(), 9)}};
  };
  proposal_refused(scene.stage, psk(9), psk(1),
                   {Rule::unknown_enum, "public_message.content.proposal.psk.psk.usage"});
}

TEST_CASE("rule unknown_version: a version that is not mls10") {
  Scene().refused([](Bytes& octets) { put(octets, version, 2); }, Rule::unknown_version, "version");
}

}  // namespace thicket::rules
