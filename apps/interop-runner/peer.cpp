// Two ways to call.
#include "interop-runner/peer.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <future>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "mls_client.pb.h"

namespace thicket::interop {
namespace {

using google::protobuf::Message;
using nlohmann::json;

constexpr int timeout_s = 120;

class GrpcPeer final : public Peer {
 public:
  explicit GrpcPeer(const std::string& address) : stub_(channel_to(address)) {}
  GrpcPeer(std::unique_ptr<Program> server, const std::string& address)
      : server_(std::move(server)), stub_(channel_to(address)) {}

  Outcome call(const std::string& method, const Message& request, Message& response) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(timeout_s));
    context.set_wait_for_ready(true);
    std::promise<grpc::Status> done;
    stub_.UnaryCall(&context, "/mls_client.MLSClient/" + method, {}, &request, &response,
                    [&](grpc::Status status) { done.set_value(std::move(status)); });
    const grpc::Status status = done.get_future().get();
    if (status.ok()) return {};
    const bool lacks = status.error_code() == grpc::StatusCode::UNIMPLEMENTED;
    return {lacks ? Outcome::unimplemented : Outcome::refused, status.error_message()};
  }

 private:
  static std::shared_ptr<grpc::Channel> channel_to(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(1 << 28);
    return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  }

  std::unique_ptr<Program> server_;
  grpc::TemplatedGenericStub<Message, Message> stub_;
};

class LinePeer final : public Peer {
 public:
  explicit LinePeer(const std::vector<std::string>& command) : program_(command) {}

  Outcome call(const std::string& method, const Message& request, Message& response) override {
    google::protobuf::util::JsonPrintOptions form;
    form.preserve_proto_field_names = true;
    std::string text;
    if (!MessageToJsonString(request, &text, form).ok()) return silent("a request without JSON");
    const json line = {{"call", method}, {"request", json::parse(text)}};
    if (!program_.write_line(line.dump())) return silent("has ended");
    const auto read = program_.read_line(timeout_s * 1000);
    if (!read) return silent("does not answer");
    const json answer = json::parse(*read, nullptr, false);
    if (!answer.is_object()) return silent("answered no JSON: " + *read);
    if (answer.contains("unimplemented")) {
      return {Outcome::unimplemented, answer["unimplemented"].get<std::string>()};
    }
    if (answer.contains("refused")) return {Outcome::refused, answer["refused"].get<std::string>()};
    if (!answer.contains("response")) return silent("answered something else: " + *read);
    const auto parsed =
        google::protobuf::util::JsonStringToMessage(answer["response"].dump(), &response);
    if (!parsed.ok()) return silent("answered another message: " + parsed.ToString());
    return {};
  }

 private:
  Outcome silent(const std::string& what) const {
    return {Outcome::refused, program_.name() + " " + what};
  }
  Program program_;
};

// Asked for its name and its suites.
Client introduced(std::unique_ptr<Peer> peer) {
  Client client;
  mls_client::NameResponse name;
  mls_client::SupportedCiphersuitesResponse suites;
  for (const Outcome& outcome :
       {peer->call("Name", mls_client::NameRequest(), name),
        peer->call("SupportedCiphersuites", mls_client::SupportedCiphersuitesRequest(), suites)}) {
    if (outcome.verdict != Outcome::answered) throw std::runtime_error(outcome.why);
  }
  client.peer = std::move(peer);
  client.name = name.name();
  client.suites.insert(suites.ciphersuites().begin(), suites.ciphersuites().end());
  return client;
}

}  // namespace

Client connect(const std::string& address) {
  return introduced(std::make_unique<GrpcPeer>(address));
}

Client start_server(const std::vector<std::string>& command) {
  auto program = std::make_unique<Program>(command);
  static const std::string announced = "listening on ";
  const auto line = program->read_line(timeout_s * 1000);
  if (!line || !line->starts_with(announced)) {
    throw std::runtime_error(command.front() + " does not listen");
  }
  const std::string address = line->substr(announced.size());
  return introduced(std::make_unique<GrpcPeer>(std::move(program), address));
}

Client start_lines(const std::vector<std::string>& command) {
  return introduced(std::make_unique<LinePeer>(command));
}

}  // namespace thicket::interop
