// Client and server over real sockets, plain and by TLS; and what strangers may send.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/machine_failure.h"
#include "transport/address.h"
#include "transport/client.h"
#include "transport/server.h"
#include "transport/wire.h"

namespace thicket::transport {
namespace {

using std::chrono::milliseconds;

// Answers put_blob with what it was given, and wakes subscribers with the groups they name.
class EchoEndpoint final : public Endpoint {
 public:
  Bytes answer(ByteView request) override {
    auto decoded = codec::decode<Request>(request);
    if (!decoded) {
      const Error& error = decoded.error();
      return refuse(Refusal::malformed, std::string(text_of(error.rule).name));
    }
    const PutBlob* put = decoded->body.as<PutBlob>();
    return codec::encode(Reply{{}, Blob{put == nullptr ? Bytes() : put->content}});
  }
  Bytes too_large() override { return refuse(Refusal::too_large, ""); }
  void frame(Subscriber from, ByteView frame) override {
    auto asked = codec::decode<Subscribe>(frame);
    if (!asked) {
      pushes_.push_back({from, codec::encode(WakeUp{NotSubscribed{}})});
      return;
    }
    for (const Cursor& cursor : asked->groups) {
      const GroupMoved moved{cursor.group_id, {Epoch{7}, cursor.next + 1}, {}};
      pushes_.push_back({from, codec::encode(WakeUp{moved})});
    }
  }
  void gone(Subscriber) override { ++gone_; }
  std::vector<Push> pushes() override { return std::exchange(pushes_, {}); }
  int gone_ = 0;

 private:
  static Bytes refuse(Refusal refusal, std::string_view rule) {
    return codec::encode(Reply{{}, Refused{refusal, to_bytes(rule), {}, {}}});
  }
  std::vector<Push> pushes_;
};

// A server on a thread of its own, for as long as the test runs.
class Running final {
 public:
  explicit Running(ServerOptions options = {}) {
    auto made = listen(options, endpoint_);
    REQUIRE(made);
    server_ = std::move(*made);
    thread_ = std::thread([this] { server_->run(); });
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    server_->stop();
    thread_.join();
  }
  ClientOptions client() const {
    ClientOptions out;
    out.url = server_->url();
    out.patience = milliseconds(5000);
    return out;
  }

 private:
  EchoEndpoint endpoint_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

Request put_blob(Bytes content) {
  return Request{{1, 2, 3}, PutBlob{std::move(content)}};
}

// The first line that a server answers to these octets, or "" when it closes without a word.
std::string status_of(const std::string& url, std::string_view sent) {
  const auto parsed = parse_url(url);
  REQUIRE(parsed);
  const int out = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(parsed->at.port);
  inet_pton(AF_INET, parsed->at.host.c_str(), &at.sin_addr);
  REQUIRE(connect(out, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
  REQUIRE(write(out, sent.data(), sent.size()) == static_cast<ssize_t>(sent.size()));
  shutdown(out, SHUT_WR);
  std::string answer;
  char piece[1024];
  for (ssize_t n = 0; (n = read(out, piece, sizeof piece)) > 0;)
    answer.append(piece, static_cast<std::size_t>(n));
  close(out);
  return answer.substr(0, answer.find("\r\n"));
}

Bytes blob_of(const Outcome& outcome) {
  const Reply* reply = std::get_if<Reply>(&outcome);
  REQUIRE(reply != nullptr);
  const Blob* blob = reply->body.as<Blob>();
  REQUIRE(blob != nullptr);
  return blob->content;
}

Refusal refusal_of(const Outcome& outcome) {
  const Reply* reply = std::get_if<Reply>(&outcome);
  REQUIRE(reply != nullptr);
  const Refused* refused = reply->body.as<Refused>();
  REQUIRE(refused != nullptr);
  return refused->refusal;
}

// A key and a certificate for this address, signed by itself, as PEM files.
void write_self_signed(const TlsFiles& files, const std::string& address) {
  EVP_PKEY* key = nullptr;
  EVP_PKEY_CTX* making = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr);
  EVP_PKEY_keygen_init(making);
  EVP_PKEY_CTX_set_ec_paramgen_curve_nid(making, NID_X9_62_prime256v1);
  REQUIRE(EVP_PKEY_keygen(making, &key) == 1);
  EVP_PKEY_CTX_free(making);
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(address.c_str());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  const std::string names = "IP:" + address;
  X509_EXTENSION* extension =
      X509V3_EXT_nconf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(certificate, extension, -1);
  REQUIRE(X509_sign(certificate, key, EVP_sha256()) > 0);
  FILE* out = fopen(files.key.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  fclose(out);
  out = fopen(files.certificate.c_str(), "w");
  PEM_write_X509(out, certificate);
  fclose(out);
  X509_EXTENSION_free(extension);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

}  // namespace

TEST_CASE("every request and reply is decoded to what was encoded") {
  const Request commit{
      {9}, PostCommit{to_bytes("g"), Epoch{4}, Octets{{1}}, BlobRef{{2}}, {Octets{{3}}}}};
  CHECK(codec::decode<Request>(codec::encode(commit)).value() == commit);
  const Reply claimed{{8}, Claimed{{std::nullopt, Octets{{5, 6}}}}};
  CHECK(codec::decode<Reply>(codec::encode(claimed)).value() == claimed);
  const Reply part{{}, LogPart{{{7, EntryKind::commit, Epoch{1}, 99, {4}}}, {Epoch{2}, 8}}};
  CHECK(codec::decode<Reply>(codec::encode(part)).value() == part);
}

TEST_CASE("an unknown call is refused by name") {
  Bytes request = codec::encode(put_blob({1}));
  request[16] = 0x7f;
  const auto decoded = codec::decode<Request>(request);
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().rule == Rule::unknown_selector);
  CHECK(decoded.error().path == "body");
}

TEST_CASE("addresses and URLs are read as people write them") {
  CHECK(parse_host_port("127.0.0.1:80").value() == HostPort{"127.0.0.1", 80});
  CHECK(parse_host_port("[::1]:0").value() == HostPort{"::1", 0});
  CHECK(parse_url("https://example.org:443/").value() == Url{{"example.org", 443}, true});
  CHECK(to_string(Url{{"::1", 9}, false}) == "http://[::1]:9");
  for (const char* wrong : {"", "80", "host", "host:", "host:x", "host:65536", "::1:80", ":80",
                            "a b:1", "host\r\nX: y:1"})
    CHECK_FALSE(parse_host_port(wrong));
  CHECK_FALSE(parse_url("ftp://host:1"));
}

TEST_CASE("a plain server is refused beyond loopback, with the address named") {
  EchoEndpoint endpoint;
  ServerOptions options;
  options.listen = "0.0.0.0:0";
  const auto server = listen(options, endpoint);
  REQUIRE_FALSE(server);
  CHECK(server.error().rule == Rule::plain_connection);
  CHECK(server.error().detail == "0.0.0.0");
}

TEST_CASE("calls are answered on one connection, small and large") {
  Running server;
  const auto caller = connect(server.client()).value();
  for (const std::size_t size : {0UL, 1UL, 100UL, 70'000UL, 5'000'000UL}) {
    const Bytes content(size, 0x5a);
    CHECK(blob_of(caller->call(put_blob(content))) == content);
  }
}

TEST_CASE("a body beyond the limit is refused by name, and the next call works") {
  ServerOptions options;
  options.body_octets_max = 10'000;
  Running server(options);
  const auto caller = connect(server.client()).value();
  CHECK(refusal_of(caller->call(put_blob(Bytes(20'000)))) == Refusal::too_large);
  CHECK(blob_of(caller->call(put_blob({7}))) == Bytes{7});
}

TEST_CASE("that nobody answers is an outcome, and a caller recovers when somebody does") {
  ClientOptions nobody;
  {
    Running server;
    nobody = server.client();
  }
  const auto caller = connect(nobody).value();
  CHECK(std::holds_alternative<Unreachable>(caller->call(put_blob({1}))));
  ServerOptions options;
  options.listen = nobody.url.substr(std::string("http://").size());
  {
    Running server(options);
    CHECK(blob_of(caller->call(put_blob({1}))) == Bytes{1});
  }
  Running again(options);
  CHECK(blob_of(caller->call(put_blob({2}))) == Bytes{2});
}

TEST_CASE("what is no HTTP of ours is answered with a status, and nothing else stops") {
  ServerOptions options;
  options.body_octets_max = 1000;
  Running server(options);
  const std::string url = server.client().url;
  CHECK(status_of(url, "nonsense\r\n\r\n") == "HTTP/1.1 400 Bad Request");
  CHECK(status_of(url, "GET /v1 HTTP/1.1\r\nHost: x\r\n\r\n") == "HTTP/1.1 405 Method Not Allowed");
  CHECK(status_of(url, "POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n") ==
        "HTTP/1.1 404 Not Found");
  CHECK(status_of(url, "POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n") ==
        "HTTP/1.1 413 Payload Too Large");
  CHECK(status_of(url, "POST /v1 HTTP/1.1\r\nX: " + std::string(9000, 'y') + "\r\n\r\n") ==
        "HTTP/1.1 431 Request Header Fields Too Large");
  CHECK(status_of(url, "POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\ncut") ==
        "HTTP/1.1 400 Bad Request");
  // Announced in chunks, and more than allowed.
  std::string chunks = "POST /v1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunks += "64\r\n" + std::string(100, 'z') + "\r\n";
  CHECK(status_of(url, chunks + "0\r\n\r\n") == "HTTP/1.1 413 Payload Too Large");
  CHECK(status_of(url, "POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc") ==
        "HTTP/1.1 200 OK");
}

TEST_CASE("a subscriber is woken over its WebSocket, in order, until the server is gone") {
  auto server = std::make_unique<Running>();
  const auto subscription =
      subscribe(server->client(), Subscribe{{{to_bytes("one"), 5}, {to_bytes("two"), 9}}, {}})
          .value();
  const auto woken = [&](std::string_view group, std::uint64_t next) {
    const auto outcome = subscription->next(milliseconds(5000));
    const WakeUp* wake_up = std::get_if<WakeUp>(&outcome);
    REQUIRE(wake_up != nullptr);
    CHECK(*wake_up == WakeUp{GroupMoved{to_bytes(group), {Epoch{7}, next}, {}}});
  };
  woken("one", 6);
  woken("two", 10);
  CHECK(std::holds_alternative<std::monostate>(subscription->next(milliseconds(20))));
  subscription->add(Subscribe{{{to_bytes("three"), 0}}, {}});
  woken("three", 1);
  server.reset();
  CHECK(std::holds_alternative<Unreachable>(subscription->next(milliseconds(5000))));
}

// TLS with a certificate made here, for 127.0.0.1.
TEST_CASE("by TLS the certificate decides whom a client talks to") {
  const auto directory =
      std::filesystem::temp_directory_path() / ("thicket-tls-" + std::to_string(getpid()));
  std::filesystem::create_directory(directory);
  const std::string key = (directory / "key.pem").string();
  const std::string certificate = (directory / "certificate.pem").string();
  write_self_signed({certificate, key}, "127.0.0.1");
  ServerOptions options;
  options.tls = TlsFiles{certificate, key};
  {
    Running server(options);
    ClientOptions client = server.client();
    CHECK(client.url.starts_with("https://"));
    CHECK(std::holds_alternative<Unreachable>(connect(client).value()->call(put_blob({1}))));
    client.trusted = certificate;
    const auto caller = connect(client).value();
    const Bytes content(3'000'000, 0x77);
    CHECK(blob_of(caller->call(put_blob(content))) == content);
    CHECK(blob_of(caller->call(put_blob({1}))) == Bytes{1});
    const auto subscription = subscribe(client, Subscribe{{{to_bytes("g"), 0}}, {}}).value();
    CHECK(std::holds_alternative<WakeUp>(subscription->next(milliseconds(5000))));
    CHECK(status_of("http" + client.url.substr(5), "POST /v1 HTTP/1.1\r\n\r\n") == "");
  }
  std::filesystem::remove_all(directory);
  CHECK_THROWS_AS(static_cast<void>(listen(options, *std::make_unique<EchoEndpoint>())),
                  MachineFailure);
}

}  // namespace thicket::transport
