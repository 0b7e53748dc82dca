// Addresses as people write them.
#include "transport/address.h"

#include <charconv>

namespace thicket::transport {
namespace {

Error no_address(std::string_view text) {
  return broken(Rule::input_format)
      .because("'" + std::string(text) + "' is no address like 127.0.0.1:8080 or [::1]:8080");
}

bool is_host(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                              "XYZ0123456789.-:%") == std::string_view::npos;
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return no_address(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!is_host(host) || (!bracketed && host.find(':') != std::string_view::npos))
    return no_address(text);
  HostPort out{std::string(host), 0};
  const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (failure != std::errc() || end != port.data() + port.size()) return no_address(text);
  return out;
}

Result<Url> parse_url(std::string_view text) {
  constexpr std::string_view plain = "http://";
  constexpr std::string_view secure = "https://";
  const bool tls = text.starts_with(secure);
  if (!tls && !text.starts_with(plain)) {
    return broken(Rule::input_format)
        .because("'" + std::string(text) + "' does not start with http:// or https://");
  }
  std::string_view rest = text.substr(tls ? secure.size() : plain.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  return Url{THICKET_TRY(parse_host_port(rest)), tls};
}

std::string to_string(const HostPort& at) {
  const bool brackets = at.host.find(':') != std::string::npos;
  return (brackets ? "[" + at.host + "]" : at.host) + ":" + std::to_string(at.port);
}

std::string to_string(const Url& url) {
  return (url.tls ? "https://" : "http://") + to_string(url.at);
}

}  // namespace thicket::transport
