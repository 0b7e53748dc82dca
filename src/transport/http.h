// HTTP/1.1 messages of one kind: octets up, octets down. Beast parses; what we write is so regular
// that we write it ourselves. Included by network.cpp only.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "transport/stream.h"

namespace thicket::transport {

namespace http = boost::beast::http;

inline constexpr std::string_view request_target = "/v1";
inline constexpr std::string_view wake_target = "/v1/wake";
inline constexpr std::uint32_t header_octets_max = 8192;

// A body that grows as it arrives: Beast's own reserve what Content-Length announces.
struct ArrivingBody {
  using value_type = Bytes;
  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(http::header<isRequest, Fields>&, value_type& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>&, Failure& failure) { failure = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, Failure& failure) {
      failure = {};
      std::size_t size = 0;
      for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers);
           ++at) {
        const asio::const_buffer piece = *at;
        append(body_, ByteView(static_cast<const std::uint8_t*>(piece.data()), piece.size()));
        size += piece.size();
      }
      return size;
    }
    void finish(Failure& failure) { failure = {}; }

   private:
    value_type& body_;
  };
};

struct HttpHead {
  std::string_view start;  // "POST /v1 HTTP/1.1" or "HTTP/1.1 200 OK"
  std::string_view host;   // of a request
  std::size_t body_octets = 0;
  bool keep_alive = true;
};

inline std::string write_head(const HttpHead& head) {
  std::string out(head.start);
  if (!head.host.empty()) out.append("\r\nHost: ").append(head.host);
  out += "\r\nContent-Type: application/vnd.thicket\r\nContent-Length: ";
  out += std::to_string(head.body_octets);
  out += "\r\nCache-Control: no-store";
  if (!head.keep_alive) out += "\r\nConnection: close";
  out += "\r\n\r\n";
  return out;
}

}  // namespace thicket::transport
