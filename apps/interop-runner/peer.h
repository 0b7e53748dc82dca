// Whoever answers the calls of MLSClient, over gRPC: a server that we start, or one that listens
// already.
#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace thicket::interop {

struct Outcome {
  // A server that is gone answers nothing any more: it has ended, or was silent for too long.
  enum Verdict { answered, unimplemented, refused, gone };
  Verdict verdict = answered;
  std::string why;  // in the server's words
};

// Tests put their own in its place.
class Peer {
 public:
  virtual ~Peer() = default;
  // `method` is a name of the service, the messages are its own.
  virtual Outcome call(const std::string& method, const google::protobuf::Message& request,
                       google::protobuf::Message& response) = 0;
  // In the place of one that is gone. Throws std::runtime_error where that is not ours to do.
  virtual void restart() = 0;
};

// A peer and what it says of itself.
struct Client {
  std::unique_ptr<Peer> peer;
  std::string name;
  std::set<std::uint32_t> suites;
};

// A server that listens already. Both throw std::runtime_error if nobody answers.
Client connect(const std::string& address, std::chrono::milliseconds deadline);
// A server that we start: docs/interop.md says how.
Client start_server(const std::vector<std::string>& command, std::chrono::milliseconds deadline);
// Asked for its name and its suites. Throws std::runtime_error.
Client introduced(std::unique_ptr<Peer> peer);

}  // namespace thicket::interop
