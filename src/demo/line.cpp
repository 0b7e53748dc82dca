// Asking until there is an answer.
#include "demo/line.h"

#include <thread>

namespace thicket::demo {

Line::Line(const std::string& url, Random& random) : random_(random) {
  transport::ClientOptions options;
  options.url = url;
  caller_ = good(transport::connect(options), url);
}

transport::Request Line::request(transport::RequestBody body) {
  transport::Request out;
  random_.fill(out.id);
  out.body = std::move(body);
  return out;
}

transport::ReplyBody Line::ask(const transport::Request& request) {
  std::string why;
  for (int attempt = 0; attempt < 500; ++attempt) {
    auto outcome = caller_->call(request);
    if (auto* reply = std::get_if<transport::Reply>(&outcome)) return std::move(reply->body);
    why = std::get<transport::Unreachable>(outcome).why;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw Failed{"no answer from the service: " + why};
}

std::string Line::describe(const transport::ReplyBody& reply) {
  const auto* refused = reply.as<transport::Refused>();
  if (refused == nullptr) return "answer " + std::to_string(static_cast<int>(reply.tag()));
  return "refusal " + std::to_string(static_cast<int>(refused->refusal)) + " " +
         to_text(refused->rule) + " " + to_text(refused->path) + " " + to_text(refused->detail);
}

}  // namespace thicket::demo
