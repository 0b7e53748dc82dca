// Who is to be woken: followed from cursors and heads, in memory only. A subscriber that was away
// says where it was.
#pragma once

#include <map>
#include <set>

#include "delivery/service.h"
#include "transport/server.h"

namespace thicket::delivery {

class Subscribers final {
 public:
  explicit Subscribers(Service& service) : service_(service) {}
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;

  // A frame that a subscriber sent; who is behind is woken at once.
  void frame(transport::Subscriber from, ByteView frame);
  void gone(transport::Subscriber subscriber);
  // After a request. O(subscribers of the group); entries are read and encoded once for all that
  // have the same cursor.
  void moved(ByteView group_id);
  void waiting(ByteView key_package_ref);
  std::vector<transport::Push> take() { return std::exchange(pushes_, {}); }

 private:
  using Cursors = std::map<transport::Subscriber, std::uint64_t>;
  struct Interests {
    std::set<Bytes> groups;
    std::set<Bytes> references;
  };
  // The frame for one who has all entries below `from`.
  Bytes moved_frame(ByteView group_id, std::uint64_t from, const Head& head);
  void push(transport::Subscriber to, const transport::WakeUp& wake_up);

  Service& service_;
  std::map<Bytes, Cursors> groups_;
  std::map<Bytes, std::set<transport::Subscriber>> references_;
  std::map<transport::Subscriber, Interests> interests_;
  std::vector<transport::Push> pushes_;
};

}  // namespace thicket::delivery
