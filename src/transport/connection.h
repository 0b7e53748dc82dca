// One connection to the server: requests one after the other, or a WebSocket from then on.
// Included by network.cpp only.
#pragma once

#include <boost/asio/write.hpp>
#include <list>
#include <map>

#include "transport/frames.h"
#include "transport/http.h"
#include "transport/server.h"

namespace thicket::transport {

// What the connections of a server share.
struct Hub {
  const ServerOptions& options;
  Endpoint& endpoint;
  std::map<Subscriber, std::shared_ptr<Frames>> subscribers = {};
  std::uint64_t last_subscriber = 0;
  std::size_t connections = 0;

  void push() {
    for (Push& push : endpoint.pushes()) {
      const auto to = subscribers.find(push.to);
      if (to == subscribers.end()) continue;
      // It may end in send(), and then leaves the map.
      const std::shared_ptr<Frames> frames = to->second;
      frames->send(std::move(push.frame));
    }
  }

  void subscribe(Stream stream, const http::request<ArrivingBody>& upgrade) {
    const Subscriber subscriber{++last_subscriber};
    Frames::Events events;
    events.frame = [this, subscriber](ByteView frame) {
      endpoint.frame(subscriber, frame);
      push();
    };
    events.gone = [this, subscriber](const std::string&) {
      --connections;
      subscribers.erase(subscriber);
      endpoint.gone(subscriber);
    };
    const Frames::Limits limits{options.frame_octets_max, options.backlog_octets_max};
    auto frames = std::make_shared<Frames>(std::move(stream), limits, std::move(events));
    subscribers.emplace(subscriber, frames);
    frames->accept(upgrade);
  }
};

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(Stream stream, Hub& hub) : stream_(std::move(stream)), hub_(hub) {
    ++hub_.connections;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (!upgraded_) --hub_.connections;
  }

  // When the present request is to have arrived in full and been answered.
  bool is_late(Clock::time_point now) const { return !upgraded_ && now > deadline_; }
  void close() { stream_.close(); }

  void read() {
    deadline_ = Clock::now() + std::chrono::seconds(hub_.options.request_seconds_max);
    parser_.emplace();
    parser_->header_limit(header_octets_max);
    parser_->body_limit(hub_.options.body_octets_max);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](Failure failure, std::size_t) { self->arrived(failure); });
  }

 private:
  void arrived(Failure failure) {
    if (failure == http::error::body_limit) {
      return answer("HTTP/1.1 413 Payload Too Large", hub_.endpoint.too_large(), false);
    }
    if (failure == http::error::header_limit)
      return answer("HTTP/1.1 431 Request Header Fields Too Large", {}, false);
    if (failure.category() == http::make_error_code(http::error::bad_method).category()) {
      if (failure == http::error::end_of_stream) return close();
      return answer("HTTP/1.1 400 Bad Request", {}, false);
    }
    if (failure) return close();
    auto& request = parser_->get();
    if (request.target() == wake_target && websocket::is_upgrade(request)) {
      upgraded_ = true;
      return hub_.subscribe(std::move(stream_), request);
    }
    if (request.target() != request_target) return answer("HTTP/1.1 404 Not Found", {}, true);
    if (request.method() != http::verb::post)
      return answer("HTTP/1.1 405 Method Not Allowed", {}, true);
    Bytes reply = hub_.endpoint.answer(request.body());
    answer("HTTP/1.1 200 OK", std::move(reply), request.keep_alive());
    hub_.push();
  }

  void answer(std::string_view status, Bytes body, bool keep_alive) {
    parser_.reset();
    body_ = std::move(body);
    head_ = write_head({status, {}, body_.size(), keep_alive});
    const std::array<asio::const_buffer, 2> parts{asio::const_buffer(head_.data(), head_.size()),
                                                  asio::const_buffer(body_.data(), body_.size())};
    asio::async_write(stream_, parts,
                      [self = shared_from_this(), keep_alive](Failure failure, std::size_t) {
                        self->body_ = Bytes();
                        if (failure || !keep_alive) return self->close();
                        self->read();
                      });
  }

  Stream stream_;
  Hub& hub_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<ArrivingBody>> parser_;
  std::string head_;
  Bytes body_;
  Clock::time_point deadline_;
  bool upgraded_ = false;
};

}  // namespace thicket::transport
