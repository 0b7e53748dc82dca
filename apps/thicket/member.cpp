// thicket member: one member of one group, with its state in a file of its own, and what its memory
// was at the most. For small machines: what it is told stands in files that another has prepared.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/machine_failure.h"
#include "base/os/heap.h"
#include "codec/codec.h"
#include "crypto/seeded_random.h"
#include "group/join.h"
#include "group/warm_group.h"
#include "group_store/group_rows.h"
#include "group_store/own_key_packages.h"
#include "messages/wire.h"
#include "store/sqlite/sqlite_store.h"
#include "thicket/input.h"
#include "thicket/verbs.h"

namespace thicket::cli {

// How a member gets in. For measuring: its private keys follow from a seed.
struct Invitation {
  Bytes key_package_ref;
  Bytes own_key_package;  // as a row of the store
  Bytes welcome;
  bool operator==(const Invitation&) const = default;
};

// What the others then send.
struct Conversation {
  Bytes group_id;
  std::vector<Bytes> messages;
  Bytes epoch_authenticator;  // after all of them
  bool operator==(const Conversation&) const = default;
};

namespace {

struct Options {
  std::string folder;
  std::string state;
  bool prepare = false;
  std::string suite = "1";
  std::uint32_t members = 1000;
  std::uint64_t seed = 1;
};

constexpr std::size_t commits = 8;

template <class T>
T good(Result<T> result) {
  if (!result) throw MachineFailure("a step failed: " + describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Nowhere final : public group::DeltaSink {
 public:
  void write(const group::PublicDelta&, std::span<const group::SecretRow>) override {}
};

// The member that the others are: it invites, commits, and says something in each epoch.
class Inviter final {
 public:
  Inviter(const group::WarmGroup& fixture, const crypto::Provider& provider, std::uint64_t seed)
      : random_(seed), group_(fixture.member(LeafIndex{0}, provider)) {}
  Inviter(const Inviter&) = delete;
  Inviter& operator=(const Inviter&) = delete;

  group::Outgoing commit(std::vector<Proposal> proposals) {
    group::CommitPlan plan;
    for (Proposal& proposal : proposals) plan.proposals.push_back(std::move(proposal));
    group::Staged staged = good(group_->commit(plan, group::warm_now, random_));
    group::Outgoing out = release(staged);
    const group::Stored stored = good(group::store(sink_, staged.on_accept()));
    good(group_->accept(std::move(staged), stored));
    return out;
  }
  Bytes say(ByteView text) {
    auto sent = good(group_->send(text, random_));
    return release(std::get<group::Staged>(sent)).message;
  }
  const group::Group& group() const { return *group_; }

 private:
  group::Outgoing release(const group::Staged& staged) {
    return good(staged.release(good(group::store(sink_, staged.before_send()))));
  }

  crypto::SeededRandom random_;
  std::unique_ptr<group::Group> group_;
  Nowhere sink_;
};

void write_file(const std::string& path, ByteView octets) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(octets.data()),
            static_cast<std::streamsize>(octets.size()));
  out.close();
  if (!out) throw MachineFailure("cannot write " + path);
}

template <class T>
T read_file(const std::string& path) {
  auto value = codec::decode<T>(read_input(path));
  if (!value) throw UsageError{path + " is no file of --prepare"};
  return std::move(*value);
}

constexpr const char* invitation_file = "/invitation";
constexpr const char* conversation_file = "/conversation";

int prepare(const Options& options, const Run& run) {
  const auto suite = crypto::suite_named(options.suite);
  if (!suite) throw UsageError{"no suite is called " + options.suite};
  if (options.members < 2 || options.members > group::warm_members_max)
    throw UsageError{"--members takes 2 to " + std::to_string(group::warm_members_max)};
  const auto provider = run.make_provider(1);
  const group::WarmGroup fixture(*provider, **suite,
                                 {.members = options.members - 1, .seed = options.seed});
  crypto::SeededRandom random(options.seed);
  const auto own = good(group::make_key_package(
      *provider, fixture.outsider(0),
      {.cipher_suite = (*suite)->id, .lifetime = group::warm_lifetime}, random));
  Inviter inviter(fixture, *provider, options.seed);
  const Invitation invitation{group::key_package_ref(fixture.crypto(), own.key_package),
                              to_bytes(group::encode_own(own).reveal()),
                              inviter.commit({Add{own.key_package}}).welcome.value()};
  Conversation conversation{fixture.context().group_id, {}, {}};
  for (std::size_t i = 0; i < commits; ++i) {
    conversation.messages.push_back(inviter.say(view_of("a message in this epoch")));
    conversation.messages.push_back(inviter.commit({}).message);
  }
  conversation.epoch_authenticator = to_bytes(inviter.group().epoch_authenticator());
  std::filesystem::create_directories(options.folder);
  write_file(options.folder + invitation_file, codec::encode(invitation));
  write_file(options.folder + conversation_file, codec::encode(conversation));
  std::cout << "wrote to " << options.folder << " how one joins a group of " << options.members
            << ", and " << conversation.messages.size() << " messages\n";
  return fine;
}

// What `act` answers once everything that it needs of the store is loaded.
template <class Act>
auto loaded(group::Group& group, group::RowSource& rows, const Act& act) {
  for (;;) {
    auto outcome = act();
    if (outcome || !outcome.error().is_need()) return good(std::move(outcome));
    good(group.supply(outcome.error().need, rows));
  }
}

// The member itself: as a client does it, each step stored before it takes effect.
class OneMember final {
 public:
  OneMember(const crypto::Provider& provider, const std::string& state)
      : provider_(provider), store_(store::open_sqlite(state)) {}
  OneMember(const OneMember&) = delete;
  OneMember& operator=(const OneMember&) = delete;

  void join(const Invitation& invitation) {
    store::Batch batch;
    group_store::put_own(batch, invitation.key_package_ref,
                         good(group::decode_own(provider_, invitation.own_key_package)));
    if (!store_->apply(batch)) throw MachineFailure("the key package is not stored");
    group_store::StoredKeyPackages key_packages(*store_, provider_);
    const group::NoGroups none;
    auto staged = good(group::join(environment_, {invitation.welcome, key_packages, none},
                                   group::warm_now, provider_.random()));
    const auto stored = good(group::store(sink_, staged.delta()));
    group_ = good(std::move(staged).open(stored));
  }
  void open(ByteView group_id) {
    rows_.emplace(*store_, group_id);
    group_ = good(group::Group::open(environment_, *rows_));
  }
  void receive(ByteView message) {
    auto staged =
        loaded(*group_, *rows_, [&] { return group_->process(message, group::warm_now); });
    const auto stored = good(group::store(sink_, staged.on_accept()));
    good(group_->accept(std::move(staged), stored));
  }
  std::size_t say(ByteView text) {
    auto sent = loaded(*group_, *rows_, [&] { return group_->send(text, provider_.random()); });
    const auto& staged = std::get<group::Staged>(sent);
    return good(staged.release(good(group::store(sink_, staged.before_send())))).message.size();
  }
  const group::Group& group() const { return *group_; }

 private:
  const crypto::Provider& provider_;
  group::BasicAuthenticator authenticator_;
  group::NoPsks psks_;
  group::Policy policy_;
  group::Environment environment_{provider_, authenticator_, psks_, policy_};
  std::unique_ptr<store::Store> store_;
  group_store::StoreSink sink_{*store_};
  std::optional<group_store::StoredRows> rows_;
  std::unique_ptr<group::Group> group_;
};

int member(const Options& options, const Run& run) {
  if (options.state.empty()) throw UsageError{"--state STORE is required"};
  os::count_peak_heap();
  const auto provider = run.make_provider(1);
  const bool joins = !std::filesystem::exists(options.state);
  OneMember one(*provider, options.state);
  if (joins) {
    one.join(read_file<Invitation>(options.folder + invitation_file));
    std::cout << "joined a group of " << one.group().member_count();
  } else {
    const auto conversation = read_file<Conversation>(options.folder + conversation_file);
    one.open(conversation.group_id);
    for (const Bytes& message : conversation.messages) one.receive(message);
    const std::size_t octets = one.say(view_of("heard you all"));
    if (!equal(one.group().epoch_authenticator(), conversation.epoch_authenticator)) {
      std::cerr << "thicket member: another epoch than the others have\n";
      return check_failed;
    }
    std::cout << "opened a group of " << one.group().member_count() << ", took "
              << conversation.messages.size() << " messages, sent " << octets << " octets";
  }
  std::cout << "; peak heap " << (os::peak_heap() + 1023) / 1024 << " KiB\n";
  return fine;
}

}  // namespace

void add_member(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("member", "One member of one group, and its peak memory");
  const auto options = std::make_shared<Options>();
  verb->add_option("FOLDER", options->folder, "what the member is told, as --prepare wrote it")
      ->required();
  const auto prepares = verb->add_flag("--prepare", options->prepare, "write that folder instead");
  verb->add_option("--state", options->state,
                   "the member's store: a new one joins, an existing one hears the messages")
      ->excludes(prepares);
  verb->add_option("--members", options->members, "with --prepare: of the group, with this one")
      ->needs(prepares)
      ->capture_default_str();
  verb->add_option("--suite", options->suite, "with --prepare: by name or number")
      ->needs(prepares)
      ->capture_default_str();
  verb->add_option("--seed", options->seed, "with --prepare: what all keys follow from")
      ->needs(prepares)
      ->capture_default_str();
  verb->footer(
      "example:  thicket member told --prepare --members 1000\n"
      "          thicket member told --state member.db    (joins)\n"
      "          thicket member told --state member.db    (opens its state, hears the others)");
  verb->callback([options, &run] {
    run.exit_code = options->prepare ? prepare(*options, run) : member(*options, run);
  });
}

}  // namespace thicket::cli
