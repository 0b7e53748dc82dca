// Calls by name, with a deadline each.
#include "interop-runner/peer.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <future>
#include <stdexcept>

#include "interop-runner/program.h"
#include "mls_client.pb.h"

namespace thicket::interop {
namespace {

using google::protobuf::Message;
using std::chrono::milliseconds;

grpc::ByteBuffer octets_of(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

bool parse(const grpc::ByteBuffer& octets, Message& message) {
  grpc::Slice slice;
  if (!octets.DumpToSingleSlice(&slice).ok()) return false;
  return message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

Outcome outcome_of(const grpc::Status& status) {
  using enum grpc::StatusCode;
  const std::string& said = status.error_message();
  switch (status.error_code()) {
    case UNIMPLEMENTED: return {Outcome::unimplemented, said};
    case UNAVAILABLE: return {Outcome::gone, "the server has ended: " + said};
    case DEADLINE_EXCEEDED: return {Outcome::gone, "the server did not answer in time"};
    default: return {Outcome::refused, said.empty() ? "refused without a word" : said};
  }
}

class GrpcPeer final : public Peer {
 public:
  GrpcPeer(std::vector<std::string> command, milliseconds deadline)
      : command_(std::move(command)), deadline_(deadline) {
    restart();
  }
  GrpcPeer(const std::string& address, milliseconds deadline) : deadline_(deadline) {
    listen_to(address);
  }

  Outcome call(const std::string& method, const Message& request, Message& response) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline_);
    const grpc::ByteBuffer sent = octets_of(request);
    grpc::ByteBuffer received;
    std::promise<grpc::Status> done;
    stub_->UnaryCall(&context, "/mls_client.MLSClient/" + method, {}, &sent, &received,
                     [&](grpc::Status status) { done.set_value(std::move(status)); });
    const grpc::Status status = done.get_future().get();
    if (!status.ok()) return outcome_of(status);
    if (!parse(received, response)) return {Outcome::refused, "the answer is another message"};
    return {};
  }

  void restart() override {
    if (command_.empty()) throw std::runtime_error("the server is gone, and not ours to start");
    server_.reset();
    server_ = std::make_unique<Program>(command_);
    static const std::string announced = "listening on ";
    const auto line = server_->read_line(static_cast<int>(deadline_.count()));
    if (!line || !line->starts_with(announced)) {
      throw std::runtime_error(command_.front() + " does not say that it listens" +
                               (line ? ", but: " + *line : ""));
    }
    listen_to(line->substr(announced.size()));
  }

 private:
  void listen_to(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(1 << 28);
    // A channel of its own, which remembers nothing of a server that was there before.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto channel =
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + deadline_)) {
      throw std::runtime_error("nobody listens at " + address);
    }
    stub_ = std::make_unique<grpc::GenericStub>(channel);
  }

  std::vector<std::string> command_;  // none: not ours
  milliseconds deadline_;
  std::unique_ptr<Program> server_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

}  // namespace

Client introduced(std::unique_ptr<Peer> peer) {
  Client client;
  mls_client::NameResponse name;
  mls_client::SupportedCiphersuitesResponse suites;
  for (const Outcome& outcome :
       {peer->call("Name", mls_client::NameRequest(), name),
        peer->call("SupportedCiphersuites", mls_client::SupportedCiphersuitesRequest(), suites)}) {
    if (outcome.verdict != Outcome::answered) {
      throw std::runtime_error("a server does not say who it is: " + outcome.why);
    }
  }
  client.peer = std::move(peer);
  client.name = name.name();
  client.suites.insert(suites.ciphersuites().begin(), suites.ciphersuites().end());
  return client;
}

Client connect(const std::string& address, milliseconds deadline) {
  return introduced(std::make_unique<GrpcPeer>(address, deadline));
}

Client start_server(const std::vector<std::string>& command, milliseconds deadline) {
  return introduced(std::make_unique<GrpcPeer>(command, deadline));
}

}  // namespace thicket::interop
