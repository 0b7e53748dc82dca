// Bad input at the door of a group: each client of the official histories, and a service beside it,
// is shown damaged Welcomes, proposals and commits before the real ones. Each is refused by rule
// and field and changes nothing, and the history goes on.
#include <doctest/doctest.h>

#include "crypto/awslc/awslc.h"
#include "damage.h"
#include "group/public_group.h"
#include "kit/official.h"
#include "kit/person.h"
#include "kit/rows.h"
#include "kit/standing.h"
#include "vectors/passive_client.h"

namespace {

using namespace thicket;
using kit::good;
using vectors::Field;
using vectors::Person;
using vectors::vector_now;

bool names_rule_and_field(const Error& error) {
  return error.rule != Rule::internal_need &&
         (!error.path.empty() || error.rule == Rule::trailing_bytes);
}

// What is shown instead of a message: cut at some lengths, with bits flipped, with other lengths.
std::vector<Bytes> damaged(fuzz::Damage& damage, const Bytes& message) {
  const std::size_t cuts = fuzz::long_run() ? message.size() : 6;
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < cuts; ++i) {
    const std::size_t left = message.size() * i / cuts;
    out.emplace_back(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(left));
  }
  out.emplace_back(message.begin(), message.end() - 1);
  for (std::size_t i = 0; i < (fuzz::long_run() ? 200U : 6U); ++i) {
    out.push_back(damage.flipped(message));
    out.push_back(damage.misjudged(message));
    out.push_back(damage.of(message));
  }
  std::erase(out, message);
  return out;
}

struct Count {
  std::size_t messages = 0;
  std::size_t refused = 0;
};

template <class Outcome>
void must_be_refused(const Outcome& outcome, const Bytes& bad, Count& count) {
  ++count.refused;
  if (outcome) {
    FAIL_CHECK("damaged, and accepted: ", to_hex(bad));
  } else if (!names_rule_and_field(outcome.error())) {
    FAIL_CHECK("refused without a field: ", describe(outcome.error()), " of ", to_hex(bad));
  }
}

// The public half of what the client is in; nothing where its messages are private.
class Service final {
 public:
  Service(const crypto::Provider& provider, group::Group& group) {
    const GroupInfo info = good(group.group_info({}));
    const Bytes tree = good(group.ratchet_tree());
    group_ = good(group::PublicGroup::create({provider, believer_, policy_},
                                             {info, tree, vector_now, Bytes(16)}));
  }

  // Membership and confirmation tag are what a service cannot check; they stand last.
  void show(const std::vector<Bytes>& bad, const Bytes& message, Count& count) {
    if (!group_ || !is_public(message)) return group_.reset();
    const Bytes head = signed_part(message);
    const GroupContext before = group_->context();
    for (const Bytes& one : bad) {
      const auto outcome = group_->check(one, vector_now);
      if (outcome && signed_part(one) == head) continue;
      must_be_refused(outcome, one, count);
    }
    CHECK(group_->context() == before);
    auto staged = good(group_->check(message, vector_now));
    const auto stored = good(group::store(rows_, staged.delta()));
    good(group_->accept(std::move(staged), stored));
  }
  void agrees(const group::Group& group) {
    if (group_) CHECK(group_->context() == group.context());
  }

 private:
  static bool is_public(const Bytes& message) {
    const auto outer = codec::decode<MLSMessage>(message);
    return outer && outer->wire_format.as<PublicMessage>() != nullptr;
  }
  static Bytes signed_part(const Bytes& message) {
    const auto outer = codec::decode<MLSMessage>(message);
    const auto* inner = outer ? outer->wire_format.as<PublicMessage>() : nullptr;
    if (inner == nullptr) return {};
    return concat({codec::encode(inner->content), inner->auth.signature});
  }

  vectors::Believer believer_;
  group::Policy policy_ = vectors::vector_policy();
  kit::MemoryRows rows_;
  std::unique_ptr<group::PublicGroup> group_;
};

class Client final {
 public:
  Client(const crypto::Provider& provider, const nlohmann::json& one, Count& count)
      : provider_(provider), test_(one), person_(setting_), count_(count) {}

  void live() {
    join();
    Service service(provider_, person_.group());
    for (const Field& epoch : test_["epochs"].elements()) {
      for (const Field& proposal : epoch["proposals"].elements()) {
        receive(service, proposal.octets());
      }
      receive(service, epoch["commit"].octets());
      epoch["epoch_authenticator"].equals(person_.group().epoch_authenticator());
      service.agrees(person_.group());
    }
  }

 private:
  void join() {
    const crypto::Crypto crypto = vectors::crypto_of(setting_, test_["cipher_suite"]);
    vectors::give_psks(person_, test_);
    const group::OwnKeyPackage own = vectors::passive_key_package(crypto, test_);
    Person::Invitation invitation = vectors::passive_invitation(test_);
    const Bytes welcome = invitation.welcome;
    ++count_.messages;
    for (const Bytes& bad : damaged(damage_, welcome)) {
      invitation.welcome = bad;
      must_be_refused(person_.join(invitation, own, provider_.random()), bad, count_);
    }
    invitation.welcome = welcome;
    good(person_.join(invitation, own, provider_.random()));
  }

  void receive(Service& service, const Bytes& message) {
    ++count_.messages;
    const std::vector<Bytes> bad = damaged(damage_, message);
    const kit::Standing before = kit::standing_of(person_.group());
    for (const Bytes& one : bad) {
      must_be_refused(person_.group().process(one, vector_now), one, count_);
    }
    CHECK(kit::standing_of(person_.group()) == before);
    service.show(bad, message, count_);
    good(person_.receive(message));
  }

  const crypto::Provider& provider_;
  vectors::Setting setting_{provider_, crypto::default_profile()};
  Field test_;
  Person person_;
  Count& count_;
  fuzz::Damage damage_{9420};
};

void follow(const std::string& file, std::size_t cases) {
  const auto provider = crypto::make_awslc();
  Count count;
  kit::for_each_official(file, cases, [&](const nlohmann::json& one) {
    try {
      Client(*provider, one, count).live();
    } catch (const vectors::Difference& difference) {
      FAIL(difference.field << ": " << difference.what);
    }
  });
  if (count.messages > 0) CHECK(count.refused > 15 * count.messages);
  MESSAGE(count.messages, " messages, ", count.refused, " refused");
}

}  // namespace

TEST_CASE("corpus: official Welcomes, damaged, let nobody in") {
  follow("mls/passive-client-welcome.json", 56);
}

TEST_CASE("corpus: official proposals and commits, damaged, are refused and change nothing") {
  follow("mls/passive-client-handling-commit.json", 91);
}

TEST_CASE("corpus: a long official history goes on, whatever is shown between its messages") {
  follow("mls/passive-client-random.json", 1);
}
