// The network side of a service: HTTP/1.1 for requests, WebSocket for those who wait for news.
// A request is `POST /v1` with its octets as body; a subscription is a WebSocket at `/v1/wake`.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "transport/tls.h"

namespace thicket::transport {

// A WebSocket that is open.
struct Subscriber {
  std::uint64_t id = 0;
  auto operator<=>(const Subscriber&) const = default;
};

// Octets for a subscriber.
struct Push {
  Subscriber to;
  Bytes frame;
};

// What a service is to the network. All calls come from the thread of run(), one at a time.
class Endpoint {
 public:
  virtual ~Endpoint() = default;
  // The body of a request to the body of its answer; whatever it holds, there is an answer.
  virtual Bytes answer(ByteView request) = 0;
  // The answer to a body of more than the octets allowed.
  virtual Bytes too_large() = 0;
  virtual void frame(Subscriber from, ByteView frame) = 0;
  virtual void gone(Subscriber subscriber) = 0;
  // What is to be sent to subscribers; asked after each of the calls above.
  virtual std::vector<Push> pushes() = 0;
};

struct ServerOptions {
  std::string listen = "127.0.0.1:0";
  std::optional<TlsFiles> tls;  // none: plain, on a loopback address only
  std::size_t body_octets_max = std::size_t{16} << 20;
  std::size_t frame_octets_max = std::size_t{1} << 20;
  // Frames that wait for a subscriber that does not read: beyond, its connection is closed.
  std::size_t backlog_octets_max = std::size_t{4} << 20;
  std::size_t connections_max = 20'000;
  unsigned request_seconds_max =
      30;  // from a request's first octet, or the last answer, to its end
};

class Server {
 public:
  virtual ~Server() = default;
  // Where it listens, with the port it got.
  virtual std::string url() const = 0;
  // Serves until SIGTERM, SIGINT or stop().
  virtual void run() = 0;
  // From any thread.
  virtual void stop() = 0;
};

// Rule::plain_connection for a plain listen beyond loopback, Rule::input_format for no address.
// Throws MachineFailure if the address or the TLS files cannot be used.
Result<std::unique_ptr<Server>> listen(const ServerOptions& options, Endpoint& endpoint);

// Sockets are files: raises this process's limit on open ones as far as it may.
void raise_file_limit();

}  // namespace thicket::transport
