// TLS 1.3 on a connected socket, by AWS-LC's own socket BIO: 5 KiB an idle connection.
// The octets are moved by stream.h; here are keys, certificates and the state of a session.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"

struct ssl_st;
struct ssl_ctx_st;

namespace thicket::transport {

// A server's certificate chain and key: PEM files.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

// What an attempt to read or write without waiting came to.
enum class Attempt : std::uint8_t { moved, wait_to_read, wait_to_write, ended, failed };
struct Moved {
  Attempt attempt = Attempt::failed;
  std::size_t octets = 0;
};

// One connection's session; the handshake is done by the first read or write.
class TlsSession final {
 public:
  explicit TlsSession(ssl_st* session);
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;
  ~TlsSession();
  Moved read(ByteSpan out);
  Moved write(ByteView octets);
  // Tells the other side, as far as that goes without waiting.
  void close();

 private:
  friend class TlsContext;
  Moved outcome(int returned);
  struct Free {
    void operator()(ssl_st* session) const;
  };
  std::unique_ptr<ssl_st, Free> session_;
};

// TLS 1.3 only, X25519MLKEM768 first. Throws MachineFailure if a file cannot be used.
class TlsContext final {
 public:
  static TlsContext of_server(const TlsFiles& files);
  // `trusted`: a PEM file of roots; empty: the system's.
  static TlsContext of_client(const std::string& trusted);
  TlsSession accept(int socket) const;
  // The certificate must be one of `host`: a name or an address.
  TlsSession connect(int socket, const std::string& host) const;

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace thicket::transport
