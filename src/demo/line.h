// A client's line to the service: one a thread, shared by the members that the thread works for.
#pragma once

#include <memory>

#include "base/random.h"
#include "demo/expect.h"
#include "transport/client.h"

namespace thicket::demo {

class Line final {
 public:
  Line(const std::string& url, Random& random);
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  // With an id of its own, for sending it more than once.
  transport::Request request(transport::RequestBody body);
  transport::Outcome ask_once(const transport::Request& request) { return caller_->call(request); }
  // The same request again and again until there is an answer. Throws Failed after ten seconds.
  transport::ReplyBody ask(const transport::Request& request);
  // Throws Failed for another answer than T.
  template <class T>
  T ask(transport::RequestBody body) {
    return expect_reply<T>(ask(request(std::move(body))));
  }

  template <class T>
  static T expect_reply(transport::ReplyBody reply) {
    if (T* found = reply.template as<T>()) return std::move(*found);
    throw Failed{"the service answers something else: " + describe(reply)};
  }
  static std::string describe(const transport::ReplyBody& reply);

 private:
  Random& random_;
  std::unique_ptr<transport::Caller> caller_;
};

}  // namespace thicket::demo
