// The service's process, and the line by which it says where it listens.
#include "demo/served.h"

#include <array>

#include "base/machine_failure.h"

namespace thicket::demo {

Served::Served(std::string data) : data_(std::move(data)) {
  start("127.0.0.1:0");
}

void Served::restart() {
  process_.wait();
  start(url_.substr(url_.rfind('/') + 1));
}

void Served::start(const std::string& listen) {
  const std::array<std::string, 6> arguments{"thicket", "serve",  "--listen",
                                             listen,    "--data", data_};
  const std::string line = process_.start(arguments);
  constexpr std::string_view ready = "listening on ";
  if (!line.starts_with(ready)) {
    process_.kill();
    process_.wait();
    throw MachineFailure("thicket serve did not come up: " + line);
  }
  url_ = line.substr(ready.size());
}

}  // namespace thicket::demo
