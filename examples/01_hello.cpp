// Two members, in one process and in memory: alice makes a group, adds bob, and says hello.
#include <iostream>

#include "person.h"

using namespace thicket;

int main() {
  const auto provider = crypto::make_awslc();
  examples::Person alice(*provider, "alice");
  examples::Person bob(*provider, "bob");

  alice.create("lunch");
  group::CommitPlan plan;
  plan.proposals.push_back(Add{bob.key_package()});
  group::Staged commit = alice.group().commit(plan, examples::clock_now(), alice.random()).value();
  const group::Outgoing sent = alice.release(commit);  // stored, then handed out
  alice.accept(std::move(commit));                     // the service said that it was first
  bob.join(*sent.welcome);

  auto hello = alice.group().send(view_of("hello, bob"), alice.random()).value();
  const Bytes message = alice.release(std::get<group::Staged>(hello)).message;
  const group::Event event = bob.receive(message);
  const auto& heard = std::get<group::ApplicationMessage>(event);
  std::cout << to_text(heard.client_id) << " says: " << to_text(heard.data) << "\n";
  return heard.data == to_bytes("hello, bob") ? 0 : 1;
}
