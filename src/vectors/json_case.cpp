// Hexadecimal fields.
#include "vectors/json_case.h"

#include <stdexcept>

namespace thicket::vectors {

Bytes octets_at(const nlohmann::json& object, const char* field) {
  std::optional<Bytes> octets = from_hex(object.at(field).get_ref<const std::string&>());
  if (!octets) throw std::runtime_error(std::string(field) + " is not hexadecimal");
  return *std::move(octets);
}

}  // namespace thicket::vectors
