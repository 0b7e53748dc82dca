// The one translation unit that compiles Boost.Asio and Beast: server, caller and subscription.
// Everybody else sees server.h and client.h.
#include <sys/resource.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/machine_failure.h"
#include "transport/address.h"
#include "transport/client.h"
#include "transport/connection.h"
#include "transport/wire.h"

namespace thicket::transport {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<Tcp::endpoint> resolve(asio::io_context& io, const HostPort& at) {
  Tcp::resolver resolver(io);
  Failure failure;
  const auto found = resolver.resolve(at.host, std::to_string(at.port), failure);
  if (failure) throw MachineFailure("no address for " + at.host + ": " + failure.message());
  std::vector<Tcp::endpoint> out;
  for (const auto& entry : found) out.push_back(entry.endpoint());
  return out;
}

// Without TLS nothing may leave the machine.
Result<void> check_plain(const std::vector<Tcp::endpoint>& endpoints) {
  for (const Tcp::endpoint& endpoint : endpoints) {
    if (!endpoint.address().is_loopback())
      return broken(Rule::plain_connection).because(endpoint.address().to_string());
  }
  return {};
}

class TcpServer final : public Server {
 public:
  TcpServer(const ServerOptions& options, Endpoint& endpoint)
      : options_(options), hub_{options_, endpoint}, acceptor_(io_), tick_(io_), signals_(io_) {
    if (options_.tls) tls_.emplace(TlsContext::of_server(*options_.tls));
  }
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;
  // Sockets end before the io_context, which ends before what its handlers refer to.
  ~TcpServer() override { hub_.subscribers.clear(); }

  Result<void> open() {
    const std::vector<Tcp::endpoint> at =
        resolve(io_, THICKET_TRY(parse_host_port(options_.listen)));
    if (!tls_) THICKET_TRY(check_plain(at));
    try {
      acceptor_.open(at.front().protocol());
      acceptor_.set_option(Tcp::acceptor::reuse_address(true));
      acceptor_.bind(at.front());
      acceptor_.listen(asio::socket_base::max_listen_connections);
    } catch (const boost::system::system_error& failure) {
      throw MachineFailure("listening on " + options_.listen + ": " + failure.code().message());
    }
    return {};
  }

  std::string url() const override {
    const Tcp::endpoint at = acceptor_.local_endpoint();
    return to_string(Url{{at.address().to_string(), at.port()}, tls_.has_value()});
  }

  void run() override {
    for (const int signal : {SIGTERM, SIGINT}) signals_.add(signal);
    signals_.async_wait([this](Failure failure, int) {
      if (!failure) io_.stop();
    });
    accept();
    sweep();
    io_.run();
    signals_.clear();
  }

  void stop() override { io_.stop(); }

 private:
  void accept() {
    acceptor_.async_accept([this](Failure failure, Socket socket) {
      if (failure == asio::error::operation_aborted) return;
      if (failure) {
        // Out of files, most likely: others must end first.
        paused_ = true;
        return;
      }
      if (hub_.connections < options_.connections_max) begin(std::move(socket));
      accept();
    });
  }

  void begin(Socket socket) {
    Stream stream(std::move(socket));
    if (tls_) stream.secure(tls_->accept(stream.socket().native_handle()));
    const auto connection = std::make_shared<Connection>(std::move(stream), hub_);
    connections_.push_back(connection);
    connection->read();
  }

  // Each second: who is late is closed, who has ended is forgotten.
  void sweep() {
    tick_.expires_after(std::chrono::seconds(1));
    tick_.async_wait([this](Failure failure) {
      if (failure) return;
      const Clock::time_point now = Clock::now();
      connections_.remove_if([&](const std::weak_ptr<Connection>& weak) {
        const auto connection = weak.lock();
        if (connection && connection->is_late(now)) connection->close();
        return !connection;
      });
      if (std::exchange(paused_, false)) accept();
      sweep();
    });
  }

  const ServerOptions options_;
  std::optional<TlsContext> tls_;
  Hub hub_;
  std::list<std::weak_ptr<Connection>> connections_;
  bool paused_ = false;
  asio::io_context io_{1};
  asio::basic_socket_acceptor<Tcp, Executor> acceptor_;
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> tick_;
  asio::signal_set signals_;
};

// How a client reaches its service.
struct Route {
  ClientOptions options;
  Url url;
  std::optional<TlsContext> tls = std::nullopt;

  static Result<Route> to(const ClientOptions& options) {
    Url url = THICKET_TRY(parse_url(options.url));
    Route route{options, std::move(url)};
    if (route.url.tls) route.tls.emplace(TlsContext::of_client(options.trusted));
    return route;
  }

  // Rule::plain_connection; throws MachineFailure if nobody is there.
  Result<Stream> connect(asio::io_context& io) const {
    const std::vector<Tcp::endpoint> at = resolve(io, url.at);
    if (!url.tls) THICKET_TRY(check_plain(at));
    Socket socket(io);
    Failure failure;
    asio::connect(socket, at, failure);
    if (failure) throw MachineFailure(to_string(url) + ": " + failure.message());
    Stream stream(std::move(socket));
    if (tls) stream.secure(tls->connect(stream.socket().native_handle(), url.at.host));
    return stream;
  }
};

class TcpCaller final : public Caller {
 public:
  explicit TcpCaller(Route route) : route_(std::move(route)), host_(to_string(route_.url.at)) {}
  TcpCaller(const TcpCaller&) = delete;
  TcpCaller& operator=(const TcpCaller&) = delete;

  Outcome call(const Request& request) override {
    const Bytes body = codec::encode(request);
    const bool kept = stream_.has_value();
    Outcome outcome = attempt(body);
    // A connection that was kept may have been closed for its age; the same id makes it safe.
    if (kept && std::holds_alternative<Unreachable>(outcome)) outcome = attempt(body);
    return outcome;
  }

 private:
  Outcome attempt(const Bytes& body) {
    try {
      if (!stream_) {
        auto connected = route_.connect(io_);
        if (!connected) return Unreachable{describe(connected.error())};
        stream_.emplace(std::move(*connected));
      }
      Outcome outcome = exchange(body);
      if (std::holds_alternative<Unreachable>(outcome)) stream_.reset();
      return outcome;
    } catch (const MachineFailure& failure) {
      stream_.reset();
      return Unreachable{failure.what()};
    }
  }

  Outcome exchange(const Bytes& body) {
    stream_->set_deadline(Clock::now() + route_.options.patience);
    const std::string head = write_head({"POST /v1 HTTP/1.1", host_, body.size(), true});
    const std::array<asio::const_buffer, 2> parts{asio::const_buffer(head.data(), head.size()),
                                                  asio::const_buffer(body.data(), body.size())};
    Failure failure;
    asio::write(*stream_, parts, failure);
    // A server that refuses a body may answer before it has read it.
    beast::flat_buffer buffer;
    http::response_parser<ArrivingBody> parser;
    parser.header_limit(header_octets_max);
    parser.body_limit(route_.options.reply_octets_max);
    http::read(*stream_, buffer, parser, failure);
    if (failure) return Unreachable{to_string(route_.url) + ": " + failure.message()};
    auto reply = codec::decode<Reply>(parser.get().body());
    if (!reply) {
      return Unreachable{to_string(route_.url) + " answered HTTP status " +
                         std::to_string(parser.get().result_int()) +
                         " and no reply: " + describe(reply.error())};
    }
    if (!parser.get().keep_alive()) stream_.reset();
    return std::move(*reply);
  }

  const Route route_;
  const std::string host_;
  asio::io_context io_{1};
  std::optional<Stream> stream_;
};

class TcpSubscription final : public Subscription {
 public:
  explicit TcpSubscription(Route route) : route_(std::move(route)) {}
  TcpSubscription(const TcpSubscription&) = delete;
  TcpSubscription& operator=(const TcpSubscription&) = delete;
  ~TcpSubscription() override {
    if (!frames_) return;
    frames_->abandon("the subscription ended");
    io_.poll();
  }

  Result<void> open() {
    try {
      auto connected = route_.connect(io_);
      if (!connected) return std::move(connected).error();
      Frames::Events events;
      events.frame = [this](ByteView frame) { arrived_.push_back(to_bytes(frame)); };
      events.gone = [this](const std::string& why) { lost_ = why; };
      const Frames::Limits limits{route_.options.reply_octets_max, SIZE_MAX};
      frames_ = std::make_shared<Frames>(std::move(*connected), limits, std::move(events));
      frames_->connect(to_string(route_.url.at), std::string(wake_target));
    } catch (const MachineFailure& failure) {
      lost_ = failure.what();
    }
    return {};
  }

  void add(const Subscribe& more) override {
    if (frames_) frames_->send(codec::encode(more));
  }

  std::variant<std::monostate, WakeUp, Unreachable> next(
      std::chrono::milliseconds patience) override {
    const Clock::time_point end = Clock::now() + patience;
    io_.restart();
    while (arrived_.empty() && !lost_ && io_.run_one_until(end) > 0) {
    }
    if (arrived_.empty()) {
      if (lost_) return Unreachable{*lost_};
      return std::monostate{};
    }
    const Bytes frame = std::move(arrived_.front());
    arrived_.pop_front();
    auto wake_up = codec::decode<WakeUp>(frame);
    if (!wake_up) return Unreachable{"no wake-up: " + describe(wake_up.error())};
    return std::move(*wake_up);
  }

 private:
  const Route route_;
  asio::io_context io_{1};
  std::shared_ptr<Frames> frames_;
  std::deque<Bytes> arrived_;
  std::optional<std::string> lost_;
};

}  // namespace

Result<std::unique_ptr<Server>> listen(const ServerOptions& options, Endpoint& endpoint) {
  auto server = std::make_unique<TcpServer>(options, endpoint);
  THICKET_TRY(server->open());
  return std::unique_ptr<Server>(std::move(server));
}

Result<std::unique_ptr<Caller>> connect(const ClientOptions& options) {
  return std::unique_ptr<Caller>(std::make_unique<TcpCaller>(THICKET_TRY(Route::to(options))));
}

Result<std::unique_ptr<Subscription>> subscribe(const ClientOptions& options,
                                                const Subscribe& what) {
  auto subscription = std::make_unique<TcpSubscription>(THICKET_TRY(Route::to(options)));
  THICKET_TRY(subscription->open());
  subscription->add(what);
  return std::unique_ptr<Subscription>(std::move(subscription));
}

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace thicket::transport
