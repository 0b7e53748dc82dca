// Transcript hashes and the confirmation tag of a commit.  RFC 9420 8.2, 6.1.
#include "framing/authenticate.h"
#include "messages/wire.h"
#include "schedule/transcript.h"
#include "vectors/kinds.h"
#include "vectors/secrets.h"

namespace thicket::vectors {

void check_transcript_hashes(const Setting& setting, const Field& test) {
  const crypto::Crypto crypto = crypto_of(setting, test["cipher_suite"]);
  const Field field = test["authenticated_content"];
  framing::Authenticated commit;
  commit.value = field.decoded<AuthenticatedContent>();
  commit.octets = framing::ContentOctets(commit.value.wire_format, commit.content(), {});
  field.equals(commit.encoded());
  field.holds(commit.content().content_type() == ContentType::commit, "not a commit");

  const Bytes confirmed = schedule::confirmed_transcript_hash(
      crypto, test["interim_transcript_hash_before"].octets(), commit.transcript_input());
  test["confirmed_transcript_hash_after"].equals(confirmed);
  const MAC& tag = *commit.value.auth.confirmation_tag;
  const auto key = secret_of<schedule::ConfirmationKey>(test["confirmation_key"]);
  field.accepted(schedule::check_confirmation_tag(crypto, key, confirmed, tag));
  test["interim_transcript_hash_after"].equals(
      schedule::interim_transcript_hash(crypto, confirmed, tag));
}

Json generate_transcript_hashes(const Source& source) {
  const crypto::Crypto crypto = source.crypto();
  crypto::SeededRandom& random = source.random;
  const auto key = random_secret<schedule::ConfirmationKey>(crypto, random);
  const Bytes interim_before = random.bytes(crypto.hash_size());
  FramedContent content;
  content.group_id = random.bytes(16);
  content.epoch = Epoch{random.next()};
  content.sender = MemberSender{LeafIndex{static_cast<std::uint32_t>(random.below(100))}};
  content.content = Commit{};
  const auto signer = crypto.generate_signature_key(random);
  GroupContext context;
  context.cipher_suite = crypto.suite().id;
  auto commit = framing::authenticate(crypto, WireFormat::mls_public_message, content,
                                      codec::encode(context), signer);
  const Bytes confirmed =
      schedule::confirmed_transcript_hash(crypto, interim_before, commit.transcript_input());
  const MAC tag = schedule::confirmation_tag(crypto, key, confirmed);
  commit.value.auth.confirmation_tag = tag;
  Json test;
  test["cipher_suite"] = static_cast<unsigned>(crypto.suite().id);
  test["confirmation_key"] = hex(key.reveal());
  test["authenticated_content"] = hex(commit.encoded());
  test["interim_transcript_hash_before"] = hex(interim_before);
  test["confirmed_transcript_hash_after"] = hex(confirmed);
  test["interim_transcript_hash_after"] =
      hex(schedule::interim_transcript_hash(crypto, confirmed, tag));
  return Json::array({test});
}

}  // namespace thicket::vectors
