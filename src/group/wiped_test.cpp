// What holds secrets is encoded and decoded without a copy that stays: searched for in the memory
// of the process when the objects are gone. RFC 9420 9.2, 7.5.

#include <functional>

#include "group/rows.h"
#include "group/welcome.h"
#include "kit/own_memory.h"
#include "kit/person.h"

namespace thicket::group {
namespace {

using kit::Hidden;

// What is made and forgotten: its secrets, and whether the search found them while they were there.
// On other platforms, and with a sanitizer's own heap, there is nothing to search.
struct Made {
  std::vector<Hidden> secrets;
  bool searchable = true;

  // Its second half: the allocator writes over the first octets of what is freed.
  void hide(ByteView secret) { secrets.emplace_back(secret.subspan(secret.size() / 2)); }
  // One search for all of them.
  std::vector<bool> found() const {
    const auto memory = kit::own_memory();
    std::vector<bool> out;
    for (const Hidden& secret : secrets) {
      out.push_back(std::any_of(memory.begin(), memory.end(),
                                [&](const auto& area) { return secret.in(area.reveal()); }));
    }
    return out;
  }
  void look() { searchable = found() == std::vector<bool>(secrets.size(), true); }
};

// A frame of its own, which is dead when it returns.
[[gnu::noinline]] Made made_by(const std::function<Made()>& make) {
  return make();
}

void check_gone(const std::function<Made()>& make) {
  const Made made = made_by(make);
  kit::wipe_dead_stack();
  if (made.searchable) {
    CHECK(made.found() == std::vector<bool>(made.secrets.size(), false));
  } else {
    MESSAGE("the memory of this process cannot be searched");
  }
}

class Rows final {
 public:
  explicit Rows(const crypto::Suite& suite)
      : provider_(kit::usual_provider()),
        crypto_(*provider_, suite),
        random_(provider_->random()) {}

  const crypto::Crypto& crypto() const { return crypto_; }
  Random& random() { return random_; }

  PendingCommit pending(Made& made, std::size_t content) {
    PendingCommit out;
    out.outgoing =
        std::make_shared<const Outgoing>(Outgoing{{}, Bytes(crypto_.hash_size(), 1), {}, {}});
    out.leaf_key = crypto_.generate_key_pair(random_);
    out.signer = crypto_.generate_signature_key(random_);
    out.seed = filled<PathSecret>();
    out.content = Bytes(content, 2);
    made.hide(out.leaf_key->reveal());
    made.hide(out.signer->seed->reveal());
    made.hide(out.seed.reveal());
    return out;
  }
  OwnUpdate update(Made& made) {
    OwnUpdate out{crypto_.generate_key_pair(random_), crypto_.generate_signature_key(random_)};
    made.hide(out.leaf_key->reveal());
    made.hide(out.signer->seed->reveal());
    return out;
  }
  OwnKeyPackage key_package(Made& made) {
    const CipherSuite suite = crypto_.suite().id;
    OwnKeyPackage out =
        kit::good(make_key_package(*provider_, kit::person(*provider_, "alice", random_, suite),
                                   {suite, kit::around_noon, {}, false, true}, random_));
    made.hide(out.init_key->reveal());
    made.hide(out.leaf_key->reveal());
    made.hide(out.signer.seed->reveal());
    return out;
  }
  PastEpoch past(Made& made) {
    auto sender_data = filled<schedule::SenderDataSecret>();
    made.hide(sender_data.reveal());
    PastEpoch out;
    out.keys = std::make_shared<EpochKeys>(
        EpochKeys{Epoch{3},
                  Bytes(300, 4),
                  std::move(sender_data),
                  {crypto_, filled<schedule::EncryptionSecret>(), LeafCount{2}},
                  {}});
    for (std::uint32_t i = 0; i < 100; ++i) {
      out.changed[LeafIndex{i}] = PastLeaf{Bytes(32, 5), Bytes(20, 6)};
    }
    return out;
  }

 private:
  template <class T>
  T filled() {
    return T::filled(crypto_.hash_size(), [&](ByteSpan octets) { random_.fill(octets); });
  }

  std::unique_ptr<crypto::Provider> provider_;
  crypto::Crypto crypto_;
  Random& random_;  // a seeded one keeps what it gave last
};

}  // namespace

TEST_CASE("no secret of a pending commit stays in memory, however large its content") {
  Rows rows(crypto::all_suites()[0]);
  for (const std::size_t content : {0u, 3900u, 5000u, 40'000u}) {
    CAPTURE(content);
    check_gone([&] {
      Made made;
      const PendingCommit pending = rows.pending(made, content);
      const SecretBytes row = rows::encode_pending(pending);
      const PendingCommit again = kit::good(rows::decode_pending(rows.crypto(), row.reveal()));
      made.look();
      CHECK(again.content == pending.content);
      return made;
    });
  }
}

TEST_CASE("no secret of a pending commit's row stays that is not one") {
  Rows rows(crypto::all_suites()[0]);
  check_gone([&] {
    Made made;
    const PendingCommit pending = rows.pending(made, 10);
    const SecretBytes row = rows::encode_pending(pending);
    made.look();
    // Its last octet is missing: what stands before it was read by then.
    const ByteView bad = row.reveal().first(row.size() - 1);
    CHECK_FALSE(rows::decode_pending(rows.crypto(), bad));
    return made;
  });
}

TEST_CASE("no secret of an own Update stays in memory, whether its row is right or wrong") {
  for (const crypto::Suite& suite : crypto::all_suites()) {
    CAPTURE(suite.name);
    Rows rows(suite);
    check_gone([&] {
      Made made;
      const OwnUpdate update = rows.update(made);
      const SecretBytes row = rows::encode_update(update);
      made.look();
      CHECK(rows::decode_update(rows.crypto(), row.reveal()));
      SecretBytes longer(concat({row.reveal(), Bytes{0}}));
      CHECK_FALSE(rows::decode_update(rows.crypto(), longer.reveal()));
      return made;
    });
  }
}

TEST_CASE("no sender data secret stays in memory once its past epoch is gone") {
  Rows rows(crypto::all_suites()[0]);
  check_gone([&] {
    Made made;
    const PastEpoch past = rows.past(made);
    const SecretBytes row = rows::encode_past(past);
    made.look();
    CHECK(rows::decode_past(row.reveal()));
    SecretBytes longer(concat({row.reveal(), Bytes{0}}));
    CHECK_FALSE(rows::decode_past(longer.reveal()));
    return made;
  });
}

TEST_CASE("no secret of an own key package stays in memory, whether its row is right or wrong") {
  for (const crypto::Suite& suite : crypto::all_suites()) {
    CAPTURE(suite.name);
    Rows rows(suite);
    check_gone([&] {
      Made made;
      const OwnKeyPackage own = rows.key_package(made);
      const SecretBytes row = encode_own(own);
      made.look();
      const auto& provider = rows.crypto().provider();
      const OwnKeyPackage again =
          kit::good(decode_own(provider, row.reveal(), crypto::default_profile()));
      CHECK(again.key_package == own.key_package);
      SecretBytes longer(concat({row.reveal(), Bytes{0}}));
      CHECK_FALSE(decode_own(provider, longer.reveal(), crypto::default_profile()));
      return made;
    });
  }
}

TEST_CASE("no joiner secret stays in memory that a Welcome was made of, whatever its PSKs") {
  Rows rows(crypto::all_suites()[0]);
  for (const std::size_t psk_id : {16u, 3000u}) {
    CAPTURE(psk_id);
    check_gone([&] {
      Made made;
      Made unsearched;
      const OwnKeyPackage own = rows.key_package(unsearched);
      const auto secrets =
          schedule::derive_first_epoch(rows.crypto(), view_of("context"), rows.random());
      made.hide(secrets.joiner_secret.reveal());
      made.look();
      const std::vector<PreSharedKeyID> psks(3, {ExternalPSK{Bytes(psk_id, 7)}, Bytes(32, 8)});
      const std::vector<Joiner> joiners{{own.key_package}};
      CHECK(build_welcome(rows.crypto(), {secrets, psks, codec::encode(GroupInfo{}), joiners},
                          rows.random()));
      return made;
    });
  }
}

}  // namespace thicket::group
