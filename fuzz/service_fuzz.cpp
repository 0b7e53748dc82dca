// The service without its sockets: a story of requests, each one of those that clients really sent,
// with edits; or any octets as a request or as a frame. The store is the same before every story.
#include "delivery/endpoint.h"
#include "edit.h"
#include "house.h"
#include "kit/client.h"
#include "target.h"
#include "transport/wire.h"

namespace {

using namespace thicket;
using fuzz::Edit;
using fuzz::Script;
using kit::Client;
using kit::good;

enum class Act : std::uint8_t {
  story,  // an edit's stage names the request; those of one stage in a row change the same one
  request_octets,
  frame_octets,
};
constexpr std::size_t acts = 3;

// A service on a store.
class Running final {
 public:
  Running(const crypto::Provider& library, store::Store& store)
      : handshakes_(delivery::public_handshakes({library, authenticator_, policy_}, store)),
        log_(store),
        service_({store, log_, *handshakes_, library}),
        endpoint_(service_, [] { return kit::noon; }) {}
  delivery::ServiceEndpoint& endpoint() { return endpoint_; }

 private:
  group::BasicAuthenticator authenticator_;
  group::Policy policy_;
  std::unique_ptr<delivery::Handshakes> handshakes_;
  delivery::StoreLog log_;
  delivery::Service service_;
  delivery::ServiceEndpoint endpoint_;
};

// A memory store that can be copied: what a batch says is done to both.
class Noted final : public store::Store {
 public:
  std::optional<Bytes> get(std::string_view space, ByteView key) override {
    return store_.get(space, key);
  }
  std::vector<store::Row> scan(std::string_view space, const store::Range& range) override {
    return store_.scan(space, range);
  }
  bool apply(const store::Batch& batch) override {
    for (const store::Change& change : batch.changes()) spaces_.insert(change.space);
    return store_.apply(batch);
  }
  void scrub() override {}

  void copy_to(store::Store& other) {
    store::Batch batch;
    for (const std::string& space : spaces_) {
      for (const store::Row& row : store_.scan(space, {})) batch.put(space, row.key, row.value);
    }
    THICKET_ASSERT(other.apply(batch));
  }

 private:
  store::MemoryStore store_;
  std::set<std::string> spaces_;
};

// Clients whose requests are answered, and kept. From `live` on they are templates of stories.
class Town final : public transport::Caller {
 public:
  Town() : running_(*provider_, store_) {
    Client ana(*provider_, *this, "ana");
    Client bob(*provider_, *this, "bob");
    Client eve(*provider_, *this, "eve");
    const Bytes bobs = bob.upload_key_package();
    const Bytes eves = eve.upload_key_package();
    ana.create(to_bytes("the group"));
    THICKET_ASSERT(ana.commit(ana.adding({"bob"})));
    bob.join(bobs);
    bob.say("hello");
    store_.copy_to(before_);
    requests_.clear();
    live(ana, bob, eve, eves);
  }
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  transport::Outcome call(const transport::Request& request) override {
    requests_.push_back(request);
    return good(
        codec::decode<transport::Reply>(running_.endpoint().answer(codec::encode(request))));
  }

  const crypto::Provider& provider() const { return *provider_; }
  const std::vector<transport::Request>& requests() const { return requests_; }
  void copy_to(store::Store& other) { before_.copy_to(other); }
  Bytes subscription() const {
    return codec::encode(transport::Subscribe{{{to_bytes("the group"), 0}}, {Bytes(32, 1)}});
  }

 private:
  // What the next requests may be, each right where the last one left off.
  void live(Client& ana, Client& bob, Client& eve, const Bytes& eves) {
    ana.sync();
    bob.say("and again");
    ana.sync();
    ana.upload_key_package();
    const auto proposed = good(bob.group->propose_update(std::nullopt, bob.random));
    const auto outgoing =
        good(proposed.release(good(group::store(bob.sink, proposed.before_send()))));
    static_cast<void>(bob.call(transport::PostProposal{to_bytes("the group"), outgoing.message}));
    ana.sync();
    THICKET_ASSERT(ana.commit(ana.adding({"eve"})));
    eve.join(eves);
    const Bytes blob(100, 1);
    static_cast<void>(ana.call(transport::PutBlob{blob}));
    static_cast<void>(ana.call(transport::FetchBlob{Bytes(32, 2)}));
    static_cast<void>(eve.call(transport::FetchGroup{to_bytes("the group")}));
    Client dan(*provider_, *this, "dan");
    dan.create(to_bytes("another"));
  }

  const std::unique_ptr<crypto::Provider> provider_ = kit::usual_provider();
  Noted store_;
  Noted before_;
  Running running_;
  std::vector<transport::Request> requests_;
};

Town& town() {
  fuzz::prepare_kit();
  static Town there;
  return there;
}

void answered(delivery::ServiceEndpoint& endpoint, ByteView request) {
  const auto reply = codec::decode<transport::Reply>(endpoint.answer(request));
  THICKET_ASSERT(reply.has_value());
  static_cast<void>(endpoint.pushes());
}

void play(delivery::ServiceEndpoint& endpoint, const std::vector<Edit>& edits) {
  const auto& requests = town().requests();
  for (std::size_t i = 0; i < edits.size();) {
    const std::uint8_t stage = edits[i].stage;
    transport::Request request = requests[stage % requests.size()];
    // How 0xff: as it is.
    for (; i < edits.size() && edits[i].stage == stage; ++i) {
      if (edits[i].how != 0xff) fuzz::apply(edits[i], request.body);
    }
    answered(endpoint, codec::encode(request));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto script = codec::decode<Script>(ByteView(data, size));
  if (!script) return 0;
  store::MemoryStore store;
  town().copy_to(store);
  Running running(town().provider(), store);
  running.endpoint().frame({1}, town().subscription());
  switch (static_cast<Act>(script->act % acts)) {
    case Act::story:
      play(running.endpoint(), script->edits);
      break;
    case Act::request_octets:
      answered(running.endpoint(), script->octets);
      break;
    case Act::frame_octets:
      running.endpoint().frame({2}, script->octets);
      static_cast<void>(running.endpoint().pushes());
      running.endpoint().gone({2});
      break;
  }
  running.endpoint().gone({1});
  return 0;
}

std::vector<Bytes> thicket::fuzz::seeds() {
  std::vector<Bytes> out;
  Script all{0, {}, {}};
  const auto& requests = town().requests();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Edit as_it_is{static_cast<std::uint8_t>(i), 0, 0xff, {}};
    all.edits.push_back(as_it_is);
    out.push_back(codec::encode(Script{0, {}, {as_it_is}}));
    out.push_back(codec::encode(Script{1, codec::encode(requests[i]), {}}));
  }
  out.push_back(codec::encode(all));
  out.push_back(codec::encode(Script{2, town().subscription(), {}}));
  return out;
}
