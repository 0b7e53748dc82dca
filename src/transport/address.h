// Where a service listens and a client connects: "127.0.0.1:8080", "[::1]:0", "http://host:port",
// "https://host:port".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace thicket::transport {

struct HostPort {
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 0;
  bool operator==(const HostPort&) const = default;
};

struct Url {
  HostPort at;
  bool tls = false;
  bool operator==(const Url&) const = default;
};

// Rule::input_format.
Result<HostPort> parse_host_port(std::string_view text);
Result<Url> parse_url(std::string_view text);
// As a URL writes it: an IPv6 address in brackets.
std::string to_string(const HostPort& at);
std::string to_string(const Url& url);

}  // namespace thicket::transport
