// A WebSocket of binary frames, on either side of the connection: what it receives it hands on,
// what it is to send it keeps in order. Included by network.cpp only.
#pragma once

#include <boost/beast/websocket.hpp>
#include <deque>
#include <functional>

#include "transport/stream.h"

namespace thicket::transport {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
// Without permessage-deflate: what goes over it is ciphertext.
using WebSocket = websocket::stream<Stream, false>;

class Frames final : public std::enable_shared_from_this<Frames> {
 public:
  struct Limits {
    std::size_t frame_octets = 0;
    std::size_t backlog_octets = 0;
  };
  struct Events {
    std::function<void(ByteView)> frame;
    std::function<void(const std::string& why)> gone;  // once
  };

  Frames(Stream stream, const Limits& limits, Events events)
      : socket_(std::move(stream)), limits_(limits), events_(std::move(events)) {
    socket_.binary(true);
    socket_.read_message_max(limits.frame_octets);
    socket_.auto_fragment(false);
  }
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;

  template <class Upgrade>
  void accept(const Upgrade& upgrade) {
    auto timeout = websocket::stream_base::timeout::suggested(beast::role_type::server);
    timeout.keep_alive_pings = true;
    socket_.set_option(timeout);
    socket_.async_accept(upgrade, [self = shared_from_this()](Failure failure) {
      failure ? self->end(failure.message()) : self->begin();
    });
  }

  void connect(const std::string& host, const std::string& target) {
    socket_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
    socket_.async_handshake(host, target, [self = shared_from_this()](Failure failure) {
      failure ? self->end(failure.message()) : self->begin();
    });
  }

  // Closes the connection if too much waits already.
  void send(Bytes frame) {
    if (gone_) return;
    backlog_ += frame.size();
    if (backlog_ > limits_.backlog_octets) return abandon("it does not read");
    waiting_.push_back(std::move(frame));
    if (open_ && waiting_.size() == 1) write();
  }

  void abandon(const std::string& why) {
    beast::get_lowest_layer(socket_).close();
    end(why);
  }

 private:
  void begin() {
    open_ = true;
    read();
    if (!waiting_.empty()) write();
  }

  void read() {
    socket_.async_read(arriving_, [self = shared_from_this()](Failure failure, std::size_t) {
      if (failure) return self->end(failure.message());
      const auto octets = self->arriving_.cdata();
      self->events_.frame(ByteView(static_cast<const std::uint8_t*>(octets.data()), octets.size()));
      self->arriving_.consume(octets.size());
      if (!self->gone_) self->read();
    });
  }

  void write() {
    const Bytes& frame = waiting_.front();
    socket_.async_write(asio::const_buffer(frame.data(), frame.size()),
                        [self = shared_from_this()](Failure failure, std::size_t) {
                          if (failure) return self->end(failure.message());
                          self->backlog_ -= self->waiting_.front().size();
                          self->waiting_.pop_front();
                          if (!self->waiting_.empty()) self->write();
                        });
  }

  void end(const std::string& why) {
    if (gone_) return;
    gone_ = true;
    events_.gone(why);
  }

  WebSocket socket_;
  const Limits limits_;
  const Events events_;
  beast::flat_buffer arriving_;
  std::deque<Bytes> waiting_;
  std::size_t backlog_ = 0;
  bool open_ = false;
  bool gone_ = false;
};

}  // namespace thicket::transport
