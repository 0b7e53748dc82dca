// The delivery service: it orders, stores, forwards and checks what is public, and can read no
// message. One request in, one reply out; what changes is one batch, written before the reply.
#pragma once

#include "delivery/blobs.h"
#include "delivery/directory.h"
#include "delivery/log.h"
#include "delivery/remembered.h"
#include "delivery/trees.h"
#include "delivery/welcomes.h"

namespace thicket::delivery {

struct Parts {
  store::Store& store;
  Log& log;
  Handshakes& handshakes;
  const crypto::Provider& provider;
  std::array<std::uint8_t, 16> incarnation{};
  Limits limits = {};
  // What the code points of key packages mean; of groups, the handshakes know.
  const crypto::WireProfile* profile = &crypto::default_profile();
};

// The reply, and whom it concerns beside the one who asked.
struct Handled {
  transport::Reply reply;
  std::vector<Bytes> moved;    // groups whose head has moved
  std::vector<Bytes> waiting;  // references of key packages that a Welcome now waits for
};

class Service final {
 public:
  explicit Service(const Parts& parts);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Throws MachineFailure when the store breaks: then whether it was done is unknown, and the
  // service must be made anew.
  Handled handle(const transport::Request& request, Instant now);

  const Limits& limits() const { return parts_.limits; }
  transport::Reply reply(transport::ReplyBody body) const;
  // For wake-ups: the head of a group, its entries, and whether a Welcome waits.
  Log& log() { return parts_.log; }
  bool is_waiting(ByteView key_package_ref) { return welcomes_.is_waiting(key_package_ref); }

 private:
  // Nothing: somebody wrote in between, decide anew.
  using Decision = std::optional<transport::ReplyBody>;
  Decision decide(Step& step);
  // Writes the step's batch, and the answer for a request that comes again.
  Decision write(Step& step, transport::ReplyBody reply);

  Decision on(Step& step, const transport::CreateGroup& call);
  Decision on(Step& step, const transport::PostCommit& call);
  Decision on(Step& step, const transport::PostProposal& call);
  Decision on(Step& step, const transport::PostMessage& call);
  Decision on(Step& step, const transport::ReadLog& call);
  Decision on(Step& step, const transport::UploadKeyPackages& call);
  Decision on(Step& step, const transport::ClaimKeyPackages& call);
  Decision on(Step& step, const transport::FetchWelcomes& call);
  Decision on(Step& step, const transport::FetchGroup& call);
  Decision on(Step& step, const transport::FetchTree& call);
  Decision on(Step& step, const transport::PutBlob& call);
  Decision on(Step& step, const transport::FetchBlob& call);

  // What comes with a commit, put into the batch.
  std::optional<transport::Refused> take_group_info(Step& step, const transport::PostCommit& call);
  std::optional<transport::Refused> take_welcomes(Step& step, const transport::PostCommit& call,
                                                  std::uint64_t next);
  struct NamedCommit {
    Bytes message;
    Bytes hash;  // SHA-256 of it
  };
  Decision append_commit(Step& step, const transport::PostCommit& call, const Head& head,
                         NamedCommit commit);

  const Parts parts_;
  Remembered remembered_;
  Blobs blobs_;
  Directory directory_;
  Welcomes welcomes_;
  Trees trees_;
};

}  // namespace thicket::delivery
