// Real groups through the service: what PublicGroup lets pass and what it refuses, commits that
// race, and a service that is started anew.
#include <doctest/doctest.h>

#include "kit/local_service.h"

namespace thicket::delivery {
namespace {

using kit::answer;
using kit::check_agreement;
using kit::Client;
using kit::Local;
using kit::noon;

const Bytes group_id = to_bytes("the group");

transport::Refused refusal(const transport::Outcome& outcome) {
  const auto* no = std::get<transport::Reply>(outcome).body.as<transport::Refused>();
  REQUIRE(no != nullptr);
  return *no;
}

}  // namespace

TEST_CASE("people are added, talk, and renew their keys through the service") {
  Local service;
  Client ana(*service.provider, service, "ana");
  Client bob(*service.provider, service, "bob");
  Client eve(*service.provider, service, "eve");
  const Bytes bobs = bob.upload_key_package();
  const Bytes eves = eve.upload_key_package();
  ana.create(group_id);
  REQUIRE(ana.commit(ana.adding({"bob", "eve"})));
  bob.join(bobs);
  eve.join(eves);
  check_agreement({&ana, &bob, &eve});
  bob.say("hello");
  ana.sync();
  eve.sync();
  CHECK(ana.heard == std::vector<std::string>{"hello"});
  CHECK(eve.heard == std::vector<std::string>{"hello"});
  REQUIRE(eve.commit());
  ana.sync();
  bob.sync();
  check_agreement({&ana, &bob, &eve});
}

TEST_CASE("a key package is handed out once") {
  Local service;
  Client ana(*service.provider, service, "ana");
  Client bob(*service.provider, service, "bob");
  bob.upload_key_package();
  bob.upload_key_package();
  const transport::ClaimKeyPackages two{kit::usual_suite(), {to_bytes("bob"), to_bytes("bob")}};
  const auto claimed = answer<transport::Claimed>(ana.call(two)).key_packages;
  REQUIRE(claimed[0]);
  REQUIRE(claimed[1]);
  CHECK(claimed[0] != claimed[1]);
  CHECK_FALSE(answer<transport::Claimed>(ana.call(two)).key_packages[0]);
}

TEST_CASE("a claim that comes again is given the same key package") {
  Local service;
  Client ana(*service.provider, service, "ana");
  Client bob(*service.provider, service, "bob");
  bob.upload_key_package();
  bob.upload_key_package();
  const auto claim =
      ana.request(transport::ClaimKeyPackages{kit::usual_suite(), {to_bytes("bob")}});
  const auto first = answer<transport::Claimed>(service.call(claim));
  service.restart();
  CHECK(answer<transport::Claimed>(service.call(claim)) == first);
}

TEST_CASE("the service's wire profile says what the number of a key package means") {
  // 8 is the X25519 hybrid to mlspp, and nothing to us.
  const crypto::WireProfile& theirs = *kit::good(crypto::profile_named("mlspp"));
  const crypto::Suite& hybrid = *kit::good(theirs.suite_of(CipherSuite{8}));
  Local ours;
  Local mlspp(theirs);
  const auto upload = [&](Local& service) {
    Client bob(*service.provider, service, "bob");
    bob.identity = kit::person(*service.provider, "bob", bob.random, hybrid);
    const auto own = kit::good(
        group::make_key_package(*service.provider, bob.identity,
                                {hybrid.id, bob.lifetime(), {}, false, true, &theirs}, bob.random));
    return bob.call(transport::UploadKeyPackages{{bob.encoded(own.key_package)}});
  };
  answer<transport::Uploaded>(upload(mlspp));
  const transport::Refused no = refusal(upload(ours));
  CHECK(no.refusal == transport::Refusal::broken_rule);
  CHECK(to_text(no.detail).find("unknown_suite") != std::string::npos);
}

TEST_CASE("a name belongs to the key that came first, and a broken key package is not taken") {
  Local service;
  Client bob(*service.provider, service, "bob");
  bob.upload_key_package();
  Client other(*service.provider, service, "bob", Instant{noon.seconds + 1});
  other.identity = kit::person(*service.provider, "bob", other.random);
  const group::KeyPackagePlan plan{kit::usual_suite(), other.lifetime(), {}, false, true};
  auto own =
      kit::good(group::make_key_package(*service.provider, other.identity, plan, other.random));
  const auto upload = [&](const KeyPackage& package) {
    return refusal(other.call(transport::UploadKeyPackages{{other.encoded(package)}}));
  };
  CHECK(upload(own.key_package).refusal == transport::Refusal::name_taken);
  own.key_package.signature[3] ^= 1;
  const auto broken = upload(own.key_package);
  CHECK(broken.refusal == transport::Refusal::broken_rule);
  CHECK(to_text(broken.rule) == "key_package_signature");
}

TEST_CASE("a commit whose signature, path or GroupInfo does not fit takes no epoch") {
  Local service;
  Client ana(*service.provider, service, "ana");
  Client bob(*service.provider, service, "bob");
  const Bytes bobs = bob.upload_key_package();
  ana.create(group_id);
  REQUIRE(ana.commit(ana.adding({"bob"})));
  bob.join(bobs);
  auto prepared = bob.prepare({});
  const auto& good_post = *prepared.request.body.as<transport::PostCommit>();
  const Bytes message = good_post.commit.as<transport::Octets>()->octets;
  const auto try_with = [&](const std::function<void(transport::PostCommit&)>& change) {
    transport::PostCommit post = good_post;
    change(post);
    const auto no = refusal(bob.call(post));
    CHECK(no.refusal == transport::Refusal::broken_rule);
    return to_text(no.rule);
  };
  const auto as_commit = [&](PublicMessage public_message) {
    return transport::Body(transport::Octets{bob.encoded(std::move(public_message))});
  };
  const auto decoded = kit::good(codec::decode<MLSMessage>(message));
  PublicMessage signature = *decoded.wire_format.as<PublicMessage>();
  signature.auth.signature[5] ^= 1;
  CHECK(try_with([&](auto& post) { post.commit = as_commit(signature); }) == "message_signature");
  CHECK(try_with([&](auto& post) {
          auto info = kit::good(
              codec::decode<MLSMessage>(post.group_info->template as<transport::Octets>()->octets));
          info.wire_format.template as<GroupInfo>()->group_context.tree_hash[0] ^= 1;
          post.group_info = transport::Octets{codec::encode(info)};
        }) == "tree_hash");
  CHECK(try_with([&](auto& post) {
          auto info = kit::good(
              codec::decode<MLSMessage>(post.group_info->template as<transport::Octets>()->octets));
          info.wire_format.template as<GroupInfo>()->signature[0] ^= 1;
          post.group_info = transport::Octets{codec::encode(info)};
        }) == "group_info_signature");
  const auto won = answer<transport::Won>(service.call(prepared.request));
  CHECK(won.head.epoch == Epoch{2});
}

TEST_CASE("two members commit at once: one wins, the other follows and commits again") {
  Local service;
  Client ana(*service.provider, service, "ana");
  Client bob(*service.provider, service, "bob");
  const Bytes bobs = bob.upload_key_package();
  ana.create(group_id);
  REQUIRE(ana.commit(ana.adding({"bob"})));
  bob.join(bobs);
  auto anas_commit = ana.prepare({});
  CHECK(bob.commit());
  const auto outcome = service.call(anas_commit.request);
  CHECK(answer<transport::Lost>(outcome).head.epoch == Epoch{2});
  ana.sync();
  check_agreement({&ana, &bob});
  CHECK(ana.commit());
  bob.sync();
  check_agreement({&ana, &bob});
}

TEST_CASE("a service that was stopped goes on where it was, and knows its verdicts") {
  Local service;
  Client ana(*service.provider, service, "ana");
  Client bob(*service.provider, service, "bob");
  Client eve(*service.provider, service, "eve");
  const Bytes bobs = bob.upload_key_package();
  const Bytes eves = eve.upload_key_package();
  ana.create(group_id);
  REQUIRE(ana.commit(ana.adding({"bob"})));
  service.restart();
  bob.join(bobs);
  auto prepared = ana.prepare(ana.adding({"eve"}));
  const auto won = answer<transport::Won>(service.call(prepared.request));
  service.restart();
  // The answer was lost with the connection: the same request again.
  CHECK(answer<transport::Won>(service.call(prepared.request)) == won);
  ana.accept(std::move(prepared.staged));
  ana.next = won.number + 1;
  service.restart();
  bob.sync();
  REQUIRE(bob.commit());
  service.restart();
  ana.sync();
  // Eve was away: the tree of her epoch is still there.
  eve.join(eves);
  eve.sync();
  check_agreement({&ana, &bob, &eve});
}

TEST_CASE("a proposal is taken, and a commit by reference to it, also after a restart") {
  Local service;
  Client ana(*service.provider, service, "ana");
  Client bob(*service.provider, service, "bob");
  const Bytes bobs = bob.upload_key_package();
  ana.create(group_id);
  REQUIRE(ana.commit(ana.adding({"bob"})));
  bob.join(bobs);
  const auto update = kit::good(bob.group->propose_update(std::nullopt, bob.random));
  const auto outgoing =
      kit::good(update.release(kit::good(group::store(bob.sink, update.before_send()))));
  const transport::PostProposal post{group_id, outgoing.message};
  const auto number = answer<transport::Posted>(bob.call(post)).number;
  service.restart();
  ana.sync();
  CHECK(ana.next == number + 1);
  REQUIRE(ana.commit());
  bob.sync();
  check_agreement({&ana, &bob});
  CHECK(refusal(bob.call(post)).refusal == transport::Refusal::wrong_epoch);
}

}  // namespace thicket::delivery
