// thicket serve: the delivery service as a process. Its parts are listed here: an SQLite file, the
// log on it, the public half of the protocol, the network.
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>

#include "base/machine_failure.h"
#include "delivery/endpoint.h"
#include "group/basic_authenticator.h"
#include "group/policy.h"
#include "store/sqlite/sqlite_store.h"
#include "thicket/verbs.h"
#include "transport/server.h"

namespace thicket::cli {
namespace {

struct ServeArguments {
  std::string listen = "127.0.0.1:8420";
  std::string data;
  std::string certificate;
  std::string key;
  std::string profile = "thicket";
  group::ExternalCommits external_commits = group::ExternalCommits::anyone;
};

Instant system_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Instant{
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count())};
}

// Drawn when the data directory is made. Another one after a restore tells clients that what they
// know may be ahead of what is here.
std::array<std::uint8_t, 16> incarnation_of(store::Store& store, Random& random) {
  constexpr std::string_view space = "service";
  const ByteView key = view_of("incarnation");
  std::array<std::uint8_t, 16> out{};
  if (const auto known = store.get(space, key); known && known->size() == out.size()) {
    std::copy(known->begin(), known->end(), out.begin());
    return out;
  }
  random.fill(out);
  store::Batch batch;
  batch.put(space, key, out);
  if (!store.apply(batch)) throw MachineFailure("the store refused its first row");
  return out;
}

std::unique_ptr<store::Store> open_data(const std::string& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  if (failure) throw MachineFailure(directory + ": " + failure.message());
  // What lies in it says who talks to whom, and when.
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failure);
  return store::open_sqlite((std::filesystem::path(directory) / "service.sqlite").string());
}

void serve(const ServeArguments& arguments, Run& run) {
  if (arguments.certificate.empty() != arguments.key.empty())
    throw UsageError{"--certificate and --key go together"};
  for (const std::string& file : {arguments.certificate, arguments.key})
    if (!file.empty() && !std::filesystem::exists(file)) throw UsageError{"there is no " + file};
  const crypto::Provider& provider = run.provider();
  const auto store = open_data(arguments.data);
  const group::BasicAuthenticator authenticator;
  const auto profile = crypto::profile_named(arguments.profile);
  if (!profile) throw UsageError{"no profile is called " + arguments.profile};
  group::Policy policy;
  policy.profile = *profile;
  policy.external_commits = arguments.external_commits;
  const auto handshakes = delivery::public_handshakes({provider, authenticator, policy}, *store);
  delivery::StoreLog log(*store);
  delivery::Service service({*store,
                             log,
                             *handshakes,
                             provider,
                             incarnation_of(*store, provider.random()),
                             {},
                             *profile});
  delivery::ServiceEndpoint endpoint(service, system_clock);

  transport::ServerOptions options;
  options.listen = arguments.listen;
  if (!arguments.certificate.empty())
    options.tls = transport::TlsFiles{arguments.certificate, arguments.key};
  transport::raise_file_limit();
  auto listening = transport::listen(options, endpoint);
  if (!listening) throw UsageError{"--listen: " + describe(listening.error())};
  std::cout << "listening on " << (*listening)->url() << std::endl;
  (*listening)->run();
  run.exit_code = fine;
}

}  // namespace

void add_serve(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("serve", "Run the delivery service.");
  const auto arguments = std::make_shared<ServeArguments>();
  verb->add_option("--listen", arguments->listen, "address and port; port 0 takes a free one")
      ->capture_default_str();
  verb->add_option("--data", arguments->data, "directory of its state, made if need be")
      ->required();
  verb->add_option("--certificate", arguments->certificate,
                   "certificate chain (PEM); without one it serves loopback only");
  verb->add_option("--key", arguments->key, "the certificate's key (PEM)");
  verb->add_option("--profile", arguments->profile,
                   "the wire profile of new groups and key packages: which number is which suite")
      ->capture_default_str();
  verb->add_option("--external-commits", arguments->external_commits,
                   "whose commits from outside are taken: anyone, returning (members only), nobody")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, group::ExternalCommits>{
              {"anyone", group::ExternalCommits::anyone},
              {"returning", group::ExternalCommits::returning},
              {"nobody", group::ExternalCommits::nobody}},
          CLI::ignore_case));
  verb->footer(
      "It prints the URL it listens on, and serves until SIGTERM or SIGINT.\n"
      "example:  thicket serve --listen 127.0.0.1:8420 --data ./service");
  verb->callback([arguments, &run] { serve(*arguments, run); });
}

}  // namespace thicket::cli
