// Any bytes, decoded as any type of RFC 9420 or of the service's calls, or as a certificate: either
// an error that names a rule, or a value that encodes to the same bytes. The first octet chooses.
#include "base/assert.h"
#include "crypto/awslc/certificates.h"
#include "kit/certificates.h"
#include "messages/wire.h"
#include "target.h"
#include "transport/wire.h"

namespace {

using namespace thicket;

template <class T>
void one(ByteView input) {
  const Result<T> value = codec::decode<T>(input);
  if (value) {
    const Bytes again = codec::encode(*value);
    THICKET_ASSERT(std::equal(again.begin(), again.end(), input.begin(), input.end()));
  } else {
    THICKET_ASSERT(!describe(value.error()).empty());
  }
}

// As the end of a chain that one root is known of.
void certificate(ByteView input) {
  static const auto verifier = crypto::make_awslc_certificate_verifier();
  static const Bytes root = kit::trusted_certificate.der();
  for (const auto scheme : {SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::ed25519}) {
    const auto facts = verifier->parse(input, scheme);
    if (!facts) THICKET_ASSERT(!describe(facts.error()).empty());
  }
  const ByteView chain[] = {input};
  const ByteView roots[] = {root};
  const auto outcome = verifier->verify_chain({chain, roots, {}, kit::certificates_in_force});
  if (!outcome) THICKET_ASSERT(!describe(outcome.error()).empty());
}

using Decoder = void (*)(ByteView);

const std::vector<Decoder>& decoders() {
#define THICKET_ONE(Type) one<Type>,
  static const std::vector<Decoder> all = {THICKET_WIRE_TYPES(THICKET_ONE)
                                               THICKET_TRANSPORT_TYPES(THICKET_ONE) certificate};
#undef THICKET_ONE
  return all;
}

template <class T>
bool accepts(ByteView input) {
  return codec::decode<T>(input).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  decoders()[data[0] % decoders().size()](ByteView(data + 1, size - 1));
  return 0;
}

// For each type the two shortest official octets that are one.
std::vector<Bytes> thicket::fuzz::seeds() {
#define THICKET_ONE(Type) accepts<Type>,
  const std::vector<bool (*)(ByteView)> all = {THICKET_WIRE_TYPES(THICKET_ONE)
                                                   THICKET_TRANSPORT_TYPES(THICKET_ONE)};
#undef THICKET_ONE
  std::vector<Bytes> out;
  const auto add = [&](std::size_t type, ByteView octets) {
    out.push_back(concat({Bytes(1, static_cast<std::uint8_t>(type)), octets}));
  };
  const std::vector<Bytes> official = official_octets();
  for (std::size_t type = 0; type < all.size(); ++type) {
    std::size_t found = 0;
    for (const Bytes& octets : official) {
      if (found < 2 && all[type](octets)) add(type, octets), ++found;
    }
    add(type, Bytes(40));
  }
  for (const auto* made : {&kit::alice_certificate, &kit::mallory_certificate}) {
    add(all.size(), made->der());
  }
  return out;
}
