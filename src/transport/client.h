// The network side of a client: calls on a connection that is kept, and subscriptions.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include "base/result.h"
#include "transport/replies.h"

namespace thicket::transport {

// No answer came. Whether the request was done is not known: send the same one, with the same id,
// again.
struct Unreachable {
  std::string why;
  bool operator==(const Unreachable&) const = default;
};

using Outcome = std::variant<Reply, Unreachable>;

// Whoever answers requests: a service over the network, or one in this process.
class Caller {
 public:
  virtual ~Caller() = default;
  virtual Outcome call(const Request& request) = 0;
};

struct ClientOptions {
  std::string url;      // "http://127.0.0.1:8080": plain on loopback only; "https://host:443"
  std::string trusted;  // PEM file of roots for https; empty: the system's
  std::chrono::milliseconds patience{30'000};  // for one call
  std::size_t reply_octets_max = std::size_t{256} << 20;
};

// Connects at the first call, and again where the connection was lost. One thread at a time.
// Rule::plain_connection, Rule::input_format.
Result<std::unique_ptr<Caller>> connect(const ClientOptions& options);

// A WebSocket to the service. When it is lost, make a new one, and say anew what you have.
class Subscription {
 public:
  virtual ~Subscription() = default;
  virtual void add(const Subscribe& more) = 0;
  // Nothing if there was nothing in this time; Unreachable if it is lost, and for ever after.
  virtual std::variant<std::monostate, WakeUp, Unreachable> next(
      std::chrono::milliseconds patience) = 0;
};

// Rule::plain_connection, Rule::input_format. That nobody answers is told by next().
Result<std::unique_ptr<Subscription>> subscribe(const ClientOptions& options,
                                                const Subscribe& what);

}  // namespace thicket::transport
