// The program `thicket-interop`: Thicket behind the working group's interop harness, on the
// loopback. Exit codes: 0 ended by a signal, 2 usage, 3 the machine.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <thread>

#include "crypto/awslc/awslc.h"
#ifdef THICKET_HAS_OPENSSL
#include "crypto/openssl/openssl.h"
#endif
#include "thicket-interop/service.h"

namespace {

using namespace thicket;

struct Options {
  int port = 0;
  std::string provider = "awslc";
  std::string profile = "thicket";
  bool reopen = false;
  bool no_grease = false;
};

// All parts are named here.
std::unique_ptr<crypto::Provider> make_provider(const std::string& name) {
  const std::size_t workers = std::thread::hardware_concurrency();
#ifdef THICKET_HAS_OPENSSL
  if (name == "openssl") return crypto::make_openssl({.workers = workers});
#endif
  if (name == "awslc") return crypto::make_awslc({.workers = workers});
  return nullptr;
}

int complain(std::string_view what, int exit_code) {
  std::cerr << "thicket-interop: " << what << "\n";
  return exit_code;
}

int serve(const Options& options) {
  const auto profile = crypto::profile_named(options.profile);
  if (!profile) return complain("no wire profile " + options.profile + " (--help says how)", 2);
  const auto provider = make_provider(options.provider);
  if (!provider) return complain("no provider " + options.provider + " (--help says how)", 2);

  // Blocked before any thread starts, so that they come to sigwait() alone.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const interop::Settings settings{*provider, **profile, options.reopen, !options.no_grease};
  const auto service = interop::make_service(settings, "Thicket");
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(options.port),
                           grpc::InsecureServerCredentials(), &port);
  // Trees and Welcomes of large groups are larger than the four megabytes that gRPC takes unasked.
  builder.SetMaxReceiveMessageSize(1 << 28);
  builder.RegisterService(service.get());
  const auto server = builder.BuildAndStart();
  if (!server || port == 0) return complain("cannot listen on that port", 3);
  std::cout << "listening on 127.0.0.1:" << port << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Thicket behind the working group's interop harness: a gRPC server of MLSClient.");
  app.name("thicket-interop");
  Options options;
  app.add_option("--port", options.port, "of 127.0.0.1 to listen on; 0: a free one, printed")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app.add_option("--provider", options.provider, "the cryptographic library: awslc or openssl")
      ->capture_default_str();
  app.add_option("--profile", options.profile,
                 "what the code points of suites mean: thicket, mlspp or openmls-0.9")
      ->capture_default_str();
  app.add_flag("--reopen", options.reopen,
               "close each group, and open it from its rows, before each call");
  app.add_flag("--no-grease", options.no_grease,
               "for peers that cannot read GREASE: put none into what is sent");
  app.footer(
      "It prints the address that it listens on, and ends at SIGINT or SIGTERM.\n"
      "example:  thicket-interop --port 50001 --profile mlspp");
  try {
    app.parse(argc, argv);
    return serve(options);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return complain(std::string(error.what()) + " (--help says how)", 2);
  } catch (const std::exception& failure) {
    return complain(failure.what(), 3);
  }
}
