// A process that lives through epochs of a group, as the tests' small clients with durable stores
// do, and waits at each mark, so that another process can look at its memory. What is derived is
// told on standard output: "LABEL HEX", masked; and "AT MARK".
#include <cstring>
#include <iostream>

#include "kit/local_service.h"
#include "memory/noting_provider.h"

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

namespace {

using namespace thicket;
using kit::Client;

void tell(std::string_view label, const Bytes& masked) {
  std::string name(label);
  for (char& letter : name) {
    if (letter == ' ') letter = '_';
  }
  std::cout << name << ' ' << to_hex(masked) << '\n';
}

void wait_at(const char* mark) {
  std::cout << "AT " << mark << std::endl;
  std::string answer;
  std::getline(std::cin, answer);
}

std::unique_ptr<store::Store> store_in(const kit::TemporaryDirectory& directory,
                                       const std::string& name) {
  if (std::getenv("THICKET_EPOCHS_IN_MEMORY") != nullptr) {
    return std::make_unique<store::MemoryStore>();
  }
  return store::open_sqlite(directory.file(name));
}

struct People {
  explicit People(const crypto::Provider& library)
      : ana(library, service, "ana", kit::noon, kit::usual_suite(), store_in(directory, "ana")),
        bob(library, service, "bob", kit::noon, kit::usual_suite(), store_in(directory, "bob")),
        cid(library, service, "cid", kit::noon, kit::usual_suite(), store_in(directory, "cid")) {
    for (Client* one : all()) {
      one->policy.past_epochs = 1;
      one->policy.resumption_psks = 1;
    }
  }
  std::vector<Client*> all() { return {&ana, &bob, &cid}; }

  void talk() {
    for (Client* one : all()) {
      one->say("a word");
      one->say("another");
    }
    for (Client* one : all()) one->sync();
  }
  void renew(Client& by) {
    REQUIRE(by.commit({.force_path = true}));
    for (Client* one : all()) one->sync();
  }
  void propose_update(Client& by) {
    const auto staged =
        by.loaded([&] { return by.group->propose_update(std::nullopt, by.random); });
    const auto outgoing =
        kit::good(staged.release(kit::good(group::store(by.sink, staged.before_send()))));
    static_cast<void>(by.call(transport::PostProposal{by.group->group_id(), outgoing.message}));
    for (Client* one : all()) one->sync();
  }

  kit::Local service;
  kit::TemporaryDirectory directory;
  Client ana;
  Client bob;
  Client cid;
};

void gather(People& people) {
  const Bytes bobs = people.bob.upload_key_package();
  const Bytes cids = people.cid.upload_key_package();
  people.ana.create(to_bytes("the group"));
  REQUIRE(people.ana.commit(people.ana.adding({"bob", "cid"})));
  people.bob.join(bobs);
  people.cid.join(cids);
}

// Whoever's leaf is renewed, and each node above it.
void live(People& people) {
  for (Client* one : people.all()) {
    people.talk();
    people.renew(*one);
  }
  people.propose_update(people.bob);
  people.renew(people.ana);
  people.talk();
}

// What a careless program would keep: each confirmation key, copied.
void keep(std::string_view label, const Bytes& masked) {
  static std::vector<Bytes> kept;
  if (label != "confirm") return;
  kept.push_back(masked);
  for (std::size_t i = 0; i < masked.size(); ++i) {
    kept.back()[i] = static_cast<std::uint8_t>(masked[i] ^ memory::mask_of(i));
  }
}

}  // namespace

// With any argument it is careless.
int main(int count, char**) {
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  context.setAssertHandler([](const doctest::AssertData& data) {
    if (data.m_failed) throw std::runtime_error(data.m_expr);
  });
  const auto library = kit::usual_provider();
  const memory::NotingProvider noting(*library, [&](std::string_view label, const Bytes& masked) {
    tell(label, masked);
    if (count > 1) keep(label, masked);
  });
  People people(noting);
  gather(people);
  live(people);
  wait_at("lived");
  people.renew(people.cid);
  wait_at("an-epoch-later");
  live(people);
  live(people);
  // As the documentation asks of a client that has nothing else to do.
  for (Client* one : people.all()) one->store.scrub();
  wait_at("renewed");
  return 0;
}
