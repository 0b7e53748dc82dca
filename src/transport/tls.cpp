// TLS by AWS-LC's libssl.
#include "transport/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <climits>
#include <csignal>

#include "base/assert.h"
#include "base/machine_failure.h"

namespace thicket::transport {
namespace {

[[noreturn]] void fail(const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_get_error());
  throw MachineFailure("TLS: " + what + (reason == nullptr ? "" : std::string(": ") + reason));
}

SSL_CTX* new_context() {
  // libssl writes to sockets by write(), which would raise SIGPIPE where the peer is gone.
  std::signal(SIGPIPE, SIG_IGN);
  SSL_CTX* context = SSL_CTX_new(TLS_method());
  if (context == nullptr) fail("no context");
  if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set1_groups_list(context, "X25519MLKEM768:X25519:P-256") != 1)
    fail("TLS 1.3 is not to be had");
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  return context;
}

SSL* new_session(SSL_CTX* context, int socket) {
  SSL* session = SSL_new(context);
  if (session == nullptr || SSL_set_fd(session, socket) != 1) fail("no session");
  return session;
}

int bounded(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

TlsSession::TlsSession(ssl_st* session) : session_(session) {}
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;
TlsSession::~TlsSession() = default;

void TlsSession::Free::operator()(ssl_st* session) const {
  SSL_free(session);
}

Moved TlsSession::outcome(int returned) {
  if (returned > 0) return {Attempt::moved, static_cast<std::size_t>(returned)};
  const int error = SSL_get_error(session_.get(), returned);
  ERR_clear_error();
  switch (error) {
    case SSL_ERROR_WANT_READ:
      return {Attempt::wait_to_read, 0};
    case SSL_ERROR_WANT_WRITE:
      return {Attempt::wait_to_write, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {Attempt::ended, 0};
    default:
      return {Attempt::failed, 0};
  }
}

Moved TlsSession::read(ByteSpan out) {
  ERR_clear_error();
  return outcome(SSL_read(session_.get(), out.data(), bounded(out.size())));
}

Moved TlsSession::write(ByteView octets) {
  ERR_clear_error();
  return outcome(SSL_write(session_.get(), octets.data(), bounded(octets.size())));
}

void TlsSession::close() {
  ERR_clear_error();
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsContext TlsContext::of_server(const TlsFiles& files) {
  TlsContext out(new_context());
  SSL_CTX* context = out.context_.get();
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    fail("certificate " + files.certificate);
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("key " + files.key);
  if (SSL_CTX_check_private_key(context) != 1) fail(files.key + " is not the certificate's key");
  return out;
}

TlsContext TlsContext::of_client(const std::string& trusted) {
  TlsContext out(new_context());
  SSL_CTX* context = out.context_.get();
  const int loaded = trusted.empty()
                         ? SSL_CTX_set_default_verify_paths(context)
                         : SSL_CTX_load_verify_locations(context, trusted.c_str(), nullptr);
  if (loaded != 1) fail("roots " + trusted);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return out;
}

TlsSession TlsContext::accept(int socket) const {
  TlsSession out(new_session(context_.get(), socket));
  SSL* session = out.session_.get();
  SSL_set_accept_state(session);
  return out;
}

TlsSession TlsContext::connect(int socket, const std::string& host) const {
  TlsSession out(new_session(context_.get(), socket));
  SSL* session = out.session_.get();
  X509_VERIFY_PARAM* checks = SSL_get0_param(session);
  if (X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str()) != 1) {
    ERR_clear_error();
    if (X509_VERIFY_PARAM_set1_host(checks, host.data(), host.size()) != 1 ||
        SSL_set_tlsext_host_name(session, host.c_str()) != 1)
      fail("name " + host);
  }
  SSL_set_connect_state(session);
  return out;
}

}  // namespace thicket::transport
