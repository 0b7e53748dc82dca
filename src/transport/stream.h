// A socket with or without TLS as one stream type, so that Beast is instantiated once.
// Included by network.cpp only: Boost.Asio and Beast are compiled in that one translation unit.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/compose.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <chrono>
#include <optional>

#include "transport/tls.h"

namespace thicket::transport {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Failure = boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<Tcp, Executor>;

// Every operation is attempted first and waits for the socket only if it must: TLS may hold octets
// of which the socket knows nothing.
// (Not final: Asio's traits derive from what they ask about.)
class Stream {
 public:
  using executor_type = Executor;

  explicit Stream(Socket socket) : socket_(std::move(socket)) {
    Failure ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(Tcp::no_delay(true), ignored);
  }
  Stream(Stream&&) = default;
  Stream& operator=(Stream&&) = default;

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }
  void secure(TlsSession session) { tls_ = std::move(session); }
  // For the operations that block: those without a handler.
  void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }
  void close() {
    if (tls_) tls_->close();
    Failure ignored;
    socket_.close(ignored);
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    const asio::mutable_buffer into = first<asio::mutable_buffer>(buffers);
    return begin(Transfer{this, into.data(), into.size(), false}, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    const asio::const_buffer from = first<asio::const_buffer>(buffers);
    return begin(Transfer{this, const_cast<void*>(from.data()), from.size(), true},
                 std::forward<Token>(token));
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers, Failure& failure) {
    const asio::mutable_buffer into = first<asio::mutable_buffer>(buffers);
    return block(Transfer{this, into.data(), into.size(), false}, failure);
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, Failure& failure) {
    const asio::const_buffer from = first<asio::const_buffer>(buffers);
    return block(Transfer{this, const_cast<void*>(from.data()), from.size(), true}, failure);
  }
  // Asked for by Beast's concept of a stream; nothing calls them.
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers) {
    Failure failure;
    const std::size_t moved = read_some(buffers, failure);
    if (failure) throw boost::system::system_error(failure);
    return moved;
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    Failure failure;
    const std::size_t moved = write_some(buffers, failure);
    if (failure) throw boost::system::system_error(failure);
    return moved;
  }

 private:
  enum class Stage : std::uint8_t { begun, waited, finished };

  // One read or write as an asynchronous operation.
  struct Transfer {
    Stream* stream;
    void* data;
    std::size_t size;
    bool writing;
    Stage stage = Stage::begun;
    Failure failure = {};
    std::size_t moved = 0;

    template <class Self>
    void operator()(Self& self, Failure waiting = {}) {
      if (stage == Stage::finished) return self.complete(failure, moved);
      if (waiting) return self.complete(waiting, 0);
      const Attempt attempt = once();
      const bool to_read = attempt == Attempt::wait_to_read;
      if (to_read || attempt == Attempt::wait_to_write) {
        stage = Stage::waited;
        Socket& socket = stream->socket_;
        return socket.async_wait(to_read ? Socket::wait_read : Socket::wait_write, std::move(self));
      }
      if (stage == Stage::waited) return self.complete(failure, moved);
      // A handler is never called from the function that takes it.
      stage = Stage::finished;
      asio::post(stream->get_executor(), std::move(self));
    }

    Attempt once() {
      const Moved outcome = stream->attempt(*this);
      moved = outcome.octets;
      if (outcome.attempt == Attempt::ended) failure = asio::error::eof;
      if (outcome.attempt == Attempt::failed) failure = asio::error::connection_reset;
      return outcome.attempt;
    }
  };

  template <class Token>
  auto begin(Transfer transfer, Token&& token) {
    return asio::async_compose<Token, void(Failure, std::size_t)>(transfer, token, socket_);
  }

  template <class Buffer, class Buffers>
  static Buffer first(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers);
         ++at) {
      if (Buffer(*at).size() > 0) return *at;
    }
    return {};
  }

  Moved attempt(const Transfer& transfer) {
    if (transfer.size == 0) return {Attempt::moved, 0};
    auto* octets = static_cast<std::uint8_t*>(transfer.data);
    if (tls_) {
      return transfer.writing ? tls_->write(ByteView(octets, transfer.size))
                              : tls_->read(ByteSpan(octets, transfer.size));
    }
    const int socket = socket_.native_handle();
    const ssize_t moved = transfer.writing ? ::send(socket, octets, transfer.size, MSG_NOSIGNAL)
                                           : ::recv(socket, octets, transfer.size, 0);
    if (moved > 0) return {Attempt::moved, static_cast<std::size_t>(moved)};
    if (moved == 0) return {Attempt::ended, 0};
    if (errno == EAGAIN || errno == EINTR)
      return {transfer.writing ? Attempt::wait_to_write : Attempt::wait_to_read, 0};
    return {Attempt::failed, 0};
  }

  std::size_t block(Transfer transfer, Failure& failure) {
    for (;;) {
      const Attempt attempt = transfer.once();
      const bool to_read = attempt == Attempt::wait_to_read;
      if (!to_read && attempt != Attempt::wait_to_write) break;
      using std::chrono::milliseconds;
      const auto left =
          std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
      pollfd waiting{socket_.native_handle(), static_cast<short>(to_read ? POLLIN : POLLOUT), 0};
      if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
        failure = asio::error::timed_out;
        return 0;
      }
    }
    failure = transfer.failure;
    return transfer.moved;
  }

  Socket socket_;
  std::optional<TlsSession> tls_;
  std::chrono::steady_clock::time_point deadline_{};
};

// How Beast's WebSocket ends a stream of a type of ours, and closes it when time is out.
inline void beast_close_socket(Stream& stream) {
  stream.close();
}
inline void teardown(boost::beast::role_type, Stream& stream, Failure& failure) {
  failure = {};
  stream.close();
}
template <class Handler>
void async_teardown(boost::beast::role_type, Stream& stream, Handler&& handler) {
  stream.close();
  asio::post(stream.get_executor(),
             [handler = std::forward<Handler>(handler)]() mutable { handler(Failure{}); });
}

}  // namespace thicket::transport
