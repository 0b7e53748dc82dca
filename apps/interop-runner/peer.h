// Whoever answers the calls of MLSClient: over gRPC, or by a line of JSON each way with a program
// that we start.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "interop-runner/program.h"

namespace thicket::interop {

struct Outcome {
  enum Verdict { answered, unimplemented, refused };
  Verdict verdict = answered;
  std::string why;  // in the peer's words
};

class Peer {
 public:
  virtual ~Peer() = default;
  // `method` is a name of the service, the messages are its own.
  virtual Outcome call(const std::string& method, const google::protobuf::Message& request,
                       google::protobuf::Message& response) = 0;
};

// A peer and what it says of itself.
struct Client {
  std::unique_ptr<Peer> peer;
  std::string name;
  std::set<std::uint32_t> suites;
};

// A server that listens already. All three throw std::runtime_error if nobody answers.
Client connect(const std::string& address);
// A server that we start; it prints "listening on ADDRESS" first.
Client start_server(const std::vector<std::string>& command);
// A program that reads {"call": NAME, "request": {...}} and answers {"response": {...}}, or
// {"unimplemented": WHY}, or {"refused": WHY}, each in a line; requests and responses in protobuf's
// JSON with the names of the .proto.
Client start_lines(const std::vector<std::string>& command);

}  // namespace thicket::interop
