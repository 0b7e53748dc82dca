// The service in the process of the test, on a file, so that it can be stopped and started again.
#pragma once

#include "delivery/endpoint.h"
#include "kit/client.h"
#include "kit/temporary_directory.h"
#include "store/sqlite/sqlite_store.h"
#include "transport/wire.h"

namespace thicket::kit {

// The service in this process, which can be stopped and started on its file.
class Local final : public transport::Caller {
 public:
  explicit Local(const crypto::WireProfile& profile = crypto::default_profile())
      : profile_(profile) {
    restart();
  }
  Local(const Local&) = delete;
  Local& operator=(const Local&) = delete;

  transport::Outcome call(const transport::Request& request) override {
    auto reply = codec::decode<transport::Reply>(running_->endpoint.answer(codec::encode(request)));
    return good(std::move(reply));
  }
  void restart() {
    running_.reset();
    running_ = std::make_unique<Running>(*provider, profile_, directory_.file("store"));
  }

  const std::unique_ptr<crypto::Provider> provider = kit::usual_provider();

 private:
  struct Running {
    Running(const crypto::Provider& library, const crypto::WireProfile& profile,
            const std::string& file)
        : store(store::open_sqlite(file)),
          handshakes(delivery::public_handshakes({library, authenticator, policy}, *store)),
          log(*store),
          service({*store, log, *handshakes, library, {}, {}, &profile}),
          endpoint(service, [] { return noon; }) {
      policy.profile = &profile;
    }
    group::BasicAuthenticator authenticator;
    group::Policy policy;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<delivery::Handshakes> handshakes;
    delivery::StoreLog log;
    delivery::Service service;
    delivery::ServiceEndpoint endpoint;
  };
  const crypto::WireProfile& profile_;
  const TemporaryDirectory directory_;
  std::unique_ptr<Running> running_;
};

inline void check_agreement(const std::vector<const Client*>& clients) {
  for (const Client* client : clients) {
    CHECK(client->group->epoch() == clients[0]->group->epoch());
    CHECK(equal(client->group->epoch_authenticator(), clients[0]->group->epoch_authenticator()));
  }
}

}  // namespace thicket::kit
