// What a change of a large group costs the service: rows and hashes, counted.
#include <doctest/doctest.h>

#include "crypto/counting.h"
#include "delivery/service.h"
#include "group/join_external.h"
#include "group/warm_group.h"
#include "kit/client.h"

namespace thicket::delivery {
namespace {

using group::WarmGroup;
using kit::good;

class CountingStore final : public store::Store {
 public:
  CountingStore() = default;
  CountingStore(const CountingStore&) = delete;
  CountingStore& operator=(const CountingStore&) = delete;

  std::optional<Bytes> get(std::string_view space, ByteView key) override {
    ++read;
    return inner_.get(space, key);
  }
  std::vector<store::Row> scan(std::string_view space, const store::Range& range) override {
    auto rows = inner_.scan(space, range);
    read += rows.size();
    return rows;
  }
  bool apply(const store::Batch& batch) override {
    written += batch.changes().size();
    return inner_.apply(batch);
  }
  void scrub() override { inner_.scrub(); }

  std::size_t read = 0;
  std::size_t written = 0;

 private:
  store::MemoryStore inner_;
};

class NoStore final : public group::DeltaSink {
 public:
  void write(const group::PublicDelta&, std::span<const group::SecretRow>) override {}
};

struct Cost {
  std::size_t rows_read = 0;
  std::size_t rows_written = 0;
  std::uint64_t hashes = 0;
};

// A service that has a warm group, and one who talks to it.
class Served final {
 public:
  explicit Served(std::uint32_t members)
      : fixture(*library, **crypto::suite_of(kit::usual_suite()), {.members = members}) {
    const auto first = fixture.member(LeafIndex{0}, *library);
    call<transport::Created>(
        transport::CreateGroup{transport::Octets{encoded(good(first->group_info({})))},
                               transport::Octets{fixture.encoded_tree()}});
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  template <class T>
  T call(transport::RequestBody body) {
    transport::Request request;
    random.fill(request.id);
    request.body = std::move(body);
    return kit::answer<T>(service.handle(request, group::warm_now).reply);
  }

  Cost post(const group::Outgoing& commit, Epoch epoch) {
    const auto counts = counting.counts();
    const std::size_t read = rows.read;
    const std::size_t written = rows.written;
    const auto won =
        call<transport::Won>(transport::PostCommit{fixture.context().group_id,
                                                   epoch,
                                                   transport::Octets{commit.message},
                                                   transport::Octets{commit.group_info.value()},
                                                   {}});
    CHECK(won.head.epoch.value == epoch.value + 1);
    return {rows.read - read, rows.written - written, (counting.counts() - counts).hashes};
  }

  static Bytes encoded(GroupInfo info) {
    return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(info)});
  }

  const std::unique_ptr<crypto::Provider> library = crypto::make_awslc();
  const crypto::CountingProvider counting{*library};  // what the service works with
  const group::BasicAuthenticator authenticator;
  const group::Policy policy;
  const WarmGroup fixture;
  crypto::SeededRandom random{41};
  CountingStore rows;
  const std::unique_ptr<Handshakes> handshakes =
      public_handshakes({counting, authenticator, policy}, rows);
  StoreLog log{rows};
  Service service{{rows, log, *handshakes, counting}};
};

struct Costs {
  Cost commit;
  Cost external_join;
};

// One in the middle commits, and one who comes from outside follows at once; a member who reads
// both agrees with them.
Costs costs_of(std::uint32_t members) {
  Served served(members);
  NoStore nowhere;
  const Epoch epoch = served.fixture.context().epoch;
  const auto committer = served.fixture.member(LeafIndex{members / 2}, *served.library);
  group::CommitPlan plan;
  plan.group_info = true;
  plan.force_path = true;
  const auto staged = good(committer->commit(plan, group::warm_now, served.random));
  const auto commit = good(staged.release(good(group::store(nowhere, staged.before_send()))));
  Costs out;
  out.commit = served.post(commit, epoch);

  const auto state =
      served.call<transport::GroupState>(transport::FetchGroup{served.fixture.context().group_id});
  const group::NoGroups none;
  const group::ExternalJoinPlan join_plan{.group_info = state.group_info,
                                          .ratchet_tree = ByteView(state.ratchet_tree),
                                          .identity = served.fixture.outsider(1),
                                          .groups = none};
  auto join = good(group::join_external(served.fixture.environment(*served.library), join_plan,
                                        group::warm_now, served.random));
  const auto outgoing = good(join.release(good(group::store(nowhere, join.before_send()))));
  out.external_join = served.post(outgoing, state.head.epoch);
  const auto joined = good(std::move(join).open(good(group::store(nowhere, join.on_accept()))));

  const auto reader = served.fixture.member(LeafIndex{1}, *served.library);
  for (const Bytes& message : {commit.message, outgoing.message}) {
    auto received = good(reader->process(message, group::warm_now));
    const auto stored = good(group::store(nowhere, received.on_accept()));
    good(reader->accept(std::move(received), stored));
  }
  CHECK(equal(reader->epoch_authenticator(), joined->epoch_authenticator()));
  return out;
}

constexpr std::uint32_t few = 80;
constexpr std::uint32_t many = 2000;
constexpr std::size_t levels = 11;  // of the tree of many

void check_logarithmic(const Cost& small, const Cost& large) {
  CAPTURE(large.rows_read);
  CAPTURE(small.rows_written);
  CAPTURE(large.rows_written);
  CAPTURE(small.hashes);
  CAPTURE(large.hashes);
  // 25 times the members, four levels more, and as many leaves free at the right end.
  CHECK(large.rows_written < 2 * small.rows_written);
  CHECK(large.hashes < 2 * small.hashes);
  // Of a group that is not loaded: for each level a few nodes, and to see that the new key is
  // nobody's, a block of the index, of at most 64 entries.
  CHECK(large.rows_read <= 100 * levels);
}

}  // namespace

TEST_CASE("what a commit and an external join cost the service grows with the logarithm") {
  const Costs small = costs_of(few);
  const Costs large = costs_of(many);
  check_logarithmic(small.commit, large.commit);
  check_logarithmic(small.external_join, large.external_join);
}

}  // namespace thicket::delivery
