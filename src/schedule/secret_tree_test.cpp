// The sparse secret tree against a full derivation, its limits, and that consumed secrets are gone.
// RFC 9420 9, 15.3.
#include "schedule/secret_tree.h"

#include <doctest/doctest.h>

#include <fstream>
#include <set>

#include "crypto/awslc/awslc.h"
#include "crypto/counting.h"
#include "crypto/seeded_random.h"
#include "tree/math.h"

namespace thicket::schedule {
namespace {

using crypto::Crypto;

const Bytes root_secret(32, 0x5e);

EncryptionSecret some_secret() {
  return EncryptionSecret(root_secret);
}

// Straight from the RFC: every secret from the root on, each time.
struct Naive {
  const Crypto& crypto;
  LeafCount leaves;

  Bytes expand(ByteView secret, std::string_view label, ByteView context, std::size_t size) const {
    Bytes out(size);
    crypto.expand_into(secret, label, context, out);
    return out;
  }
  Bytes node_secret(NodeIndex node) const {
    if (node == tree::root(leaves)) return root_secret;
    const NodeIndex parent = tree::parent(node, leaves);
    const bool left = node < parent;
    return expand(node_secret(parent), "tree", view_of(left ? "left" : "right"), 32);
  }
  Bytes ratchet_secret(const KeptKey& place) const {
    Bytes out = expand(node_secret(place.leaf.node()),
                       place.kind == RatchetKind::handshake ? "handshake" : "application", {}, 32);
    for (std::uint8_t g = 0; g < place.generation.value; ++g) {
      out = expand(out, "secret", Bytes{0, 0, 0, g}, 32);
    }
    return out;
  }
  Bytes key(const KeptKey& place) const {
    return expand(ratchet_secret(place), "key",
                  Bytes{0, 0, 0, static_cast<std::uint8_t>(place.generation.value)}, 16);
  }
};

using Rows = std::map<Bytes, Bytes>;

void write_to(Rows& rows, const std::vector<SecretRow>& changes) {
  for (const SecretRow& change : changes) {
    if (change.value) {
      rows[change.key] = to_bytes(change.value->reveal());
    } else {
      rows.erase(change.key);
    }
  }
}

Rows rows_of(const SecretTree& tree) {
  Rows out;
  write_to(out, tree.all_rows());
  return out;
}

std::vector<SecretRow> as_rows(const Rows& rows) {
  std::vector<SecretRow> out;
  for (const auto& [key, value] : rows) out.push_back({key, SecretBytes(ByteView(value))});
  return out;
}

std::size_t size_of(const std::vector<SecretRow>& rows) {
  std::size_t size = 0;
  for (const SecretRow& row : rows) size += row.key.size() + (row.value ? row.value->size() : 0);
  return size;
}

Result<Bytes> receive(SecretTree& tree, const Crypto& crypto, const KeptKey& place) {
  Candidate candidate = THICKET_TRY(tree.peek(crypto, place.leaf, place.kind, place.generation));
  Bytes key = to_bytes(candidate.key().key.reveal());
  THICKET_TRY(tree.commit(crypto, std::move(candidate)));
  return key;
}

KeptKey application(std::uint32_t leaf, std::uint32_t generation) {
  return {LeafIndex{leaf}, RatchetKind::application, Generation{generation}};
}

struct World {
  std::unique_ptr<crypto::Provider> provider = crypto::make_awslc();
  crypto::CountingProvider counting{*provider};
  Crypto crypto{counting, crypto::all_suites()[0]};
};

}  // namespace

TEST_CASE("random receiving orders give the keys of a full derivation, and each key once") {
  const World world;
  const Naive naive{world.crypto, LeafCount{16}};
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    CAPTURE(seed);
    crypto::SeededRandom random(seed);
    SecretTree tree(world.crypto, some_secret(), naive.leaves);
    std::set<KeptKey> used;
    for (int i = 0; i < 120; ++i) {
      const KeptKey place{LeafIndex{static_cast<std::uint32_t>(random.below(16))},
                          RatchetKind{static_cast<std::uint8_t>(random.below(2))},
                          Generation{static_cast<std::uint32_t>(random.below(12))}};
      auto candidate = tree.peek(world.crypto, place.leaf, place.kind, place.generation);
      if (used.contains(place)) {
        CHECK(candidate.error().rule == Rule::generation_used);
        continue;
      }
      REQUIRE(candidate);
      CHECK(to_hex(candidate->key().key.reveal()) == to_hex(naive.key(place)));
      if (random.below(3) == 0) continue;  // it did not open the message
      REQUIRE(tree.commit(world.crypto, *std::move(candidate)));
      used.insert(place);
    }
    CHECK(used.size() > 40);
  }
}

TEST_CASE("rows: deltas add up to the whole, a plan tells its rows, and a loaded tree goes on") {
  const World world;
  const RatchetLimits tight{.forward_max = 20, .kept_per_sender = 4, .kept_per_group = 10};
  std::size_t evictions = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    CAPTURE(seed);
    crypto::SeededRandom random(seed);
    SecretTree tree(world.crypto, some_secret(), LeafCount{8}, tight);
    Rows stored;
    write_to(stored, tree.take_changes());
    for (int i = 0; i < 150; ++i) {
      if (random.below(4) == 0) {
        const auto kind = RatchetKind{static_cast<std::uint8_t>(random.below(2))};
        REQUIRE(tree.next_key(world.crypto, LeafIndex{3}, kind, 100));
        write_to(stored, tree.take_changes());
      } else {
        const KeptKey place{LeafIndex{static_cast<std::uint32_t>(random.below(8))},
                            RatchetKind{static_cast<std::uint8_t>(random.below(2))},
                            Generation{static_cast<std::uint32_t>(random.below(60))}};
        auto candidate = tree.peek(world.crypto, place.leaf, place.kind, place.generation);
        if (!candidate) {
          const Rule rule = candidate.error().rule;
          const bool known = rule == Rule::generation_used || rule == Rule::generation_forgotten ||
                             rule == Rule::generation_too_far;
          CHECK(known);
          if (rule == Rule::generation_forgotten) ++evictions;
          continue;
        }
        Rows planned = stored;
        write_to(planned, tree.rows_of(*candidate));
        REQUIRE(tree.commit(world.crypto, *std::move(candidate)));
        write_to(stored, tree.take_changes());
        CHECK(planned == stored);
      }
      REQUIRE(stored == rows_of(tree));
      std::map<Bytes, int> kept;
      for (const auto& [key, value] : stored) {
        if (key[0] == 'k') ++kept[Bytes(key.begin(), key.begin() + 5)];
      }
      int all = 0;
      for (const auto& [leaf, count] : kept) {
        CHECK(count <= 4);
        all += count;
      }
      CHECK(all <= 10);
      if (i % 10 == 0) {
        auto loaded = SecretTree::load(world.crypto, as_rows(stored), tight);
        REQUIRE(loaded);
        tree = *std::move(loaded);
      }
    }
  }
  CHECK(evictions > 10);
}

TEST_CASE("a key that opened nothing consumes nothing") {
  const World world;
  SecretTree tree(world.crypto, some_secret(), LeafCount{8});
  REQUIRE(receive(tree, world.crypto, application(1, 3)));
  static_cast<void>(tree.take_changes());
  const Rows before = rows_of(tree);
  for (const KeptKey& place : {application(1, 1), application(1, 4), application(1, 200),
                               application(6, 0), application(6, 1000)}) {
    CHECK(tree.peek(world.crypto, place.leaf, place.kind, place.generation));
  }
  CHECK(rows_of(tree) == before);
  CHECK(tree.take_changes().empty());
}

TEST_CASE("two messages of one generation: the second candidate is refused when it is committed") {
  const World world;
  SecretTree tree(world.crypto, some_secret(), LeafCount{8});
  const auto peek = [&](std::uint32_t generation) {
    auto candidate =
        tree.peek(world.crypto, LeafIndex{2}, RatchetKind::application, Generation{generation});
    REQUIRE(candidate);
    return *std::move(candidate);
  };
  Candidate first = peek(0);
  Candidate second = peek(0);
  Candidate later = peek(5);
  CHECK(tree.commit(world.crypto, std::move(first)));
  CHECK_FALSE(tree.is_current(second));
  const Rows before = rows_of(tree);
  CHECK(tree.commit(world.crypto, std::move(second)).error().rule == Rule::generation_used);
  CHECK(rows_of(tree) == before);
  CHECK(tree.commit(world.crypto, std::move(later)));
  CHECK(receive(tree, world.crypto, application(2, 3)));
  CHECK(receive(tree, world.crypto, application(2, 3)).error().rule == Rule::generation_used);
}

TEST_CASE("a generation too far ahead fails without a single derivation") {
  const World world;
  SecretTree tree(world.crypto, some_secret(), LeafCount{8});
  const auto rule_of = [&](std::uint32_t generation) {
    const auto before = world.counting.counts().hmacs;
    const auto peeked =
        tree.peek(world.crypto, LeafIndex{2}, RatchetKind::application, Generation{generation});
    REQUIRE_FALSE(peeked);
    CHECK(world.counting.counts().hmacs == before);
    CHECK(peeked.error().leaf == LeafIndex{2});
    return peeked.error().rule;
  };
  CHECK(rule_of(0xffffffff) == Rule::generation_too_far);
  CHECK(rule_of(1001) == Rule::generation_too_far);
  CHECK(receive(tree, world.crypto, application(2, 1000)));
  CHECK(rule_of(0xffffffff) == Rule::generation_too_far);
  CHECK(rule_of(2002) == Rule::generation_too_far);
  CHECK(rule_of(1000) == Rule::generation_used);
  CHECK(rule_of(935) == Rule::generation_forgotten);
  CHECK(receive(tree, world.crypto, application(2, 936)));
  CHECK(rule_of(936) == Rule::generation_used);
  CHECK(tree.peek(world.crypto, LeafIndex{8}, RatchetKind::handshake, {}).error().rule ==
        Rule::leaf_out_of_range);
}

TEST_CASE(
    "by default a group keeps 1,024 keys of messages that did not come, the oldest go first") {
  const World world;
  SecretTree tree(world.crypto, some_secret(), LeafCount{32});
  const auto outcome = [&](std::uint32_t leaf, std::uint32_t generation) {
    const auto peeked =
        tree.peek(world.crypto, LeafIndex{leaf}, RatchetKind::application, Generation{generation});
    return peeked ? std::nullopt : std::optional(peeked.error().rule);
  };
  const auto check_from = [&](std::uint32_t senders, std::uint32_t forgotten) {
    std::size_t kept = 0;
    for (std::uint32_t i = 0; i < senders * 64; ++i) {
      CAPTURE(i);
      const auto rule = outcome(i / 64, i % 64);
      CHECK(rule == (i < forgotten ? std::optional(Rule::generation_forgotten) : std::nullopt));
      kept += rule ? 0 : 1;
    }
    CHECK(kept <= 1024);
  };
  for (std::uint32_t leaf = 0; leaf < 16; ++leaf)
    REQUIRE(receive(tree, world.crypto, application(leaf, 64)));
  check_from(16, 0);
  REQUIRE(receive(tree, world.crypto, application(16, 10)));
  check_from(16, 10);
  REQUIRE(receive(tree, world.crypto, application(16, 65)));
  check_from(16, 64);
  CHECK(rows_of(tree).size() <= 1024 + 3 * 32);
}

TEST_CASE("the sending ratchet moves on and never back, and ends with its last generation") {
  const World world;
  SecretTree tree(world.crypto, some_secret(), LeafCount{4});
  const Naive naive{world.crypto, LeafCount{4}};
  for (const RatchetKind kind : {RatchetKind::handshake, RatchetKind::application}) {
    for (std::uint32_t g = 0; g < 5; ++g) {
      const auto key = tree.next_key(world.crypto, LeafIndex{1}, kind, 10);
      REQUIRE(key);
      CHECK(key->generation == Generation{g});
      CHECK(to_bytes(key->key.key.reveal()) == naive.key({LeafIndex{1}, kind, Generation{g}}));
    }
  }
  CHECK(tree.next_key(world.crypto, LeafIndex{4}, RatchetKind::handshake, 10).error().rule ==
        Rule::leaf_out_of_range);

  Rows rows = rows_of(tree);
  Bytes& head = rows.at(Bytes{'h', 0, 0, 0, 1, 1});
  std::fill(head.begin(), head.begin() + 4, std::uint8_t{0});
  std::fill(head.begin() + 4, head.begin() + 8, std::uint8_t{0xff});
  auto loaded = SecretTree::load(world.crypto, as_rows(rows));
  REQUIRE(loaded);
  const auto next = [&](SecretTree& from) {
    return from.next_key(world.crypto, LeafIndex{1}, RatchetKind::application, 10);
  };
  CHECK(next(*loaded)->generation == Generation{0xffffffff});
  CHECK(next(*loaded).error().rule == Rule::ratchet_exhausted);
  auto reloaded = SecretTree::load(world.crypto, loaded->all_rows());
  REQUIRE(reloaded);
  CHECK(next(*reloaded).error().rule == Rule::ratchet_exhausted);
  CHECK(receive(*reloaded, world.crypto, application(1, 0xffffffff)).error().rule ==
        Rule::generation_used);
}

TEST_CASE("what a member may encrypt in an epoch is bounded, over both ratchets and a reload") {
  const World world;
  const RatchetLimits limits{.sealed_blocks_max = 20};
  SecretTree tree(world.crypto, some_secret(), LeafCount{4}, limits);
  const auto send = [&](SecretTree& from, RatchetKind kind, std::uint64_t octets) {
    return from.next_key(world.crypto, LeafIndex{1}, kind, octets);
  };
  CHECK(send(tree, RatchetKind::application, 320).error().rule == Rule::aead_limit);
  CHECK(send(tree, RatchetKind::application, 159));
  CHECK(send(tree, RatchetKind::handshake, 100));
  auto loaded = SecretTree::load(world.crypto, tree.all_rows(), limits);
  REQUIRE(loaded);
  CHECK(send(*loaded, RatchetKind::application, 48).error().rule == Rule::aead_limit);
  CHECK(send(*loaded, RatchetKind::application, 47)->generation == Generation{1});
  CHECK(send(*loaded, RatchetKind::handshake, 0).error().rule == Rule::aead_limit);
}

TEST_CASE(
    "the first key of one leaf in a million costs its path, the next ones three derivations") {
  const World world;
  SecretTree tree(world.crypto, some_secret(), LeafCount{1u << 20});
  const auto cost = [&](const KeptKey& place) {
    const auto before = world.counting.counts().hmacs;
    REQUIRE(receive(tree, world.crypto, place));
    return world.counting.counts().hmacs - before;
  };
  CHECK(cost(application(777'777, 0)) == 2 * 20 + 2 + 3);
  CHECK(cost(application(777'777, 1)) == 3);
  CHECK(cost(application(777'776, 0)) == 2 + 3);
  CHECK(cost(application(0, 0)) == 2 * 19 + 2 + 3);
  CHECK(cost(application(0, 10)) == 9 * 3 + 3);
  CHECK(cost(application(0, 5)) == 0);
}

TEST_CASE("rows of a message: at most 3 KiB for a sender's first of 131,072 leaves, then 1 KiB") {
  const World world;
  for (const crypto::Suite& suite : crypto::all_suites()) {
    const Crypto crypto(*world.provider, suite);
    SecretTree tree(crypto, EncryptionSecret(Bytes(crypto.hash_size(), 1)), LeafCount{1u << 17});
    static_cast<void>(tree.take_changes());
    REQUIRE(receive(tree, crypto, application(99'999, 0)));
    const std::size_t first = size_of(tree.take_changes());
    REQUIRE(receive(tree, crypto, application(99'999, 1)));
    const std::size_t second = size_of(tree.take_changes());
    REQUIRE(tree.next_key(crypto, LeafIndex{99'998}, RatchetKind::application, 100));
    static_cast<void>(tree.take_changes());
    REQUIRE(tree.next_key(crypto, LeafIndex{99'998}, RatchetKind::application, 100));
    const std::size_t sent = size_of(tree.take_changes());
    CAPTURE(suite.name);
    MESSAGE(suite.name << ": first " << first << ", second " << second << ", sent " << sent);
    CHECK(first <= 3072);
    CHECK(second <= 1024);
    CHECK(sent <= 1024);
  }
}

TEST_CASE("rows that this program did not write are refused") {
  const World world;
  SecretTree tree(world.crypto, some_secret(), LeafCount{8});
  REQUIRE(receive(tree, world.crypto, application(2, 3)));
  const Rows good = rows_of(tree);
  REQUIRE(SecretTree::load(world.crypto, as_rows(good)));
  const auto refused = [&](const Rows& rows) {
    const auto loaded = SecretTree::load(world.crypto, as_rows(rows));
    return !loaded && loaded.error().rule == Rule::store_row;
  };
  for (const auto& [key, value] : good) {
    CAPTURE(to_hex(key));
    Rows rows = good;
    rows[key].push_back(0);
    CHECK(refused(rows));
    rows[key] = Bytes(value.begin(), value.end() - 1);
    CHECK(refused(rows));
    rows[key].clear();
    CHECK(refused(rows));
    rows = good;
    rows.erase(key);
    Bytes longer = key;
    longer.push_back(0);
    rows[longer] = value;
    CHECK(refused(rows));
  }
  Rows rows = good;
  rows.erase(Bytes{'s'});
  CHECK(refused(rows));
  rows = good;
  rows[Bytes{'s'}] = Bytes{0, 0, 0, 7};
  CHECK(refused(rows));
  rows[Bytes{'s'}] = Bytes{0, 0, 0, 2};
  CHECK(refused(rows));
  rows = good;
  rows.erase(Bytes{'h', 0, 0, 0, 2, 1});
  CHECK(refused(rows));

  rows = good;
  rows.erase(Bytes{'n', 0, 0, 0, 11});  // the secret above leaves 4 to 7
  auto loaded = SecretTree::load(world.crypto, as_rows(rows));
  REQUIRE(loaded);
  CHECK(receive(*loaded, world.crypto, application(5, 0)).error().rule == Rule::store_row);
  CHECK(receive(*loaded, world.crypto, application(0, 0)));
}

}  // namespace thicket::schedule
