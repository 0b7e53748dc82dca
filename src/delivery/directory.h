// Key packages: taken from their owners, handed out once each; a last resort to many.
#pragma once

#include <set>
#include <variant>

#include "crypto/wire_profile.h"
#include "delivery/step.h"

namespace thicket::delivery {

class Directory final {
 public:
  struct Parts {
    store::Store& store;
    const crypto::Provider& provider;
    const crypto::WireProfile& profile;
  };
  explicit Directory(const Parts& parts)
      : store_(parts.store), provider_(parts.provider), profile_(parts.profile) {}
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  // All are checked (RFC 9420 10.1), or none is taken. A client's name belongs to the signature key
  // that came first.
  std::variant<transport::Uploaded, transport::Refused> upload(
      Step& step, const transport::UploadKeyPackages& call);
  transport::Claimed claim(Step& step, const transport::ClaimKeyPackages& call);

 private:
  struct Offer;
  std::variant<Offer, transport::Refused> check(const Step& step, ByteView message) const;
  std::optional<transport::Refused> refuse_owner(Step& step, const Offer& offer);
  std::optional<transport::Octets> claim_one(Step& step, ByteView shelf, std::set<Bytes>& taken);
  store::Store& store_;
  const crypto::Provider& provider_;
  const crypto::WireProfile& profile_;
};

}  // namespace thicket::delivery
