// Blobs by hash; in two more spaces their age, by name and in order.
#include "delivery/blobs.h"

#include "store/key.h"

namespace thicket::delivery {
namespace {

constexpr std::string_view blobs = "blob";
constexpr std::string_view since = "blob_since";
constexpr std::string_view blob_ages = "blob_age";
constexpr std::size_t blobs_swept_a_step = 2;

}  // namespace

Bytes sha256(const crypto::Provider& provider, ByteView octets) {
  Bytes out(crypto::size_of(crypto::HashId::sha256));
  const ByteView parts[] = {octets};
  provider.hash(crypto::HashId::sha256, parts, out);
  return out;
}

Bytes Blobs::put(Step& step, ByteView content) {
  Bytes name = sha256(provider_, content);
  step.batch.put(blobs, name, content);
  const store::Key now = store::Key().number(step.now.seconds);
  step.batch.put(since, name, now);
  step.batch.put(blob_ages, store::Key(now).rest(name), {});
  return name;
}

std::optional<Bytes> Blobs::find(ByteView name) {
  return store_.get(blobs, name);
}

std::variant<Bytes, transport::Refused> Blobs::octets_of(const transport::Body& body) {
  if (const auto* octets = body.as<transport::Octets>()) return octets->octets;
  auto found = find(body.as<transport::BlobRef>()->sha256);
  if (!found) return refused(transport::Refusal::unknown_blob, "upload it first");
  return std::move(*found);
}

void Blobs::sweep(Step& step) {
  if (step.now.seconds < step.limits.blob_seconds) return;
  const store::Key end = store::Key().number(step.now.seconds - step.limits.blob_seconds);
  const store::Range old{.last = end.octets(), .rows_max = blobs_swept_a_step};
  for (const store::Row& row : store_.scan(blob_ages, old)) {
    const ByteView age = ByteView(row.key).first(8);
    const ByteView name = ByteView(row.key).subspan(8);
    step.batch.erase(blob_ages, row.key);
    // Uploaded again since? Then it has a younger age, too.
    if (store_.get(since, name) != to_bytes(age)) continue;
    step.batch.erase(since, name);
    step.batch.erase(blobs, name);
  }
}

}  // namespace thicket::delivery
