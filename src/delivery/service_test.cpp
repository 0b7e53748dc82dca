// What the service does with requests, on each engine. Handshakes are checked here by a stand-in
// that only knows epochs: what PublicGroup refuses is shown in service_group_test.cpp.
#include "delivery/service.h"

#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "delivery/endpoint.h"
#include "kit/temporary_directory.h"
#include "kit/usual.h"
#include "messages/wire.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "transport/wire.h"

namespace thicket::delivery {
namespace {

using namespace transport;

const Bytes group = to_bytes("group");
constexpr Instant now{1'800'000'000};

class EpochsOnly final : public Handshakes {
 public:
  Result<Opened> open(const FirstState& first, Instant, store::Batch& rows) override {
    const auto info = THICKET_TRY(codec::decode<GroupInfo>(first.group_info));
    rows.put("opened", info.group_context.group_id, {});
    return Opened{info.group_context.group_id, info.group_context.epoch};
  }
  Result<Handshake> check(ByteView, ByteView message, Instant, store::Batch&) override {
    const auto decoded = THICKET_TRY(codec::decode<MLSMessage>(message));
    const FramedContent& content = decoded.wire_format.as<PublicMessage>()->content;
    if (content.epoch != epoch) return broken(Rule::wrong_epoch);
    if (content.authenticated_data == to_bytes("bad")) return broken(Rule::leaf_signature);
    const bool commits = content.content_type() == ContentType::commit;
    pending = content.epoch.value + (commits ? 1 : 0);
    return Handshake{commits ? EntryKind::commit : EntryKind::proposal, content.epoch};
  }
  Result<void> check_next(ByteView, ByteView) override { return {}; }
  void settle(ByteView, bool written) override {
    REQUIRE(pending);
    if (written) epoch = Epoch{*pending};
    pending.reset();
  }
  Result<Bytes> ratchet_tree(ByteView) override {
    ++exports;
    return to_bytes("tree of epoch " + std::to_string(epoch.value));
  }

  Epoch epoch;
  std::optional<std::uint64_t> pending;
  int exports = 0;
};

struct World {
  store::Store& store;
  std::unique_ptr<crypto::Provider> provider = kit::usual_provider();
  StoreLog log{store};
  EpochsOnly handshakes = {};
  Service service{{store, log, handshakes, *provider, {42}, {}}};
  std::uint8_t last_id = 0;
  std::uint8_t id_high = 0;

  Request request(RequestBody body) {
    Request out;
    out.id[0] = ++last_id;
    out.id[1] = id_high;
    out.body = std::move(body);
    return out;
  }
  ReplyBody ask(RequestBody body) {
    return service.handle(request(std::move(body)), now).reply.body;
  }
};

void on_every_engine(const std::function<void(World&)>& test) {
  SUBCASE("memory") {
    store::MemoryStore store;
    World world{store};
    test(world);
  }
  SUBCASE("sqlite") {
    const kit::TemporaryDirectory directory;
    const auto store = store::open_sqlite(directory.file("store"));
    World world{*store};
    test(world);
  }
}

Bytes message(MLSMessageBody body) {
  return codec::encode(MLSMessage{ProtocolVersion::mls10, std::move(body)});
}

CreateGroup creation() {
  GroupInfo info;
  info.group_context.group_id = group;
  return {Octets{message(info)}, Octets{to_bytes("tree")}};
}

Bytes commit_message(std::uint64_t epoch, std::string_view text) {
  PublicMessage out;
  out.content.group_id = group;
  out.content.epoch = Epoch{epoch};
  out.content.authenticated_data = to_bytes(text);
  out.content.content = Commit{};
  out.auth.confirmation_tag = MAC{1};
  out.membership_tag = MAC{2};
  return message(out);
}

PostCommit commit(std::uint64_t epoch, std::string_view text) {
  return {group, Epoch{epoch}, Octets{commit_message(epoch, text)}, {}, {}};
}

PostMessage said(std::uint64_t epoch, std::string_view text,
                 ContentType type = ContentType::application) {
  return {group, message(PrivateMessage{group, Epoch{epoch}, type, {}, {1}, to_bytes(text)})};
}

Bytes welcome_message(const std::vector<std::string>& joiners) {
  Welcome out;
  out.cipher_suite = CipherSuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
  for (const std::string& joiner : joiners)
    out.secrets.push_back({to_bytes(joiner), {to_bytes("kem " + joiner), to_bytes("sealed")}});
  out.encrypted_group_info = to_bytes("for all");
  return message(out);
}

template <class T>
T expect(const ReplyBody& body) {
  const T* found = body.as<T>();
  if (found == nullptr && body.as<Refused>() != nullptr)
    FAIL("refused: " << to_text(body.as<Refused>()->rule) << to_text(body.as<Refused>()->detail));
  REQUIRE(found != nullptr);
  return *found;
}

Refusal refusal(const ReplyBody& body) {
  const Refused* no = body.as<Refused>();
  REQUIRE(no != nullptr);
  return no->refusal;
}

}  // namespace

TEST_CASE("a group is created, committed to and read back, in order") {
  on_every_engine([](World& world) {
    CHECK(refusal(world.ask(commit(0, "early"))) == Refusal::unknown_group);
    CHECK(expect<Created>(world.ask(creation())) == Created{{Epoch{0}, 0}});
    CHECK(world.store.get("opened", group));
    CHECK(refusal(world.ask(creation())) == Refusal::group_exists);
    CHECK(expect<transport::Won>(world.ask(commit(0, "a"))) == transport::Won{0, {Epoch{1}, 1}});
    CHECK(expect<Posted>(world.ask(said(1, "hello"))) == Posted{1});
    const auto part = expect<LogPart>(world.ask(ReadLog{group, 0, 10'000}));
    REQUIRE(part.entries.size() == 2);
    CHECK(part.entries[0] ==
          Entry{0, EntryKind::commit, Epoch{0}, now.seconds, commit_message(0, "a")});
    CHECK(part.entries[1].message == said(1, "hello").message);
    CHECK(part.head == Head{Epoch{1}, 2});
  });
}

TEST_CASE("of two commits one wins, the other is told which, and a retry is told as before") {
  on_every_engine([](World& world) {
    expect<Created>(world.ask(creation()));
    const transport::Won won = expect<transport::Won>(world.ask(commit(0, "ana")));
    const auto lost = expect<transport::Lost>(world.ask(commit(0, "bob")));
    CHECK(lost.winner == sha256(*world.provider, commit_message(0, "ana")));
    CHECK(lost.head == Head{Epoch{1}, 1});
    expect<transport::Won>(world.ask(commit(1, "bob")));
    CHECK(expect<transport::Won>(world.ask(commit(0, "ana"))) == won);
    CHECK(expect<transport::Lost>(world.ask(commit(0, "bob"))).winner == lost.winner);
    CHECK(expect<transport::Lost>(world.ask(commit(9, "ahead"))).winner.empty());
  });
}

TEST_CASE("what breaks a rule takes no epoch and leaves nothing") {
  on_every_engine([](World& world) {
    expect<Created>(world.ask(creation()));
    PostCommit bad = commit(0, "bad");
    bad.welcomes = {Octets{welcome_message({"joiner"})}};
    const ReplyBody reply = world.ask(bad);
    CHECK(refusal(reply) == Refusal::broken_rule);
    CHECK(to_text(reply.as<Refused>()->rule) == "leaf_signature");
    CHECK(expect<LogPart>(world.ask(ReadLog{group, 0, 1})).head == Head{Epoch{0}, 0});
    CHECK_FALSE(world.service.is_waiting(to_bytes("joiner")));
    PostCommit garbled = commit(0, "x");
    garbled.welcomes = {Octets{{1, 2, 3}}};
    CHECK(refusal(world.ask(garbled)) == Refusal::malformed);
    CHECK(refusal(world.ask(PostCommit{group, Epoch{0}, Octets{{9}}, {}, {}})) ==
          Refusal::malformed);
    const PostMessage sealed = said(0, "c", ContentType::commit);
    CHECK(refusal(world.ask(PostCommit{group, Epoch{0}, Octets{sealed.message}, {}, {}})) ==
          Refusal::sealed_handshake);
    CHECK(refusal(world.ask(sealed)) == Refusal::sealed_handshake);
    CHECK(expect<transport::Won>(world.ask(commit(0, "good"))).head.epoch == Epoch{1});
  });
}

TEST_CASE("messages of the last epochs are taken, of older and future ones not") {
  on_every_engine([](World& world) {
    expect<Created>(world.ask(creation()));
    for (std::uint64_t epoch = 0; epoch < 5; ++epoch)
      expect<transport::Won>(world.ask(commit(epoch, "c")));
    CHECK(expect<Posted>(world.ask(said(5, "now"))).number == 5);
    CHECK(expect<Posted>(world.ask(said(2, "late"))).number == 6);
    CHECK(refusal(world.ask(said(1, "too late"))) == Refusal::too_late);
    CHECK(refusal(world.ask(said(6, "ahead"))) == Refusal::wrong_epoch);
  });
}

TEST_CASE("a request that comes again is done once and answered alike, and its id is its own") {
  on_every_engine([](World& world) {
    const Request create = world.request(creation());
    const Reply created = world.service.handle(create, now).reply;
    CHECK(world.service.handle(create, now).reply == created);
    const Request saying = world.request(said(0, "once"));
    const Reply posted = world.service.handle(saying, now).reply;
    CHECK(expect<Posted>(posted.body).number == 0);
    expect<Posted>(world.ask(said(0, "between")));
    CHECK(world.service.handle(saying, now).reply == posted);
    CHECK(expect<LogPart>(world.ask(ReadLog{group, 0, 10'000})).entries.size() == 2);
    Request other = saying;
    other.body = said(0, "something else");
    CHECK(refusal(world.service.handle(other, now).reply.body) == Refusal::request_id_used);
    // After a week it is forgotten.
    const Instant later{now.seconds + world.service.limits().remember_seconds + 1};
    world.service.handle(world.request(PutBlob{{1}}), later);
    world.service.handle(world.request(PutBlob{{2}}), later);
    CHECK(expect<Posted>(world.service.handle(other, later).reply.body).number == 2);
  });
}

TEST_CASE("each joiner is handed its own entry, and the tree of the epoch it was welcomed to") {
  on_every_engine([](World& world) {
    expect<Created>(world.ask(creation()));
    PostCommit adding = commit(0, "adds two");
    adding.welcomes = {Octets{welcome_message({"bob", "eve"})}};
    const Handled handled = world.service.handle(world.request(adding), now);
    CHECK(handled.waiting == std::vector<Bytes>{to_bytes("bob"), to_bytes("eve")});
    const auto found = expect<transport::Welcomes>(
        world.ask(FetchWelcomes{{to_bytes("eve"), to_bytes("nobody")}}));
    REQUIRE(found.welcomes.size() == 1);
    CHECK(found.welcomes[0].welcome == [] {
      Welcome own = *codec::decode<MLSMessage>(welcome_message({"eve"}))->wire_format.as<Welcome>();
      return message(own);
    }());
    CHECK(found.welcomes[0].epoch == Epoch{1});
    CHECK(found.welcomes[0].next == 1);
    CHECK(expect<Tree>(world.ask(FetchTree{group, Epoch{1}})).ratchet_tree ==
          to_bytes("tree of epoch 1"));
    // One of two has it: the group moves on, and the other can still have it.
    expect<transport::Won>(world.ask(commit(1, "moves on")));
    CHECK(expect<Tree>(world.ask(FetchTree{group, Epoch{1}})).ratchet_tree ==
          to_bytes("tree of epoch 1"));
    expect<transport::Won>(world.ask(commit(2, "nobody joined")));
    CHECK(refusal(world.ask(FetchTree{group, Epoch{2}})) == Refusal::unknown_tree);
  });
}

TEST_CASE("a tree that every joiner has is not stored") {
  on_every_engine([](World& world) {
    expect<Created>(world.ask(creation()));
    PostCommit adding = commit(0, "adds two");
    adding.welcomes = {Octets{welcome_message({"bob", "eve"})}};
    expect<transport::Won>(world.ask(adding));
    for (int reader = 0; reader < 2; ++reader) expect<Tree>(world.ask(FetchTree{group, Epoch{1}}));
    CHECK(world.handshakes.exports == 1);
    expect<transport::Won>(world.ask(commit(1, "moves on")));
    CHECK(refusal(world.ask(FetchTree{group, Epoch{1}})) == Refusal::unknown_tree);
  });
}

TEST_CASE("who joins from outside gets GroupInfo and tree of the present epoch, if there are") {
  on_every_engine([](World& world) {
    expect<Created>(world.ask(creation()));
    CHECK(expect<GroupState>(world.ask(FetchGroup{group})).ratchet_tree ==
          to_bytes("tree of epoch 0"));
    PostCommit open = commit(0, "open");
    GroupInfo info;
    info.group_context.group_id = group;
    info.group_context.epoch = Epoch{1};
    open.group_info = Octets{message(info)};
    expect<transport::Won>(world.ask(open));
    const auto state = expect<GroupState>(world.ask(FetchGroup{group}));
    CHECK(state.group_info == message(info));
    CHECK(state.head == Head{Epoch{1}, 1});
    expect<transport::Won>(world.ask(commit(1, "closed")));
    CHECK(refusal(world.ask(FetchGroup{group})) == Refusal::not_open);
  });
}

TEST_CASE("a large body is uploaded first and named by its hash, and unused, it is forgotten") {
  on_every_engine([](World& world) {
    expect<Created>(world.ask(creation()));
    const Bytes large = commit_message(0, std::string(100'000, 'x'));
    const Bytes hash = sha256(*world.provider, large);
    CHECK(refusal(world.ask(PostCommit{group, Epoch{0}, BlobRef{hash}, {}, {}})) ==
          Refusal::unknown_blob);
    CHECK(expect<BlobStored>(world.ask(PutBlob{large})).sha256 == hash);
    expect<transport::Won>(world.ask(PostCommit{group, Epoch{0}, BlobRef{hash}, {}, {}}));
    CHECK(expect<Blob>(world.ask(FetchBlob{hash})).content == large);
    const Instant later{now.seconds + world.service.limits().blob_seconds + 1};
    world.service.handle(world.request(PutBlob{{1}}), later);
    CHECK(refusal(world.ask(FetchBlob{hash})) == Refusal::unknown_blob);
    CHECK(expect<LogPart>(world.ask(ReadLog{group, 0, 1})).entries[0].message == large);
  });
}

TEST_CASE(
    "subscribers are woken from their cursor, with small entries, and not for what they have") {
  on_every_engine([](World& world) {
    expect<Created>(world.ask(creation()));
    expect<Posted>(world.ask(said(0, "before")));
    ServiceEndpoint endpoint(world.service, [] { return now; });
    const auto subscribe = [&](std::uint64_t id, const Subscribe& what) {
      endpoint.frame(Subscriber{id}, codec::encode(what));
    };
    const auto woken = [&] {
      std::vector<WakeUp> out;
      for (const Push& push : endpoint.pushes())
        out.push_back(codec::decode<WakeUp>(push.frame).value());
      return out;
    };
    subscribe(1, {{{group, 0}}, {to_bytes("bob")}});
    const auto first = woken();
    REQUIRE(first.size() == 1);
    CHECK(first[0].as<GroupMoved>()->entries.size() == 1);
    subscribe(2, {{{group, 1}, {to_bytes("no group"), 0}}, {}});
    CHECK(woken() == std::vector<WakeUp>{NotSubscribed{to_bytes("no group")}});
    const auto answer = [&](RequestBody body) {
      endpoint.answer(codec::encode(world.request(std::move(body))));
    };
    answer(said(0, "hello"));
    const auto both = woken();
    REQUIRE(both.size() == 2);
    CHECK(both[0] == both[1]);
    CHECK(both[0].as<GroupMoved>()->entries[0].message == said(0, "hello").message);
    answer(said(0, std::string(50'000, 'x')));
    CHECK(woken()[0].as<GroupMoved>()->entries.empty());
    endpoint.gone(Subscriber{2});
    PostCommit adding = commit(0, "adds bob");
    adding.welcomes = {Octets{welcome_message({"bob"})}};
    answer(adding);
    const auto last = woken();
    REQUIRE(last.size() == 2);
    CHECK(last[1] == WakeUp{WelcomeWaiting{to_bytes("bob")}});
    subscribe(3, {{}, {to_bytes("bob")}});
    CHECK(woken().size() == 1);
    endpoint.frame(Subscriber{3}, Bytes{1, 2, 3});
    CHECK(woken() == std::vector<WakeUp>{NotSubscribed{}});
  });
}

TEST_CASE("a truncated, extended or unknown request is refused with the rule and the field") {
  store::MemoryStore store;
  World world{store};
  ServiceEndpoint endpoint(world.service, [] { return now; });
  const Bytes whole = codec::encode(world.request(creation()));
  const auto refused_rule = [&](const Bytes& octets) {
    const auto reply = codec::decode<Reply>(endpoint.answer(octets)).value();
    const Refused* no = reply.body.as<Refused>();
    REQUIRE(no != nullptr);
    CHECK(no->refusal == Refusal::malformed);
    return to_text(no->rule);
  };
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string rule =
        refused_rule(Bytes(whole.begin(), whole.begin() + static_cast<long>(size)));
    CHECK((rule == "truncated" || rule == "unknown_selector"));
  }
  Bytes longer = whole;
  longer.push_back(0);
  CHECK(refused_rule(longer) == "trailing_bytes");
  Bytes unknown = whole;
  unknown[16] = 0xff;
  CHECK(refused_rule(unknown) == "unknown_selector");
  CHECK_FALSE(world.log.head(group));
}

}  // namespace thicket::delivery
