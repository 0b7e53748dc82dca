// Key packages on shelves: one shelf for a client and a cipher suite, those that expire first in
// front, last resorts at the end.
#include "delivery/directory.h"

#include <map>

#include "codec/codec.h"
#include "group/key_package.h"
#include "messages/wire.h"
#include "store/key.h"

namespace thicket::delivery {
namespace {

using transport::Refusal;
using transport::Refused;

constexpr std::string_view shelves = "key_package";
constexpr std::string_view owners = "client_key";
// Rows of a shelf that are read at a time: expired ones and such as this claim has taken stand in
// front.
constexpr std::size_t packages_a_read = 16;
// Longer would let one package block its shelf for years.
constexpr std::uint64_t lifetime_seconds_max = 366 * 24 * 3600;

// As a client is asked for. Nothing for a credential that names nobody.
std::optional<Bytes> name_of(const Credential& credential) {
  if (const auto* basic = credential.as<BasicCredential>()) return basic->identity;
  const auto* x509 = credential.as<X509Credential>();
  if (x509 != nullptr && !x509->certificates.empty()) return x509->certificates[0].cert_data;
  return std::nullopt;
}

store::Key shelf_of(ByteView client, CipherSuite suite) {
  return store::Key().name(client).number32(static_cast<std::uint32_t>(suite));
}

// What follows the shelf in a row's key: 0 or 1 for a last resort, not_after, the reference.
constexpr std::size_t mark_size = 4 + 8;
bool is_last_resort(ByteView key, ByteView shelf) {
  return key[shelf.size() + 3] != 0;
}
std::uint64_t not_after(ByteView key, ByteView shelf) {
  std::uint64_t out = 0;
  for (const std::uint8_t octet : key.subspan(shelf.size() + 4, 8)) out = (out << 8) | octet;
  return out;
}

}  // namespace

struct Directory::Offer {
  Bytes client;
  Bytes signature_key;
  CipherSuite suite{};
  Bytes reference;
  std::uint64_t not_after = 0;
  bool last_resort = false;
};

std::variant<Directory::Offer, Refused> Directory::check(const Step& step, ByteView message) const {
  auto decoded = codec::decode<MLSMessage>(message);
  if (!decoded) return refused(Refusal::malformed, decoded.error());
  const KeyPackage* package = decoded->wire_format.as<KeyPackage>();
  if (package == nullptr) return refused(Refusal::malformed, "no key package");
  const auto suite = profile_.suite_of(package->cipher_suite);
  if (!suite) return refused(Refusal::broken_rule, suite.error());
  const crypto::Crypto crypto(provider_, **suite);
  tree::LeafPolicy policy;
  policy.cipher_suite = package->cipher_suite;
  policy.now = step.now;
  policy.lifetime_seconds_max = lifetime_seconds_max;
  const auto checked = group::check_key_package(crypto, *package, policy);
  if (!checked) return refused(Refusal::broken_rule, checked.error());
  const auto client = name_of(package->leaf_node.credential);
  if (!client) return refused(Refusal::malformed, "a credential without a name");
  const auto* lifetime = package->leaf_node.leaf_node_source.as<Lifetime>();
  return Offer{*client,
               package->leaf_node.signature_key,
               package->cipher_suite,
               group::key_package_ref(crypto, *package),
               lifetime->not_after,
               group::is_last_resort(*package)};
}

std::optional<Refused> Directory::refuse_owner(Step& step, const Offer& offer) {
  const store::Key key = shelf_of(offer.client, offer.suite);
  const auto owner = store_.get(owners, key);
  if (owner && *owner != offer.signature_key)
    return refused(Refusal::name_taken, "the client's key packages are signed by another key");
  step.batch.put(owners, key, offer.signature_key);
  return std::nullopt;
}

std::variant<transport::Uploaded, Refused> Directory::upload(
    Step& step, const transport::UploadKeyPackages& call) {
  transport::Uploaded out;
  std::map<Bytes, Bytes> first_keys;
  std::map<Bytes, std::size_t> counts;
  for (const Bytes& message : call.key_packages) {
    auto checked = check(step, message);
    if (auto* no = std::get_if<Refused>(&checked)) return std::move(*no);
    const Offer& offer = std::get<Offer>(checked);
    if (auto no = refuse_owner(step, offer)) return std::move(*no);
    const store::Key shelf = shelf_of(offer.client, offer.suite);
    const auto first = first_keys.emplace(shelf.octets(), offer.signature_key);
    if (first.first->second != offer.signature_key)
      return refused(Refusal::name_taken, "two signature keys for one client");
    auto count = counts.find(shelf.octets());
    if (count == counts.end()) {
      const auto there = store_.scan(
          shelves, {.prefix = shelf.octets(), .rows_max = step.limits.key_packages_a_client});
      count = counts.emplace(shelf.octets(), there.size()).first;
    }
    if (++count->second > step.limits.key_packages_a_client)
      return refused(Refusal::store_full, "key packages of one client");
    store::Key key = shelf;
    key.number32(offer.last_resort ? 1 : 0).number(offer.not_after).rest(offer.reference);
    step.batch.put(shelves, key, message);
    out.key_package_refs.push_back(offer.reference);
  }
  return out;
}

transport::Claimed Directory::claim(Step& step, const transport::ClaimKeyPackages& call) {
  transport::Claimed out;
  std::set<Bytes> taken;
  for (const Bytes& client : call.clients)
    out.key_packages.push_back(claim_one(step, shelf_of(client, call.cipher_suite), taken));
  return out;
}

std::optional<transport::Octets> Directory::claim_one(Step& step, ByteView shelf,
                                                      std::set<Bytes>& taken) {
  store::Range range{.prefix = to_bytes(shelf), .rows_max = packages_a_read};
  for (;;) {
    const auto rows = store_.scan(shelves, range);
    for (const store::Row& row : rows) {
      if (row.key.size() < shelf.size() + mark_size || taken.contains(row.key)) continue;
      const bool last_resort = is_last_resort(row.key, shelf);
      const bool expired = not_after(row.key, shelf) < step.now.seconds;
      if (!last_resort || expired) {
        taken.insert(row.key);
        step.batch.erase(shelves, row.key);
      }
      if (!expired) return transport::Octets{row.value};
    }
    if (rows.size() < packages_a_read) return std::nullopt;
    range.from = rows.back().key;
    range.from.push_back(0);
  }
}

}  // namespace thicket::delivery
