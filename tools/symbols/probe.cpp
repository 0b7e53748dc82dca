// A process with our AWS-LC and the system's OpenSSL, which libpq brings: both are used, neither
// meets the other. tools/check_symbols runs it and reads what the loader bound to what.
#include <openssl/curve25519.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <cstdio>

// Declared here, so that libpq's headers, and with them OpenSSL's, need not be installed.
extern "C" int PQlibVersion();

int main() {
  std::array<std::uint8_t, 32> public_key{};
  std::array<std::uint8_t, 32> private_key{};
  X25519_keypair(public_key.data(), private_key.data());
  bssl::UniquePtr<SSL_CTX> context(SSL_CTX_new(TLS_method()));
  if (!context || PQlibVersion() == 0) return 1;
  bssl::UniquePtr<SSL> connection(SSL_new(context.get()));
  return connection ? 0 : 1;
}
